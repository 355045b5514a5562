#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# What our tools add with -v to a refusal by a real kernel: run inside a
# throw-away one, after kmod-compare.sh. Prints one line for each case.
#
#   says-why.sh OUR-DIR MODULES-DIR
set -u
dir=$1
cd "$2" || exit 2
said=${TMPDIR:-/tmp}/says-why.$$
status=0

# The kernel's line and the cause, as patterns ("" for no line).
case_is() { # name, kernel's line, why, command...
	name=$1 line=$2 why=$3 tool=$4
	shift 4
	"$dir/$tool" -v "$@" >"$said" 2>&1
	if { [ -z "$line" ] || grep -q "^  kernel: $line" "$said"; } &&
		grep -q "^  why: $why" "$said" && grep -q '^  fix: .' "$said"
	then
		echo "ok - $name"
	else
		sed 's/^/# /' "$said"
		echo "not ok - $name"
		status=1
	fi
}

case_is 'an unknown symbol' 'user_mod: Unknown symbol base_value (err -2)' \
	'no one exports base_value' insmod user_mod.ko
case_is 'another kernel' "base_mod: version magic '.*' should be '.*'" \
	'base_mod was built for another kernel' insmod bad_vermagic.ko
case_is 'another configuration' \
	'base_mod: disagrees about version of symbol module_layout' \
	'base_mod was built with other kernel options' insmod bad_crc.ko
# Kernels before 5.12 have one line for whatever is wrong with the file.
old='Module has invalid ELF structures'
old_why='\(.*\) is damaged, cut short, no module at all or for another processor'
case_is 'another processor' "\(Invalid architecture in ELF header: 183\|$old\)" \
	"\(bad_arch.ko was built for another processor\|$old_why\)" \
	insmod bad_arch.ko
case_is 'a text file' "\(Invalid ELF header len 42\|$old\)" \
	"\(bad_text.ko has only 42\|$old_why\)" insmod bad_text.ko
case_is 'cut short' "\(Invalid ELF section header overflow\|$old\)" \
	"\(the table of sections lies beyond the end\|$old_why\)" \
	insmod bad_cut.ko
case_is 'stripped' 'base_mod: module has no symbols (stripped?)' \
	'bad_stripped.ko has no symbol table' insmod bad_stripped.ko
case_is 'an object file' \
	'\(.*: No module found in object\|.* .gnu.linkonce.this_module section must\)' \
	'\(bad_object.ko is an object file but\|the file has\) no \(struct \)*module' \
	insmod bad_object.ko
case_is 'a wrong value' "param_mod: .perhaps' invalid for parameter .flag'" \
	"'perhaps' is no value for the parameter flag" \
	insmod param_mod.ko flag=perhaps
case_is 'a number out of range' "param_mod: .256' invalid for parameter" \
	"the number '256' does not fit" insmod param_mod.ko small=256
case_is 'a text too long' "who: string doesn't fit in 7 chars" \
	'the text given for the parameter who' insmod param_mod.ko who=muchtoolong
# Without the log only the emulated loader can tell which check it was.
mv /dev/kmsg /dev/kmsg.off
case_is 'no log' '' '.' insmod bad_vermagic.ko
if grep -q "^  more: 'lkm check --live bad_vermagic.ko' " "$said"; then
	echo 'ok - no log, but lkm check'
else
	echo 'not ok - no log, but lkm check'
	status=1
fi
mv /dev/kmsg.off /dev/kmsg
case_is 'the log is back' 'base_mod: version magic' 'base_mod was built for' \
	insmod bad_vermagic.ko
if grep -q '^  more: ' "$said"; then
	echo 'not ok - the log says enough'
	status=1
else
	echo 'ok - the log says enough'
fi

for e in 1 2 5 12 22; do
	case_is "init returns -$e" "param_mod: ret -$e " \
		"the kernel accepted the module[,;] .*own init function" \
		insmod param_mod.ko ret=-$e
done
case_is 'init finds no device' 'param_mod: ret -19 ' '.*did not find it (ENODEV)' \
	insmod param_mod.ko ret=-19
case_is 'init defers' 'param_mod: ret -517 ' '.*EPROBE_DEFER' \
	insmod param_mod.ko ret=-517

"$dir/insmod" base_mod.ko
case_is 'loaded twice' '' 'a module called base_mod is loaded already' \
	insmod base_mod.ko
"$dir/insmod" user_mod.ko
case_is 'used by a module' '' 'other modules use symbols of base_mod' \
	rmmod base_mod
"$dir/rmmod" user_mod base_mod
case_is 'permanent' '' 'noexit_mod has an init but no exit function' \
	rmmod noexit_mod
"$dir/insmod" chardev_mod.ko
mknod "$said.dev" c 10 "$(sed -n 's/^ *\(.*\) chardev_mod$/\1/p' /proc/misc)"
exec 3<"$said.dev"
case_is 'an open device' '' 'chardev_mod is in use' rmmod chardev_mod
if grep -q '^  held by: .* (process [0-9]*) has .* open (device 10:' "$said"
then
	echo "ok - whose open device"
else
	echo "not ok - whose open device"
	status=1
fi
exec 3<&-
"$dir/rmmod" chardev_mod

"$dir/insmod" -v param_mod.ko nosuch=1 2>"$said"
if grep -q '^  note: param_mod has no parameter nosuch' "$said"; then
	echo "ok - a parameter that is ignored"
else
	echo "not ok - a parameter that is ignored"
	status=1
fi
"$dir/rmmod" param_mod

# The last: there is no way back.
echo 1 >/proc/sys/kernel/modules_disabled
case_is 'loading switched off' '' 'loading was switched off' \
	insmod base_mod.ko
rm "$said" "$said.dev"
exit $status
