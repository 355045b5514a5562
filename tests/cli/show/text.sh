# SPDX-License-Identifier: GPL-2.0-or-later
# All that is told about one module, with a kernel.
. "$SRCDIR/tests/cli/show/common"
module t.ko --tables --name shown --license GPL --sign pkcs7 \
	--info 'description=made to be shown' --info 'author=Somebody' \
	--info 'alias=fs-shown' --info 'alias=fs-shown' \
	--info 'alias=pci:v00008086d00001572sv*sd*bc*sc*i*' \
	--info 'parm=mkko_count:how many' --info 'parmtype=mkko_count:int' \
	--info 'firmware=shown/a.bin' --info 'softdep=pre: one' \
	--info 'import_ns=MINE' --need nobody_has_it --need not_so,weak
printf '8086  Intel\n\t1572  Fast\n' >ids/pci.ids
"$LKM" show t.ko
echo
"$LKM" show -q t.ko
