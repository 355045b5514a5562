# SPDX-License-Identifier: GPL-2.0-or-later
# A real kernel loads what mkko makes for it: the valid module is valid.
PATH=$PATH:/usr/sbin:/sbin
modules=$LKM_TEST_KERNEL_ROOT/lib/modules/$LKM_TEST_KERNEL
[ -n "$LKM_TEST_KERNEL_ROOT" ] ||
	{ echo "no kernel to try it in (set LKM_TEST_KERNEL_ROOT)"; exit 77; }
for need in qemu-system-x86_64 readelf modprobe; do
	command -v $need >/dev/null || { echo "no $need"; exit 77; }
done

# What a module of that kernel looks like, from one that has an exit.
stock=$(find "$modules/kernel/" -name 'loop.ko*' | head -1)
[ -n "$stock" ] || { echo "the kernel has no loop module"; exit 77; }
case $stock in
*.xz) xz -dc "$stock" >stock.ko ;;
*.zst) zstd -qdc "$stock" >stock.ko ;;
*) cp "$stock" stock.ko ;;
esac
readelf -hW stock.ko | grep -q X86-64 || { echo "no x86-64 kernel"; exit 77; }
size=$(readelf -SW stock.ko |
	sed -n 's/.*\] \.gnu\.linkonce\.this_module *PROGBITS *[^ ]* *[^ ]* *\([^ ]*\) .*/\1/p')
offset() { # symbol: where struct module points to it
	readelf -rW stock.ko | sed -n '/rela.gnu.linkonce.this_module/,/^$/p' |
		sed -n "s/^\([0-9a-f]*\) .* $1 + 0\$/\1/p"
}
layout="$((0x$size)),$((0x$(offset init_module))),$((0x$(offset cleanup_module)))"
set -- --this-module "$layout" \
	--vermagic "$("$LKM_DROPIN_DIR/modinfo" -F vermagic stock.ko)"
modprobe --dump-modversions "$PWD/stock.ko" >versions 2>/dev/null || :
while read -r crc name; do
	case $name in
	module_layout) set -- "$@" --versions --version "$name=$crc" ;;
	_printk) set -- "$@" --need "$name=$crc" ;;
	esac
done <versions

mkdir -p "$LKM_CACHE/kernels"
[ -d "$LKM_CACHE/kernels/$LKM_TEST_KERNEL" ] &&
	[ ! -L "$LKM_CACHE/kernels/$LKM_TEST_KERNEL" ] ||
	ln -sfn "$LKM_TEST_KERNEL_ROOT" "$LKM_CACHE/kernels/$LKM_TEST_KERNEL"

try() { # module
	"$LKM" try --kernel "$LKM_TEST_KERNEL" --engine tcg --rounds 1 "$1" \
		>out 2>&1 && return
	status=$?
	grep -q 'no flags for exported symbols' out && return $status
	cat out
	[ $status != 3 ] || exit 77
	exit 1
}

"$BUILDDIR/tests/mkko/mkko" "$@" --name mkko_plain -o mkko_plain.ko
try mkko_plain.ko
set -- "$@" --name mkko_rich --export mk_a=1 --export mk_b=2,gpl \
	--export mk_c=3,ns=MK --info parm=x:y --sign pkcs7 -o mkko_rich.ko
"$BUILDDIR/tests/mkko/mkko" "$@"
# Since v7.1 the kernel wants the exports written another way.
try mkko_rich.ko || {
	"$BUILDDIR/tests/mkko/mkko" "$@" --form flags
	try mkko_rich.ko
}
grep -q "^PASS mkko_rich.ko" out
