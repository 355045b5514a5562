# SPDX-License-Identifier: GPL-2.0-or-later
# Where kmod's words leave one alone a line below them says what next; only for
# those who want to know (a terminal, or -v).
. "$SRCDIR/tests/cli/modprobe/tree"

says() { # NAME LINE TOOL ARGUMENT...
	n=$1 l=$2 tool=$3
	shift 3
	"$LKM_DROPIN_DIR/$tool" "$@" >out 2>err && s=0 || s=$?
	if [ $s = 1 ] && grep -qF -e "$l" err; then
		echo "ok - $n"
	else
		sed 's/^/# /' err
		echo "not ok - $n: status $s"
	fi
}
quiet() { # NAME TOOL ARGUMENT...: one line and no more
	n=$1 tool=$2
	shift 2
	"$LKM_DROPIN_DIR/$tool" "$@" >out 2>err && s=0 || s=$?
	[ $s = 1 ] && [ "$(wc -l <err)" = 1 ] && echo "ok - $n" ||
		echo "not ok - $n"
}
for tool in modprobe depmod insmod rmmod lsmod; do
	case $tool in
	insmod | rmmod | lsmod) v=-vv ;;
	*) v=-v ;;
	esac
	says "$tool: an unknown option" "  fix: '$tool -h' shows the options" \
		$tool $v --no-such
	quiet "$tool: the same, as kmod's" $tool --no-such
done
MODPROBE_OPTIONS='-v --bogus' says 'MODPROBE_OPTIONS' \
	"  note: the options in the variable MODPROBE_OPTIONS count, too" modprobe mid
says 'insmod of nothing' '  fix: usage: insmod FILE' insmod -vv
says 'rmmod of nothing' '  fix: usage: rmmod MODULE' rmmod -vv
says 'no version' '  fix: a version begins as 6.1 does' depmod -v nosuch
says 'no such folder' 'fix: look which folders there are' \
	depmod -v -b "$PWD/root" 9.9
: >file
says 'the folder that cannot be made' "$PWD/file" \
	depmod -o "$PWD/file/x" -b "$PWD/root" 1.0
for option in -E -F; do
	"$LKM_DROPIN_DIR/depmod" -n -v -b "$PWD/root" -e $option file 1.0 \
		>out 2>err
	grep -q '^  note: file names no symbol of the kernel: ' err &&
		echo "ok - $option of another file" ||
		echo "not ok - $option of another file"
	echo "0x00000001	printk	vmlinux	EXPORT_SYMBOL" >sv
	echo "0 r __ksymtab_printk" >map
	case $option in
	-E) f=sv ;;
	-F) f=map ;;
	esac
	"$LKM_DROPIN_DIR/depmod" -n -v -b "$PWD/root" -e $option $f 1.0 \
		>out 2>err
	grep -q 'names no symbol' err && echo "not ok - $option of the right one" ||
		echo "ok - $option of the right one"
done
