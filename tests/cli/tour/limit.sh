# SPDX-License-Identifier: GPL-2.0-or-later
# A learner's command on this machine that does not end: it is stopped, with
# all that it started, and that is what is said.
. "$SRCDIR/tests/cli/tour/lib"
need_kernel
small_lesson
export LKM_TOUR_SECONDS=1
file=$XDG_STATE_HOME/lkm/tour/02-second/say.sh
"$LKM" tour second >out

stopped() {
	status=0
	timeout 30 "$LKM" tour check second >out || status=$?
	cat out
	[ $status = 1 ] && grep -q 'it did not end, and was stopped' out
}
gone() { # within a moment; who is to bury it may take longer
	for _i in 1 2 3 4 5 6 7 8 9 10; do
		grep '^State:.[^Z]' "/proc/$(cat pids)/status" || return 0
		sleep 0.2
	done
	return 1
}
echo "echo \$\$ >'$PWD/pids'; sleep 60" >"$file"
try 'it hangs' stopped
try 'and is gone' gone
echo "echo \$\$ >'$PWD/pids'; trap '' TERM; while :; do echo no; done" >"$file"
try 'it floods, and will not be ended' stopped
try 'and is gone' gone
echo "sleep 60 & echo \$! >'$PWD/pids'; echo yes" >"$file"
try 'what it leaves behind hangs' stopped
try 'and is gone' gone
echo "echo yes" >"$file"
try 'mended, it is done' "$LKM" tour check second
try 'wrong words are none' env LKM_TOUR_SECONDS=x "$LKM" tour check second
claims() {
	printf '# T\n\n```run\nsleep 60\n```\n' >lesson/01-first/step.md
	! timeout 30 "$LKM" tour --run first >out || return
	cat out
	grep -q 'the status is -1' out || grep -q 'did not end' out
}
try 'a claim about one that does not end is wrong' claims
