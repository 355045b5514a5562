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

conf 'deny mid a test' 'alias some-name top'
"$LKM_DROPIN_DIR/modprobe" -C conf -d root -S 1.0 -n -v some-name 2>err
grep -qx '  note: top is not loaded: something that it needs is denied: mid, because of conf/a.conf:1' err &&
	echo "ok - which need is denied" || {
	sed 's/^/# /' err
	echo "not ok - which need is denied"
}

says 'nothing is exported' '  why: it exports no symbols' modprobe -v \
	--show-exports root/lib/modules/1.0/kernel/extra.ko
says 'nothing has a version' '  why: it needs no symbols, or was built without' \
	modprobe -v --show-modversions root/lib/modules/1.0/kernel/extra.ko

# modinfo has no -v: it asks the terminal.
if command -v script >/dev/null && command -v zstd >/dev/null; then
	terminal() { # NAME LINE MODINFO-ARGUMENT...
		n=$1 l=$2
		shift 2
		script -qec "$LKM_DROPIN_DIR/modinfo $*" /dev/null >said \
			</dev/null || :
		"$LKM_DROPIN_DIR/modinfo" "$@" 2>err >out || :
		grep -qF -e "$l" said && [ "$(wc -l <err)" = 1 ] &&
			echo "ok - $n" || {
			sed 's/^/# /' said err
			echo "not ok - $n"
		}
	}
	zstd -q root/lib/modules/1.0/kernel/mid.ko -o whole.ko.zst
	head -c 200 whole.ko.zst >cut.ko.zst
	terminal 'modinfo of half a file' '  why: the zstd' ./cut.ko.zst
	terminal 'modinfo of no module' "  why: it is not in the index of " \
		-b "$PWD/root" -k 1.0 nosuch
	terminal 'modinfo without a folder' "  why: there is no folder $PWD" \
		-b "$PWD/none" -k 1.0 mid
	terminal 'modinfo of nothing' "  fix: usage: modinfo MODULE..."
else
	echo "ok - modinfo on a terminal # SKIP no script(1) or zstd"
fi
