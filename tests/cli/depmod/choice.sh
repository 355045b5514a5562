# SPDX-License-Identifier: GPL-2.0-or-later
# Of several files for one module the same one is taken as by kmod's depmod.
. "$SRCDIR/tests/cli/depmod/lib"
inputs
for d in kernel kernel/x updates updates/x extra extra/x weak-updates \
	updatesx; do
	module $d/a.ko --export "in_$(echo $d | tr / _)"
	module $d/z_b.ko
done
module build/left.ko
module kernel/source/left.ko
module kernel/.hidden.ko
module kernel/x.y-z.ko
mkdir c external
cp "$M/kernel/a.ko" external/a.ko
cp "$M/kernel/a.ko" external/only.ko

check() { # CONFIGURATION
	echo "$1" >c/x.conf
	same -C "$PWD/c" $V
}

same $V
while read -r line; do
	check "$line"
done <<'END'
search updates/x updates
search updates updates/x
search extra
search extra/x/ extra
search built-in extra
search extra built-in updates
search weak
search weak-updates weak-updates built-in
search updates extra updates
search external extra
override a * extra
override a 5.0 extra/x
override a ^5[.].*test$ extra
override a 6.* extra
override z-b * extra
override z_b (5|6)[.]0 extra
override a * ext
override a * extra/
exclude updates
exclude updates/x
exclude a.ko x
nonsense x
override a
END
echo 'ok - search, override, exclude'

check "override a * extra
override a * kernel/x"
check "search extra
search updates
search weak-updates"
check "external * $PWD/external /not/there"
check "external 6.* $PWD/external"
check "external * /not/there
external 5 $PWD/external"
mkdir external2
cp external/only.ko external2
check "external * $PWD/external
external * $PWD/external2"
check "external * $PWD/external2
external * $PWD/external"
ln -s loop loop
check "external * $PWD/loop
external * $PWD/$(printf '%0300d' 0)
external * /dev/null"
check "external * $PWD/external
search external updates built-in"
check "search external built-in updates
external * $PWD/external"
check "search updates
external * $PWD/external
search external
override a * extra"
for gone in "$PWD/gone" "$PWD/external/only.ko" no/such; do
	check "external * $gone
external * $PWD/external"
	grep -q "could not open directory $gone: " ours.err
done
echo 'ok - several lines, external'

# Compressed ones, of which kmod does not know gzip in Debian.
xz "$M/extra/a.ko"
zstd -q --rm "$M/kernel/x.y-z.ko"
zstd -q "$M/kernel/z_b.ko"
same $V
check 'override a * extra'
printf 'extra/a.ko\nupdates/z_b.ko\n' >"$M/modules.order"
check 'override a * extra'
echo 'ok - xz and zstd'

rm -rf tree
inputs
module a --export fa --info 'alias=pci:v1*' --info 'softdep=pre: b'
module b --need fa --export fb
module c --need fb
"$kmod" -b "$PWD/tree" $V
set_of theirs
gzip "$M"/kernel/*.ko
"$depmod" -b "$PWD/tree" $V
sed -i 's/\.ko\.gz/.ko/g' "$M/modules.dep"
rm "$M/modules.dep.bin" theirs/modules.dep.bin
set_of ours
same_sets
echo 'ok - gzip'
