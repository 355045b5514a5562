# SPDX-License-Identifier: GPL-2.0-or-later
# Many modules: one by one, at once, side by side, and all that this machine's
# devices ask for. See play.sh. /bulk has the names.
# shellcheck shell=sh disable=SC2016
one_by_one='while read -r name; do
		"$D/modprobe" "$name" 2>$T/err || echo "$name: $? $(cat $T/err)"
	done </bulk
	cut -d " " -f 1,3,4 /proc/modules'
# Of all modules some cannot be removed again, and others find them then: let
# them be there from the start for either tool.
[ "$(wc -l </bulk)" -lt 500 ] || play /kmod "$one_by_one" $T/before
same "$(wc -l </bulk) modules one by one" "$one_by_one"
differs 'and removed one by one' \
	'a whole chain that is not needed goes; kmod 30 leaves its end' '
	# shellcheck disable=SC2046
	/kmod/modprobe -qa -C /dev/null $(head -n 100 /bulk)
	head -n 100 /bulk | while read -r name; do
		"$D/modprobe" -r "$name" 2>$T/err || echo "$name: $? $(cat $T/err)"
	done
	cut -d " " -f 1,3,4 /proc/modules' \
	'^\(-[a-z0-9_]* [0-9]* [a-z0-9_,-]*\|+crc32c_intel 0 -\)$'
same 'all at once' 'modprobe -a $(head -n 100 /bulk)'
same 'side by side' '[ $D = /ours ] && j="-j 4"
	in_any_order modprobe ${j:-} -a $(head -n 100 /bulk)'
same 'side by side with softdeps and commands' '[ $D = /ours ] && j="-j 4"
	conf a "softdep tcp_bic pre: dummy post: loop" "install llc ran llc; \
\$D/insmod $M/kernel/net/llc/llc.ko$K" "blacklist sch_red"
	in_any_order modprobe ${j:-} -ba bridge 8021q tcp_bic vfat sch_red'
same 'side by side with one that fails and one missing' '
	[ $D = /ours ] && j="-j 4"
	conf a "options param_mod ret=-5"
	in_any_order modprobe ${j:-} -a dummy param_mod no_such bridge'
same 'devices of this machine' '
	find /sys/devices -name modalias -exec cat {} + | sort -u >$T/aliases
	grep -c . $T/aliases
	while read -r alias; do modprobe -b "$alias"; done <$T/aliases
	rm $T/aliases'
same 'devices of this machine, at once' '
	find /sys/devices -name modalias -exec cat {} + | sort -u >$T/aliases
	modprobe -qba $(cat $T/aliases); rm $T/aliases'
