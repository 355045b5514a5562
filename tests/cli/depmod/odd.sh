# SPDX-License-Identifier: GPL-2.0-or-later
# Links, cycles, devices, files that are no modules: as kmod's depmod.
. "$SRCDIR/tests/cli/depmod/lib"
inputs
module a --export fa
module kernel/deep/x-y.ko --need fa
ln -s nowhere "$M/kernel/dangling.ko"
ln -s nowhere "$M/kernel/dangling"
ln -s ../kernel/deep "$M/kernel/link"
ln -s deep/x-y.ko "$M/kernel/linked.ko"
mkdir "$M/kernel/folder.ko"
module kernel/folder.ko/in.ko
same $V
echo 'ok - links'

echo junk >"$M/kernel/j.ko"
: >"$M/kernel/z.ko"
head -c 300 "$M/kernel/a.ko" >"$M/kernel/h.ko"
xz -k "$M/kernel/a.ko"
head -c 100 "$M/kernel/a.ko.xz" >"$M/kernel/cut.ko.xz"
cp "$M/kernel/a.ko.xz" "$M/kernel/named.ko"
mv "$M/kernel/a.ko.xz" "$M/kernel/raw.ko.xz"
head -c 4000 /dev/zero >"$M/kernel/zeros.ko"
same $V
echo 'ok - what is no module'
rm -r "$M/kernel"

n=0
while read -r one two three; do
	n=$((n + 1))
	module d$n --info "alias=$one" ${two:+--info "alias=$two"} \
		${three:+--info "alias=$three"}
done <<'END'
devname:foo/bar char-major-10-200 devname:second
devname:b block-major-7-* block-major-8-3
devname:xx char-major-1 char-major-1-2
devname:none
devname:big char-major-70000-4294967296
devname: char-major-7-4x
char-major--7--4 devname:after
char-major-3-4 char-major-5-6 devname:last
devname:star char-major-3-*
devname:m1 devname:m2 char-major-3-4
END
same $V
echo 'ok - device nodes'

module c1 --export c1 --need c2
module c2 --export c2 --need c3
module c3 --export c3 --need c1
module user --need c1
module self --export self --need self
same $V
[ ! -e ours/modules.dep ]
same -n $V
echo 'ok - cycles'

# kmod does not come to an end here.
module c3 --export c3 --need c1 --need c2
! "$depmod" -b "$PWD/tree" $V 2>err
grep -q 'Found 4 modules in dependency cycles!' err
[ "$(grep -c 'Cycle detected: .* -> ' err)" = 3 ]
rm "$M"/kernel/c?.ko "$M/kernel/self.ko"
echo 'ok - cycles that share modules'

# A folder that contains itself: kmod goes round until a path is too long.
ln -s .. "$M/kernel/loop"
"$depmod" -b "$PWD/tree" $V 2>err
grep -q "kernel/loop is a link to a folder that it is in" err
! grep -q loop "$M/modules.dep"
rm "$M/kernel/loop"
echo 'ok - a folder in itself'

# kmod crashes, and leaves half of a set.
module kö
module plain --info 'alias=plain' --info 'alias=ü*'
"$depmod" -b "$PWD/tree" $V 2>err
grep -q '^kernel/kö.ko:' "$M/modules.dep"
grep -q '^alias ü\* plain' "$M/modules.alias"
"$BUILDDIR/tests/mkidx/mkidx" dump "$M/modules.alias.bin" >dump
grep -q '^plain	plain' dump
! grep -q 'ü' dump
[ "$(grep -c 'is not ASCII' err)" = 2 ]
echo 'ok - names that are not ASCII'

rm -r "$M"
inputs
# What is no file is no module, whatever it is called.
module a --export fa
mkfifo "$M/kernel/pipe.ko"
ln -s /dev/null "$M/kernel/device.ko"
module kernel/.ko
same $V
rm -r "$M/kernel"
echo 'ok - pipes and devices'

# A pipe where a file belongs: kmod waits for ever.
module a --export fa
for f in lkm-facts order builtin builtin.modinfo dep dep.bin; do
	rm -f "$M/modules.$f"
	mkfifo "$M/modules.$f"
	timeout 60 "$depmod" -b "$PWD/tree" $V 2>err
	timeout 60 "$depmod" -A -b "$PWD/tree" $V 2>err
	rm -f "$M/modules.$f"
done
echo 'ok - pipes'

# In the place of the folder for a set that is not finished.
mkdir elsewhere
for what in file link; do
	case $what in
	file) echo x >"$M/modules.lkm-pending" ;;
	link) ln -s "$PWD/elsewhere" "$M/modules.lkm-pending" ;;
	esac
	cksum "$M"/modules.*dep* >sums
	! "$depmod" -v -b "$PWD/tree" $V >out 2>err
	grep -q "FATAL: 'modules.lkm-pending' in $M is a .*$what, not the " err
	grep -qx "  fix: look what it is, and remove it: 'rm $M/modules.lkm-pending'" err
	cksum "$M"/modules.*dep* | cmp - sums
	[ -z "$(ls elsewhere)" ]
	! find "$M" -name 'modules.lkm-new*' | grep .
	rm "$M/modules.lkm-pending"
done
"$depmod" -b "$PWD/tree" $V
echo 'ok - something else in the place of the pending folder'

# In that folder, whether its name is that of an index or not: nothing moves,
# also not the file beside it.
for name in modules.dep stranger; do
	mkdir -p "$M/modules.lkm-pending/$name/within"
	echo pending >"$M/modules.lkm-pending/modules.weakdep"
	find "$M" | sort | xargs ls -dl --time-style=full-iso >before
	! "$depmod" -v -b "$PWD/tree" $V >out 2>err
	grep -q "FATAL: '$name' in $M/modules.lkm-pending is a folder, and " err
	grep -qx "  fix: look what it is, and move it away: it is in '$M/modules.lkm-pending'" err
	find "$M" | sort | xargs ls -dl --time-style=full-iso | cmp - before
	rm -r "$M/modules.lkm-pending/$name"
done
"$depmod" -b "$PWD/tree" $V
[ ! -e "$M/modules.lkm-pending" ]
echo 'ok - a folder in the pending folder'
