#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# The same steps with kmod's tools and with ours, in a throw-away kernel whose
# process 1 or root runs this. Prints every step with output, messages and exit
# status; any difference is printed as a diff at the end.
#
#   kmod-compare.sh KMOD-DIR OUR-DIR MODULES-DIR
#
# KMOD-DIR and OUR-DIR hold insmod, rmmod and lsmod. MODULES-DIR is what
# tests/guest/make-modules writes. The kernel must have none of its modules
# loaded. Nothing is compared that names a line of kmod's own source: those
# messages ("../libkmod/...") are not ours to repeat.
#
# Status: 0 no difference; 1 there are some; 2 it could not be tried.
set -u
[ $# = 3 ] || { sed -n '3,/^set/{/^set/d;s/^# \{0,1\}//;p}' "$0" >&2; exit 2; }
kmod=$1 ours=$2 mods=$3
tmp=${TMPDIR:-/tmp}/kmod-compare.$$
mkdir -p "$tmp" || exit 2
for tool in insmod rmmod lsmod; do
	for dir in "$kmod" "$ours"; do
		[ -x "$dir/$tool" ] || { echo "no $dir/$tool" >&2; exit 2; }
	done
done
[ -r /proc/modules ] || { echo "no /proc/modules" >&2; exit 2; }

# One command of the tools, in the modules' folder. (By its path: a shell may
# have an insmod of its own.)
step() {
	echo "\$ $*"
	tool=$1
	shift
	(cd "$mods" && "$dir/$tool" "$@") >"$tmp/out" 2>"$tmp/err"
	status=$?
	sed -e "s|$dir/||g" -e 's/^/  out: /' "$tmp/out"
	sed -e '/libkmod\/libkmod/d' -e "s|$dir/||g" -e 's/^/  err: /' "$tmp/err"
	echo "  status: $status"
	"$dir/lsmod" >"$tmp/list" 2>&1
	sed 's/^/  list: /' "$tmp/list"
}

steps() {
	step insmod
	step insmod -
	step insmod ./no_such_file.ko
	step insmod no_such_file
	step insmod base_mod.ko
	step insmod base_mod.ko
	step insmod ./base_mod.ko twice=1
	step insmod user_mod.ko
	step rmmod base_mod
	step rmmod base-mod user_mod
	step rmmod base_mod
	step rmmod base_mod
	step insmod user_mod.ko
	step insmod bad_cut.ko
	step insmod bad_short.ko
	step insmod bad_empty.ko
	step insmod bad_text.ko
	step insmod bad_stripped.ko
	step insmod bad_object.ko
	step insmod bad_vermagic.ko
	step insmod bad_arch.ko
	step insmod bad_crc.ko
	step insmod -f bad_crc.ko
	step rmmod base_mod
	step insmod -f bad_vermagic.ko
	step rmmod base_mod.ko
	step insmod .
	step insmod /dev/null
	step insmod param_mod.ko flag=y small=0x7f who=abc
	step rmmod ./param_mod.ko
	step insmod param_mod.ko flag=perhaps
	step insmod param_mod.ko small=256
	step insmod param_mod.ko who=muchtoolong
	step insmod param_mod.ko 'who="a b"' flag
	step rmmod param_mod
	step insmod param_mod.ko nosuch=1
	step rmmod param_mod
	step insmod param_mod.ko ret=1
	step rmmod param_mod
	for ret in -1 -2 -5 -12 -16 -17 -19 -22 -38 -110 -517 -600; do
		step insmod param_mod.ko ret=$ret
	done
	step rmmod
	step rmmod no_such_module
	step rmmod no_such_module base_mod printk
	step rmmod noexit_mod
	step rmmod noexit_mod chardev_mod
	step insmod chardev_mod.ko
	if mknod "$tmp/dev" c 10 "$(sed -n 's/ *chardev_mod$//p' /proc/misc)"
	then
		exec 3<"$tmp/dev"
		step rmmod chardev_mod
		exec 3<&-
		rm "$tmp/dev"
	fi
	step rmmod chardev_mod
	[ ! -e "$mods/base_mod.ko.xz" ] || step insmod base_mod.ko.xz
	step rmmod base_mod
	[ ! -e "$mods/base_mod.ko.zst" ] || step insmod base_mod.ko.zst
	step rmmod base_mod
	step rmmod -f noexit_mod
	step insmod noexit_mod.ko
	step rmmod -f no_such_module
	step rmmod -s no_such_module
	# kmod before 34 swallows the option and does not obey it.
	case $("$kmod/insmod" -V) in
	'kmod version 3'[4-9]*) step insmod -s ./no_such_file.ko ;;
	esac
	step insmod --no-such-option
	step rmmod --no-such-option
	step lsmod no_such_argument
}

# Cannot be taken out again, so it is there for both.
"$kmod/insmod" "$mods/noexit_mod.ko" || exit 2

dir=$kmod
steps >"$tmp/kmod" 2>&1
dir=$ours
steps >"$tmp/ours" 2>&1
echo "=== kmod's tools"
cat "$tmp/kmod"
echo "=== our tools"
cat "$tmp/ours"
echo "=== differences ($(grep -c '^\$' "$tmp/ours") steps)"
diff "$tmp/kmod" "$tmp/ours" >"$tmp/diff"
differ=$?
cat "$tmp/diff"
rm -r "$tmp"
exit $differ
