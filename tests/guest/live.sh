#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# What `lkm check --live` says of a module, and what insmod then gets, case by
# case: run inside a throw-away kernel that tests/guest/live-in-qemu boots. The
# cases go from a machine just booted to one in which nothing can be loaded any
# more. Prints records for tests/guest/live-compare:
#
#   === NAME                    a case begins
#   {...}                       lkm check --live --json, as it comes
#   --- status N                of lkm check
#   --- before                  lines of /proc/modules
#   --- taint N                 of the kernel
#   --- insmod N WHAT IT SAID   status and message of kmod's insmod
#   --- log                     lines of the kernel's log with <level>
#   --- after, --- taint N      as before
#
#   live.sh KMOD-DIR LKM MODULES-DIR STOCK-DIR
set -u
kmod=$1 lkm=$2 stock=$4
cd "$3" || exit 2

play() { # [-u] NAME FILE [PARAMETER...]: what is refused, or stays loaded
	user=
	[ "$1" != -u ] || { user=nobody; shift; }
	name=$1
	shift
	force=
	check=
	case $1 in
	-f)
		force=-f
		check='--force-vermagic --force-modversion'
		shift
		;;
	esac
	echo "=== $name"
	# shellcheck disable=SC2086
	as "$lkm" check --live --insmod --json $check "$@" 2>/tmp/err
	echo "--- status $?"
	sed 's/^/--- said /' /tmp/err
	echo "--- before"
	cat /proc/modules
	echo "--- taint $(cat /proc/sys/kernel/tainted)"
	dmesg -c >/dev/null
	# shellcheck disable=SC2086
	as "$kmod/insmod" $force "$@" >/tmp/err 2>&1
	echo "--- insmod $? $(tail -n 1 /tmp/err)"
	echo "--- log"
	dmesg -r -c
	echo "--- after"
	cat /proc/modules
	echo "--- taint $(cat /proc/sys/kernel/tainted)"
}

as() {
	if [ -n "$user" ]; then
		line=
		for word; do line="$line '$word'"; done
		su -s /bin/sh "$user" -c "HOME=/tmp $line"
	else
		"$@"
	fi
}

once() { # the same, and it is removed again
	play "$@"
	"$kmod/rmmod" "$(sed -n '1s/ .*//p' /proc/modules)" 2>/dev/null ||
		echo "--- kept"
}

# Kernel's own modules: signed.
play 'stock, needs another' "$stock/one.ko"
for f in "$stock"/need-*.ko; do
	play "stock, ${f##*/}" "$f"
done
play 'stock, what it needs is there' "$stock/one.ko"
play 'stock, again' "$stock/one.ko"
play 'stock, tampered with' "$stock/tampered.ko"
play 'stock, not signed' "$stock/bare.ko"
play 'stock, on the blacklist' "$stock/denied.ko"
play 'stock, on the blacklist, forced' -f "$stock/denied.ko"

# Ours: nothing is signed. The first ones are told once per boot only.
play 'ours, wrong order' ch_mid.ko
play 'ours, weak' ch_weak.ko
play 'ours, exports' ch_base.ko
play 'ours, again' ch_base.ko
play 'ours, needs what is loaded' ch_mid.ko
play 'ours, in a namespace' ch_top-nons.ko
play 'ours, another version' ch_top-crc.ko
play 'ours, proprietary and GPL only' ch_top-shut.ko
play 'ours, exports twice' ch_twin-dup.ko
play 'ours, needs two' ch_top.ko
play 'ours, needs nobody here' ch_heir.ko
play 'ours, proprietary' ch_shut.ko
play 'ours, inherits' ch_heir.ko
play 'ours, inherits from an heir' ch_last.ko
play 'ours, GPL only and proprietary' ch_mixed.ko
for f in builtin-*.ko; do
	play "ours, named as a built-in, $f" "$f"
done

# (One that ends before its magic number does kmod itself refuses.)
rm bad_short.ko
for f in bad_*.ko; do
	play "broken, $f" "$f"
done
once 'forced, another vermagic' -f bad_vermagic.ko
once 'forced, another version' -f bad_crc.ko

once 'parameters' param_mod.ko flag=y small=0x7f who=abc
once 'parameters, unknown' param_mod.ko nosuch=1
once 'parameters, nobody gives one' param_mod.ko
play 'parameters, no yes or no' param_mod.ko flag=perhaps
play 'parameters, too large' param_mod.ko small=256
play 'parameters, too long' param_mod.ko who=muchtoolong
once 'parameters, twice' param_mod.ko small=1 small=2
once 'parameters, without a value' param_mod.ko flag
play 'parameters, without a value, number' param_mod.ko small

play -u 'not root' param_mod.ko
play -u 'not root, loaded already' ch_base.ko

echo integrity >/sys/kernel/security/lockdown
play 'locked down, unsigned' param_mod.ko
play 'locked down, unsigned, loaded' ch_base.ko
play 'locked down, stock' "$stock/two.ko"
play 'locked down, tampered with' "$stock/tampered.ko"
play 'locked down, broken' bad_cut.ko
play 'locked down, forced' -f "$stock/three.ko"

echo Y >/sys/module/module/parameters/sig_enforce
play 'enforced, unsigned' param_mod.ko
play 'enforced, forced' -f "$stock/three.ko"
play 'enforced, stock' "$stock/three.ko"
play 'enforced, tampered with' "$stock/tampered.ko"
play 'enforced, broken' bad_cut.ko

echo 1 >/proc/sys/kernel/modules_disabled
play 'switched off, unsigned' param_mod.ko
play 'switched off, stock' "$stock/four.ko"
play 'switched off, loaded' ch_base.ko
echo "=== done"
