# SPDX-License-Identifier: GPL-2.0-or-later
# Interrupted at any moment: no machine goes on, nothing lies about, and one can
# go on where one was.
. "$SRCDIR/tests/cli/tour/lib"
need_kernel
export LKM_TOUR="$PWD/lesson"
mkdir -p lesson/01-slow
printf '# Slow\n\n```guest\nsleep 1\n```\n```run\nsleep 60\n```\n```guest\nsleep 15\n```\n' \
	>lesson/01-slow/step.md
mark=LKM_TOUR_MARK=$$

marked() {
	for p in /proc/[0-9]*; do
		tr '\0' '\n' <"$p/environ" 2>/dev/null | grep -qx "$mark" &&
			basename "$p"
	done
	true
}
gone() {
	for _i in 1 2 3 4 5 6 7 8 9 10; do
		[ -n "$(marked)" ] || return 0
		sleep 0.3
	done
	return 1
}
interrupt() { # SIGNAL STATUS SECONDS COMMAND...
	signal=$1 want=$2 after=$3 got=0
	shift 3
	env "$mark" setsid "$@" </dev/null >out 2>&1 &
	us=$!
	sleep "$after"
	kill "-$signal" $us
	wait $us || got=$?
	cat out
	[ "$got" = "$want" ] && gone && ! find "$TMPDIR" -mindepth 1 | grep .
}
"$LKM" try --purge -q
try 'while the kernel boots' interrupt INT 130 0.7 "$LKM" tour
try 'while a command of this machine runs' interrupt INT 130 8 "$LKM" tour
try 'it says where to go on' grep -q "'lkm tour [a-z-]*' begins this step again" out
try 'ended' interrupt TERM 143 8 "$LKM" tour --run
printf '# Slow\n\n```guest\nsleep 15\n```\n' >lesson/01-slow/step.md
try 'while a command of the guest runs' interrupt INT 130 6 "$LKM" tour
# A command of the lesson that has much to put away itself.
printf '# Slow\n\n```run\nlkm try -q %s\n```\n' \
	"$SRCDIR/tests/bad/hang_wait.c" >lesson/01-slow/step.md
try 'while an lkm of the lesson builds' interrupt HUP 129 1.5 "$LKM" tour
printf '# Slow\n\n```guest\nsleep 15\n```\n' >lesson/01-slow/step.md
half_written() {
	interrupt TERM 143 4 "$LKM" tour --html pages && ! ls pages | grep .
}
try 'pages are all or none' half_written
