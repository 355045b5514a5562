# SPDX-License-Identifier: GPL-2.0-or-later
# The same texts, contents of .bin files, messages and status as kmod's depmod.
. "$SRCDIR/tests/cli/depmod/lib"

module a --export fa=1 --need fb=2 --crc abs
module b --export fb=2 --crc abs
module c --need fa --need nowhere=3 --info 'alias=pci:v1-2*' \
	--info 'softdep=pre: a' --info weakdep=b
module i-j --info 'alias=a b c' --info alias= --info 'alias=q-[a-b]-r' \
	--info 'alias=un[b' --info 'alias=x]-y' --info 'softdep=post: foo-bar'
module c3 --versions --version fb=18 --version fzz=9
module d4 --need .fb --need fa=1,weak --export .dot=5 --crc abs
same $V
echo 'ok - without the files of the kernel'"'"'s build'

inputs
same $V
same -a $V
echo 'ok - with empty ones'

printf 'kernel/%s.ko\n' b d4 a b nope >"$M/modules.order"
printf ' kernel/c.ko\nkernel/c3.ko \n\n' >>"$M/modules.order"
printf 'kernel/x/built-in.ko\nkernel/y.ko\n' >"$M/modules.builtin"
printf 'built_in.alias=pci:v-*\0built_in.license=GPL\0y.alias=un[b\0y.alias=p\0' \
	>"$M/modules.builtin.modinfo"
same $V
echo 'ok - with full ones'

same -v $V
same -n $V
same -nv $V
same -w $V
echo 'ok - -v, -n, -w'
same -uq -r $V
same --unres --quiet --root --map $V
echo 'ok - options of long ago'

# Symbols of the kernel.
printf '0 T __ksymtab_fzz\n0 r __ksymtab_other\n0 T nowhere\n' >map
printf '0 T ___ksymtab_nowhere\n0 T __ksymtab_fzz\nbad\n' >map_
printf '0x00000009\tfzz\tvmlinux\tEXPORT_SYMBOL\nbad\n' >sv
printf '0x00000003\tnowhere\tdrivers/x\tEXPORT_SYMBOL\n' >>sv
same -e $V
same -e -F map $V
same -e -P _ -F map_ $V
same -e -E sv $V
same -E sv $V
same -e -E sv -F map $V
same -E nofile $V
same -e -F nofile $V
same -P __ $V
same -P '' $V
echo 'ok - -e, -E, -F, -P'

# Modules by name.
same $V "$M/kernel/a.ko"
same $V "$M/kernel/a.ko" "$M/kernel/b.ko"
same -a $V "$M/kernel/a.ko"
cp "$M/kernel/a.ko" outside.ko
same $V "$PWD/outside.ko" "$M/kernel/b.ko"
same $V "$M/kernel/nope.ko"
same $V a.ko
echo 'ok - modules by name'

for bad in bad 5 5. .5 5.x x5.1 ''; do
	same "$bad"
done
for bad in 4.4.4 5.1 05.0.1x; do
	same $bad
done
echo 'ok - versions'
