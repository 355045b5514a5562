# SPDX-License-Identifier: GPL-2.0-or-later
# Somebody goes through a lesson: shown, remembered, gone on with, solved.
. "$SRCDIR/tests/cli/tour/lib"
need_kernel
small_lesson
work=$XDG_STATE_HOME/lkm/tour

lists() { "$LKM" tour --list >list && grep -qxF "$1" list; }
says() { # STATUS WORDS ARGUMENT...
	want=$1 words=$2 got=0
	shift 2
	"$LKM" tour "$@" >out 2>&1 || got=$?
	cat out
	[ "$got" = "$want" ] && grep -qF -e "$words" out
}

try 'nothing is read yet' lists '   1 [ ] first           The first step'
try 'it begins with the first' says 0 'step 1 of 2'
try 'commands and their output' grep -qx '  two' out
try 'the answer is not shown' sh -c '! grep Because out'
try 'the footer has the answer' grep -q 'lkm tour solution' out
try 'and what comes next, by name' grep -qE '^  lkm tour second +The second step' out
try 'and where its files are' grep -qx "  cd $work/01-first" out
try 'the list names it, too' sh -c '"$LKM" tour --list | grep -x "Next: lkm tour second"'
try 'that is remembered' lists '>  1 [x] first           The first step'
try 'the answer' says 0 Because. solution
try 'and the step behind it' grep -qx 'Next: lkm tour second' out
try 'it goes on with the second' says 0 'step 2 of 2'
try 'the source is shown' grep -qx '  echo no' out
try 'an exercise stays open' lists '>  2 [-] second          The second step'
try 'not solved' says 1 'not yet  The second step' check
try 'the command, and what lacks' sh -c "grep -qx '  \$ sh say.sh' out &&
	grep -qx \"  'yes' should be in the output, and is not\" out && grep -qx '  no' out"
try 'and what to type' sh -c \
	"grep -q '^  cd $work/02-second' out && grep -q '^  lkm tour check ' out"
try 'of another step than the last, by its name' says 0 \
	'Next: lkm tour solution first' hint 1
try 'the first hint' says 0 'It says no.' hint
try 'the second hint' says 0 'echo yes' hint
try 'then there is the solution' says 0 'lkm tour solution' hint
try 'the solution' says 0 'echo yes' solution
try 'one empty line is behind it' sh -c \
	'tail -n 3 out | grep -c "^$" | grep -qx 1 && tail -n 1 out | grep -q ^Next'
echo 'echo yes' >"$work/02-second/say.sh"
try 'the own file is shown' says 0 '  echo yes' second
try 'solved' says 0 'done  The second step' check
try 'what comes then' grep -qx \
	'Next: lkm new mine   (all is done: a module of your own)' out
try 'and remembered' lists '>  2 [x] second          The second step'
there=$(stat -c %i "$work/02-second")
touch "$work/02-second/.hidden"
mkdir "$work/02-second/deep" && touch "$work/02-second/deep/file"
try 'reset' says 0 'your files are in' reset
try 'the file is put aside' grep -q yes "$work/02-second.before/say.sh"
try 'with all that was there' test -e "$work/02-second.before/.hidden" -a \
	-e "$work/02-second.before/deep/file"
try 'a shell that is there stays there' test \
	"$there" = "$(stat -c %i "$work/02-second")"
try 'what to type' says 0 'Next: lkm tour first' reset first
rm -rf "$work/01-first"
try 'nothing to reset' says 0 'first was not begun yet' reset first
try 'nor then is it left out' grep -qx 'Next: lkm tour first' out
try 'and is new' says 1 'not yet' check 2
try 'reset again' says 0 '02-second.before.2' reset 2
try 'the first is kept' grep -q yes "$work/02-second.before/say.sh"
try 'so is the second' grep -q no "$work/02-second.before.2/say.sh"
try 'the end' says 0 'You have come to the end'
try '-v alone' says 2 '-v goes with check' -v
try 'by number' says 0 'step 1 of 2' 1
try 'by whole name' says 0 'step 2 of 2' 02-second
try 'next' says 0 'You have come to the end' --next
try 'a step without an exercise' says 0 'ends in a question' check 1

# A progress that cannot be read is no progress, and no crash.
printf '\377\376 read\ncurrent nowhere\n%0500d\n' 1 >"$work/progress"
try 'a damaged progress' says 0 'step 1 of 2'
mkdir full && chmod a-w full
# What cannot be moved, a file system that is mounted there, keeps the rest, too.
stuck() {
	mkdir -p "$work/01-first/mounted" && echo mine >"$work/01-first/file" &&
		unshare -rm sh -c 'mount -t tmpfs none "$0/mounted" &&
		"$LKM" tour reset first' "$work/01-first" >out 2>&1
	[ $? = 3 ] && cat out && grep 'cannot put it aside' out &&
		grep -q mine "$work/01-first/file" && [ ! -e "$work/01-first.before.2" ]
}
if unshare -rm true 2>/dev/null; then
	try 'a reset that cannot be is none' stuck
else
	echo 'ok - a reset that cannot be is none # SKIP no namespaces here'
fi
if [ "$(id -u)" = 0 ]; then
	echo "ok - no state can be kept # SKIP root may write anywhere"
else
	try 'no state can be kept' env XDG_STATE_HOME="$PWD/full" \
		sh -c '"$LKM" tour 2>&1; [ $? = 3 ]'
fi
try 'no home' env -u HOME XDG_STATE_HOME= sh -c \
	'"$LKM" tour --list 2>&1 | grep "no home"'
