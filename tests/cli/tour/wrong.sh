# SPDX-License-Identifier: GPL-2.0-or-later
# What cannot be: told, with the status that says whose fault it is.
. "$SRCDIR/tests/cli/tour/lib"
small_lesson

refuses() { # STATUS WORDS ARGUMENT...
	want=$1 words=$2 got=0
	shift 2
	"$LKM" tour "$@" >out 2>&1 || got=$?
	cat out
	[ "$got" = "$want" ] && grep -qF -e "$words" out
}
try 'no such step' refuses 2 "no step 'third'" third
try 'no such step for hint' refuses 2 "no step '7'" hint 7
try 'no such step to run' refuses 2 "no step 'third'" --run first third
try 'no such option' refuses 2 "no option '--nosuch'" --nosuch
try 'two words' refuses 2 "'second' is one word too many" first second
try 'no such command' refuses 2 "no command 'chek'" chek first
try 'no such command: a near one' refuses 2 "did you mean 'check'" chek first
try 'no such command: which there are' refuses 2 'hint, check, solution or reset' \
	frob first
try 'two ways' refuses 2 'only one can be' --list --run
try 'json of a step' refuses 2 '--json goes with' --json first
try 'no value' refuses 2 "wants a value" --html
try 'engine' refuses 2 'auto, tcg or kvm' --engine bochs
try 'no such kernel' refuses 3 "kernel '99.9' is not at hand" -k 99.9
try 'the kernel of the environment' env LKM_KERNEL=99.9 sh -c \
	'"$LKM" tour 2>&1 | grep "99.9"'
try 'help begins with an example' sh -c \
	'"$LKM" tour --help | head -1 | grep -q "^  lkm tour "'
mkdir empty
try 'no lesson' env LKM_TOUR="$PWD/empty" sh -c \
	'"$LKM" tour 2>&1 | grep "found no lesson"'
printf '# T\n```rum\nx\n```\n' >lesson/01-first/step.md
try 'a slip in the lesson' refuses 3 '01-first/step.md:2' --list
