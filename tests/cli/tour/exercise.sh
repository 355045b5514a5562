# SPDX-License-Identifier: GPL-2.0-or-later
# timeout: 900
# A learner's file that is not C, that hangs the kernel, that crashes it: the
# exercise is not passed, it ends, and the next try is as good as the first.
. "$SRCDIR/tests/cli/tour/lib"
need_kernel
work=$XDG_STATE_HOME/lkm/tour/16-print
file=$work/greet.c

judged() { # STATUS WORDS
	got=0
	"$LKM" tour check print >out 2>&1 || got=$?
	cat out
	[ "$got" = "$1" ] && grep -qF -e "$2" out
}
with_init() { # C: the body of init
	printf '#include <linux/module.h>\n#include <linux/delay.h>\nstatic int __init x_init(void)\n{\n%s\nreturn 0;\n}\nmodule_init(x_init);\nMODULE_LICENSE("GPL");\n' "$1" >"$file"
}
# The verdict first; then the command, what decided, and where.
told() { # LINES WORDS...: at most so many, these among them, the verdict first
	most=$1
	shift
	[ "$(head -c 7 out)" = 'not yet' ] && [ "$(wc -l <out)" -le "$most" ] || return
	grep -q '^  \$ lkm try greet.c && grep pr_fmt greet.c' out || return
	for words; do
		grep -qF -e "$words" out || return
	done
}
try 'as it comes' judged 1 'not yet'
try 'the line that is not there, and the nearest that is' told 16 \
	"'<6> greet: hello from greet_init' should be in the output" \
	'closest to it: <6> hello from greet_init' 'PASS greet.ko' \
	'(-v shows all ' 'lkm tour hint print'
try 'all of it' sh -c '"$LKM" tour check -v print >out; [ $? = 1 ] &&
	grep "taint O: " out && grep "leftovers  ok" out && ! grep "v shows all" out &&
	head -n 1 out | grep "^not yet"'
echo 'this is not C' >"$file"
try 'what does not compile' judged 1 'greet.c:1'
try 'it names the error, and shows the place' told 26 \
	'  FAIL greet.c: ' 'greet.c:1:1: error: ' ' | this is not C'
with_init 'for (;;) cpu_relax();'
try 'what hangs' judged 1 'not yet'
try 'it names the stage' told 30 '  FAIL greet.ko: ' '[insert.hang]' \
	'insert     FAIL' 'x_init (greet.c:'
with_init '*(volatile int *)8 = 1;'
try 'what crashes' judged 1 'not yet'
try 'it names what decided' told 36 '  FAIL greet.ko: oops' 'health     FAIL'
: >"$file"
try 'an empty file' judged 1 'not yet'
rm "$file"
try 'a file that was removed comes back' judged 1 'hello from greet_init'
cp "$SRCDIR/tour/16-print/solution/greet.c" "$file"
try 'the solution' judged 0 'done'
try 'and no more than that' sh -c '[ "$(wc -l <out)" = 3 ] && tail -n 1 out |
	grep -x "Next: lkm tour licence"'

# A failure that an exercise waits for is none; another one is.
work=$XDG_STATE_HOME/lkm/tour/20-parameters
file=$work/greet.c
mkdir -p "$work"
parameters() { # STATUS WORDS
	got=0
	"$LKM" tour check parameters >out 2>&1 || got=$?
	cat out
	[ "$got" = "$1" ] && [ "$(sed -n 's/^  //;5p' out | cut -c1-${#2})" = "$2" ]
}
try 'no refusal at all' parameters 1 "'FAIL greet.ko times=11: ... init failed: EINVAL' should be"
sed 's/-EINVAL/-ENOMEM/' "$SRCDIR/tour/20-parameters/solution/greet.c" >"$file"
try 'another refusal than that' parameters 1 'FAIL greet.ko times=11: '
sed 's/> 10/> 9/' "$SRCDIR/tour/20-parameters/solution/greet.c" >"$file"
try 'a refusal too early' parameters 1 'FAIL greet.ko times=10: '
sed 's/-EINVAL/EINVAL/' "$SRCDIR/tour/20-parameters/solution/greet.c" >"$file"
try 'a number that is no refusal' parameters 1 'FAIL greet.ko times=11: init returned a positive number'
sed 's/times < 0 ||//' "$SRCDIR/tour/20-parameters/solution/greet.c" >"$file"
try 'one end only' parameters 1 "'FAIL greet.ko times=-1: ... init failed: EINVAL' should be"
