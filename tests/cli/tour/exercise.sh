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
try 'as it comes' judged 1 'not yet'
echo 'this is not C' >"$file"
try 'what does not compile' judged 1 'greet.c:1'
with_init 'for (;;) cpu_relax();'
try 'what hangs' judged 1 'not yet'
with_init '*(volatile int *)8 = 1;'
try 'what crashes' judged 1 'not yet'
: >"$file"
try 'an empty file' judged 1 'not yet'
rm "$file"
try 'a file that was removed comes back' judged 1 'hello from greet_init'
cp "$SRCDIR/tour/16-print/solution/greet.c" "$file"
try 'the solution' judged 0 'done'
