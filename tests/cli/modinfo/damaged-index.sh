# SPDX-License-Identifier: GPL-2.0-or-later
# A damaged index is named; one that is not there is made up for by the text.
dir=root/lib/modules/1.0
mkidx=$BUILDDIR/tests/mkidx/mkidx
mkdir -p $dir/kernel
"$BUILDDIR/tests/mkko/mkko" --name a -o $dir/kernel/a.ko
ask() {
	echo "> $1"
	"$LKM_DROPIN_DIR/modinfo" -b root -k 1.0 -n "$2" 2>&1 || :
}
echo kernel/a.ko: >$dir/modules.dep
echo 'alias x* a' >$dir/modules.alias
ask 'text alone' xyz
printf 'a\tkernel/other.ko:\t0\n' | "$mkidx" write $dir/modules.dep.bin
ask 'the .bin file counts' xyz
printf 'a\tkernel/a.ko:\t0\n' | "$mkidx" write $dir/modules.dep.bin
printf 'x*\ta\t0\n' | "$mkidx" write whole.bin
cp whole.bin $dir/modules.alias.bin
ask 'both .bin files' xyz
head -c 28 whole.bin >$dir/modules.alias.bin
ask 'one cut off' xyz
ask 'which is not needed' a
echo text >$dir/modules.alias.bin
ask 'no index' xyz
: >$dir/modules.alias.bin
ask 'an empty one' xyz
