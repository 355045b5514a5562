# SPDX-License-Identifier: GPL-2.0-or-later
# timeout: 600
# What a folder says itself in try.conf, and the options behind it.
. "$SRCDIR/tests/cli/try/lib"
mkdir p
cp "$SRCDIR/tests/good/params.c" p/
echo 'obj-m := params.o' >p/Kbuild

# ------------------------------------------------------ what makes no sense
said() { # NAME PATTERN LINE...
	name=$1 pattern=$2
	shift 2
	printf '%s\n' "$@" >p/try.conf
	run "$LKM" try p
	is 2 "$name" "p/try.conf: line [12]: .*$pattern"
}
said 'no pair' "found 'hello', wanted 'key = value'" '# x' hello
said 'an unknown key' "no key is called 'tets'" 'tets = use.c'
said 'a key twice' "'test' stands here again" 'test = a' 'test = b'
said 'no value' "'test' has no value" 'test ='
said 'a test elsewhere' 'wanted a file below this folder' 'test = ../../x'
said 'a test at the root' 'wanted a file below this folder' 'test = /bin/sh'
said 'an open quote' "a '\"' is never closed" 'params = a="b'
said 'no exception' "wanted 'VERSION: REASON'" 'except = because'
said 'no engine' "found 'xen', wanted 'tcg' or 'kvm'" 'engine = xen'
said 'neither yes nor no' "found 'maybe', wanted yes or no" 'permanent = maybe'
said 'a control character' 'control character 0x1b' "$(printf 'title = a\033b')"
printf 'title = a\0b\n' >p/try.conf
run "$LKM" try p
is 2 'a NUL' 'it holds a NUL'
rm p/try.conf
mkfifo p/try.conf
run timeout 20 "$LKM" try p
is 2 'a pipe is not waited for' 'try.conf: is a named pipe'
rm p/try.conf
run "$LKM" try --test x --no-test p
is 2 'a test and none' 'which?'
run "$LKM" try --with , p
is 2 'no module to go with' '--with wants the name'

need_kernel
try() {
	run "$LKM" try --engine tcg --kernel "$kernel" "$@"
}
echo 'test = use.c' >p/try.conf
try p
is 3 'a test that is not there' 'p/use.c: try.conf names this test'
try --no-test p
is 0 'without it' 'use *- *no test given'

# ------------------------------------------------------------------ the test
echo 'int main(void) { return wrong; }' >p/use.c
try p
is 1 'a test that does not compile' "'wrong' undeclared\|‘wrong’ undeclared" \
	'the test does not compile, at p/use.c \[build.failed\]'
try --json p
is 1 'the same as JSON' '"cause": "build.failed"' '"stage": "build"'
cat >p/use.c <<'END'
#include <stdio.h>
#include <string.h>
int main(int argc, char **argv)
{
	char count[8] = "";
	FILE *f = fopen("/sys/module/params/parameters/number", "r");

	if (!f || !fgets(count, sizeof(count), f))
		return 1;
	printf("number is %s", count);
	if (argc > 1 && !strcmp(argv[1], "skip")) {
		puts("1..0 # SKIP no such device");
		return 77;
	}
	return 0;
}
END
printf '%s\n' 'test = use.c' 'params = number=7' >p/try.conf
try p
is 0 'its own test' 'use *ok *the test passed' 'number is 7'
try p number=8
is 0 'the command line comes last' 'number is 8'
try --test-arg skip p
is 0 'a test that cannot tell' 'use *- *no such device' \
	'PASS .*but use is not known: no such device'
printf '#!/bin/sh\nexit 5\n' >other
chmod +x other
if busybox true 2>/dev/null; then
	try --test ./other p
	is 1 'another test' 'exits with status 5'
fi
check 'nothing is left of what was compiled' sh -c '! ls "$TMPDIR" | grep .'

# -------------------------------------------------------------- the machine
printf '%s\n' 'test = use.c' "except = ${LKM_TEST_KERNEL%%-*}: it is Friday" \
	>p/try.conf
try p
is 3 'a kernel that it is not for' 'does not work on Linux .*: it is Friday'
printf '%s\n' 'test = use.c' 'except = 99.1: x' 'except = 6: x' >p/try.conf
case $LKM_TEST_KERNEL in
6.*) try p; is 3 'a series' 'does not work' ;;
esac
printf '%s\n' 'needs = no-such-compiler' >p/try.conf
try p
is 3 'a compiler that is not here' 'built with no-such-compiler, which is not'
echo 'device = no-such-device' >p/try.conf
try p
is 3 'a device that QEMU has not got' 'no-such-device' 'device help'
rm p/try.conf
try --device pci-testdev -r 1 p
is 0 'a device that it has' '^PASS' 'booted for this run'
try --with no_such_module p
is 3 'a module that the kernel has not got' "has no module 'no_such_module'"
try --with crc7 p --json
case $status in
0) is 0 'a module of the kernel' '"name": "crc7"\|no module crc7' ;;
*) is 0 'a module of the kernel' ;;
esac
printf '%s\n' '#include <linux/module.h>' 'static int __init stay_init(void)' \
	'{ return 0; }' 'module_init(stay_init);' 'MODULE_LICENSE("GPL");' \
	'MODULE_DESCRIPTION("stays");' >stay.c
try stay.c
is 1 'a module without exit' 'remove.permanent'
try --permanent stay.c
is 0 'unless it is made to stay' 'remove *- *it is made to stay' '^PASS'
