# SPDX-License-Identifier: GPL-2.0-or-later
# --run: what the lesson claims is compared with what is; a false claim fails.
. "$SRCDIR/tests/cli/tour/lib"
need_kernel
small_lesson

runs() { # STATUS WORDS ARGUMENT...
	want=$1 words=$2 got=0
	shift 2
	"$LKM" tour --run "$@" >out 2>&1 || got=$?
	cat out
	[ "$got" = "$want" ] && grep -qF -e "$words" out
}
step() { # TEXT: becomes the only step
	rm -rf lesson/0*
	mkdir lesson/01-only
	printf '# Only\n\n%b' "$1" >lesson/01-only/step.md
}
try 'all holds' runs 0 '2 steps: 5 claims, 0 wrong, 0 blocks skipped'
try 'nothing is kept' sh -c '! ls -A "$TMPDIR" "$XDG_STATE_HOME" | grep tour'
cp lesson/02-second/solution/say.sh lesson/02-second/say.sh
try 'an exercise that is solved already' runs 1 'should not pass before' second
echo 'echo no' >lesson/02-second/say.sh
echo 'echo nono' >lesson/02-second/solution/say.sh
try 'a solution that is none' runs 1 'the solution should pass' second
step '```run\necho a\n```\n```expect\nb\n```\n'
try 'one is told as one' sh -c '"$LKM" tour --run only | grep "^1 step: 2 claims, 1 wrong, 0 blocks skipped"'
try 'a false claim' runs 1 "step.md:3: 'b' should be in the output, and is not"
try 'with the command and its output' grep -q '\$ echo a' out
try 'json says so, too' sh -c '"$LKM" tour --run --json >j; [ $? = 1 ] &&
	python3 -c "import json; j=json.load(open(\"j\")); b=j[\"steps\"][0][\"blocks\"][0]
assert j[\"wrong\"] == 1 and b[\"wrong\"] and b[\"commands\"][0][\"output\"] == \"a\n\""'
step '```run\nfalse\n```\n'
try 'a command that fails' runs 1 'should be 0, and is 1'
step '```run\ntrue\n```\n'
try 'one claim' runs 0 '1 step: 1 claim, 0 wrong'
step '```run\nfalse\n```\n```expect status=1\n```\n'
try 'and should' runs 0 '0 wrong'
step '```run needs=cmd:nosuchprogram\nfalse\n```\n'
try 'one block' runs 0 '1 step: 0 claims, 0 wrong, 1 block skipped'
try 'a need is missing' runs 0 'skip   01-only/step.md:3: the program nosuchprogram'
step '```run\necho a \\\n  b\n```\n```expect\na b\n```\n'
try 'two lines are one command' runs 0 '0 wrong'
step '```guest\ncat /proc/1/comm\nuname -r\nlsmod --json\n```\n```expect\ninit\n{release}\n[\n```\n'
try 'in a throw-away kernel' runs 0 '0 wrong'
step '```guest\nexport X=1; mkdir /tmp/there\n```\n```guest\n[ -d /tmp/there ] && sleep 90\n```\n```expect status=-1\n```\n'
try 'a command that does not end' runs 0 '0 wrong'
step '```guest\ncd /tmp && echo b > /proc/sysrq-trigger\nls\n```\n```expect status=-1\n```\n```guest\nls -d /root\n```\n```expect\n/root\n```\n'
try 'a kernel that goes away, and the next' runs 0 '0 wrong'
step '```guest append="panic=-1 lkm.x=1"\nls /root\ncat /proc/cmdline\n```\n```expect\nlkm.x=1\n```\n'
try 'words for the command line' runs 0 '0 wrong'
step '```run\necho a\n```\n```expect needs=before:99.9\na\n```\n```expect\nb\n```\n'
try 'claims for this kernel' runs 0 '2 claims, 0 wrong'
step '```run\necho a\n```\n```expect needs=before:2.6 status=1\nb\n```\n```expect\na\n```\n'
try 'and not those for others' runs 0 '2 claims, 0 wrong'
step '```run\necho a\n```\n```expect needs=before:2.6\na\n```\n```expect needs=before:99.9\nb\n```\n```expect\na\n```\n'
try 'of which one does not hold' runs 1 "step.md:3: 'b' should be in the output, and is not"
step '```run needs=before:2.6\nfalse\n```\n'
try 'a block for an older kernel' runs 0 "$LKM_TEST_KERNEL is not older than Linux 2.6"
step '```guest\nls\n```\n'
try 'no QEMU' env LKM_QEMU=/nowhere sh -c \
	'"$LKM" tour --run | grep "skip .*LKM_QEMU names" && "$LKM" tour --run -q'
