#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Process 1 of the guest starts this: all cases of modprobe, with kmod's tools
# in /kmod and ours in /ours. Prints TAP. Environment: VERBOSE=1 prints every
# record, ONLY=PATTERN plays only cases of such a name (of the shell's kind).
cd "${0%/*}" || exit 2
. ./play.sh
trace || { echo "=== modprobe: this kernel cannot trace"; exit 1; }
# Nothing is loaded but by the tools.
echo /nowhere >/proc/sys/kernel/modprobe
for part in "$@"; do
	[ -z "$verbose" ] || echo "# $(cut -d ' ' -f 1 /proc/uptime) $part"
	. "./$part.sh"
done
reset
echo "=== modprobe: done"
