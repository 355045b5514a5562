# SPDX-License-Identifier: GPL-2.0-or-later
# timeout: 600
# What people do with it: tests of all kinds, files, parameters, modules that
# need one another or the kernel's own, folders, compressed files.
. "$SRCDIR/tests/cli/try/lib"
need_kernel
build good/base_mod good/user_mod good/params bad/no_owner
try() {
	run "$LKM" try --engine tcg --kernel "$kernel" "$@"
}

# -------------------------------------------------------------------- tests
cat >use.c <<'EOF'
#include <stdio.h>
#include <string.h>
#include <unistd.h>
int main(int argc, char **argv)
{
	for (int i = 1; i < argc; i++)
		printf("<%s>", argv[i]);
	puts("");
	fflush(stdout);
	if (argc > 1 && !strcmp(argv[1], "hang"))
		pause();
	if (argc > 1 && !strcmp(argv[1], "crash"))
		*(volatile int *)0 = 1;
	return argc > 1 && !strcmp(argv[1], "fail") ? 3 : 0;
}
EOF
${CC:-cc} -o dynamic use.c
try --test ./dynamic --test-arg 'two words' --test-arg '' ko/base_mod.ko
is 0 'a program with shared libraries' '<two words><>$' 'use *ok *the test pas'
if ${CC:-cc} -static -o static use.c 2>cc.err; then
	try --test ./static --test-arg x ko/base_mod.ko
	is 0 'a static program' '<x>$' 'use *ok'
else
	echo "ok - a static program # SKIP no static C library"
fi
try --test ./dynamic --test-arg fail ko/base_mod.ko
is 1 'a test that fails' 'the test exits with status 3 \[use.failed\]' \
	'again *ok *2 rounds alike'
try --test ./dynamic --test-arg crash ko/base_mod.ko
is 1 'a test that crashes' 'the test was ended by signal 11 \[use.failed\]'
try --timeout 1 --test ./dynamic --test-arg hang ko/base_mod.ko
is 1 'a test that hangs' 'does not end within 1 s \[use.hang\]' \
	'remove *ok' 'leftovers *ok'

if [ -x /bin/busybox ] || [ -x /usr/bin/busybox ]; then
	cat >tap <<'EOF'
#!/bin/sh
echo "not ok 1 - the first"
for i in $(seq 2 30); do echo "ok $i - good"; done
echo "# why"
echo "not ok 31 - the last"
echo "not ok 32 - not yet # TODO"
exit 1
EOF
	chmod +x tap
	try --test tap ko/base_mod.ko
	is 1 'of a long TAP what is not ok' '(29 lines "ok"; -v shows them)' \
		'^ *not ok 1 - the first$' '^ *# why$' '^ *not ok 31' \
		'status 1: not ok 1 - the first, and 1 more \[use.failed\]'
	check 'and not what is' test "$(grep -c 'ok [0-9]* - good' out)" = 0
	try -v --test tap ko/base_mod.ko
	is 1 'with -v all of it' '^ *ok 2 - good$' '^ *ok 30 - good$'
	cat >script <<'EOF'
#!/bin/sh
echo "args $# $1"
grep -q '^base_mod ' /proc/modules && echo "it is loaded"
cat /etc/some/where "$HOME/plain" && ls -l /sbin/runs | cut -c1-10
pwd
EOF
	chmod +x script
	echo 'in a folder' >plain
	cp script runs
	try --test script --test-arg 'a  b' --add plain:/etc/some/where \
		--add plain --add ./runs:/sbin/runs ko/base_mod.ko
	is 0 'a shell script, and files for it' 'args 1 a  b' 'it is loaded' \
		'in a folder' '^ *-rwxr.xr.x$' '^ */root$'
	# A clock that is too fast ends all that takes time too early.
	cat >clock <<'EOF'
#!/bin/sh
khz=$(tr ' ' '\n' </proc/cmdline | sed -n 's/^tsc_early_khz=//p')
dmesg | grep -q "tsc: Detected ${khz%???}\.${khz#"${khz%???}"} MHz" &&
	echo "its clock is as fast as it was told"
EOF
	chmod +x clock
	if [ "$(uname -m)" = x86_64 ]; then
		try --cold --test ./clock --rounds 1 ko/base_mod.ko
		is 0 'the clock of the guest' 'its clock is as fast as it was'
	else
		echo "ok - the clock of the guest # SKIP there is no TSC here"
	fi
	printf '#!/bin/sh\nsleep 100 &\nsetsid sleep 100 &\nsleep 1\nexit 0\n' >leaves
	chmod +x leaves
	try --test ./leaves --rounds 1 ko/base_mod.ko
	is 0 'a test that leaves processes' 'left running: sleep of the test' \
		'process: sleep, killed' 'leftovers *ok'
	printf '#!/bin/sh\ncat /dev/no_owner\n' >waits
	chmod +x waits
	try --timeout 2 --test ./waits --rounds 1 ko/no_owner.ko
	is 1 'a test whose child hangs in the kernel' 'process cat, state D' \
		'^ *at *no_owner_read' '\[use.hang\]' \
		'left behind: cat of the test, a process that does not end'
	check 'which is no thread of the kernel' \
		sh -c '! grep -q "kernel thread" out'
else
	echo "ok - a shell script # SKIP there is no busybox"
fi

try --test dynamic ko/base_mod.ko
is 0 'a program of this folder' 'use *ok *the test passed'
try --test use.c --test-arg 'from C' ko/base_mod.ko
is 0 'a test that is C source' '<from C>$' 'use *ok'
echo 'int main(void) { return nosuch; }' >bad.c
try --test bad.c ko/base_mod.ko
is 1 'a test that does not compile' "bad.c:1:.*'nosuch' undeclared" \
	'the test does not compile, at bad.c \[build.failed\]'
mkfifo pipe.c
run timeout 20 "$LKM" try --kernel "$kernel" --test pipe.c ko/base_mod.ko
is 2 'C source that is a pipe' 'pipe.c: is a named pipe'
try --test ./no-such ko/base_mod.ko
is 3 'a test that is not there' 'no-such: No such file' 'fix: look at the path'
cp dynamic locked
chmod -x locked
try --test ./locked ko/base_mod.ko
is 3 'a test that may not be executed' 'locked: the test may not be executed' \
	"fix: 'chmod +x ./locked'"
echo 'exit 0' >words
try --test ./words ko/base_mod.ko
is 3 'a test that is text' "neither a 64-bit x86 program nor a script" \
	"fix: begin a script with the line '#!/bin/sh'"
check 'and no word about chmod' test "$(grep -c chmod err)" = 0
head -c 5000 dynamic >broken
chmod +x broken
try --test broken ko/base_mod.ko
is 3 'a program that is cut short' 'broken: .* cannot tell its libraries: [^ ]'
printf '#!/no/such/interpreter -x\n' >lost
printf '#! \n' >empty
mkfifo pipe
cp dynamic foreign
printf '\267\0' | dd of=foreign bs=1 seek=18 conv=notrunc status=none
chmod +x lost empty pipe
try --test ./lost ko/base_mod.ko
is 3 'a script without its interpreter' \
	"lost: its interpreter '/no/such/interpreter' does not exist here"
try --test ./empty ko/base_mod.ko
is 3 'a script that names none' "empty: .*names no interpreter"
run timeout 20 "$LKM" try --kernel "$kernel" --test ./pipe ko/base_mod.ko
is 3 'a test that is a pipe' 'pipe: found a device or a pipe, wanted a file'
try --test . ko/base_mod.ko
is 3 'a test that is a folder' 'found a folder, wanted a file'
try --test ./foreign ko/base_mod.ko
is 3 'a program of another machine' 'foreign: neither a 64-bit x86 program'
try --add ./no-such ko/base_mod.ko
is 3 'a file that is not there' 'no-such: No such file'
try --add /dev/zero ko/base_mod.ko
is 3 'a file without an end' '/dev/zero: found a device or a pipe'
truncate -s 250M huge
try --add ./huge ko/base_mod.ko
is 3 'a file that is too large' 'huge: '

# --------------------------------------------------------------- parameters
try ko/params.ko number=-7 text='two  words' list=4,5 flag=y
is 0 'parameters' 'params: number=-7 flag=1 text=two  words list\[2\]=4'
try ko/base_mod.ko ko/params.ko params.number=8 ko/user_mod.ko
is 0 'a parameter of a module by its name' 'params: number=8 '
try ko/params.ko number=9 ko/base_mod.ko
is 0 'a parameter of the path before it' 'params: number=9 '
try ko/params.ko text='"quoted already"' 'number=0x10'
is 0 'quotes' 'number=16 .*text=quoted already '
try ko/params.ko 'text=what "is" this'
is 3 'a value that no kernel can be told' 'the value of text cannot be written' \
	'fix: '
try ko/params.ko 'text=one " too few'
is 3 'an odd quote' 'an odd number of'
try ko/params.ko "text=$(printf 'caf\303\251 \303\240')" number=5
is 0 'letters with a byte that is a blank to the kernel' 'number=5 .*text=caf'
try ko/params.ko flag
is 2 'a word that is no parameter' "'flag' is neither a file nor a module of kernel"
try ko/params.ko number=many
is 1 'a value that it does not take' "\[insert.refused\]" 'number'
try ko/params.ko nosuch=1
is 1 'a parameter that it does not have' '\[insert.unknown-parameter\]'
try ko/params.ko list=1,2,3,4,5
is 1 'more than the array holds' '\[insert.refused\]' \
	"list: can only take 4 arguments"

# --------------------------------------------------- modules and what they need
try ko/user_mod.ko ko/base_mod.ko
is 0 'a module and the one that it needs' '^ *log .*' 'user_mod: '
try ko/user_mod.ko
is 1 'without it' 'user_mod: .*\[insert.refused\]' \
	'note: user_mod needs module base_mod, which is neither given nor' \
	'Unknown symbol base_mod_value'
mkdir two
cp "$SRCDIR/tests/good/base_mod.c" "$SRCDIR/tests/good/user_mod.c" two
echo 'obj-m := user_mod.o base_mod.o' >two/Kbuild
try two
is 0 'a folder with two modules' '^PASS .*base_mod.ko.*user_mod.ko' \
	'user_mod: '
check 'leaves the folder as it was' test "$(ls two | tr '\n' ' ')" = \
	'Kbuild base_mod.c user_mod.c '
try two/base_mod.c two/user_mod.c ko/params.ko number=3
is 0 'sources and a module' 'user_mod: ' 'params: number=3 '
echo 'obj-m := a.o' >two/Kbuild
try two
is 1 'a folder that does not build' '^FAIL two: .*\[build.failed\]'
echo 'int x = nope;' >broken.c
try broken.c
is 1 'a source that does not build' "^FAIL broken.c: .*nope.*\[build.failed\]"

tree=$(find "${LKM_TEST_KERNEL_ROOT%/}/lib/modules/$LKM_TEST_KERNEL/" \
	"${LKM_TEST_KERNEL_ROOT%/}/usr/lib/modules/$LKM_TEST_KERNEL/" \
	-name 'lz4.ko*' 2>/dev/null | head -n 1)
if [ -n "$tree" ]; then
	try "$tree"
	is 0 "one of the kernel's own" 'needed: lz4_compress (loaded first)' \
		'^PASS'
else
	echo "ok - one of the kernel's own # SKIP it has no lz4"
fi
for form in gzip xz zstd; do
	case $form in
	gzip) pack=gzip suffix=gz ;;
	xz) pack='xz --check=crc32' suffix=xz ;;
	zstd) pack='zstd -q' suffix=zst ;;
	esac
	if command -v $form >/dev/null; then
		$pack -c ko/base_mod.ko >"base_mod.ko.$suffix"
		try -q "base_mod.ko.$suffix"
		is 0 "compressed by $form" "^PASS base_mod.ko.$suffix"
	else
		echo "ok - compressed by $form # SKIP no $form"
	fi
done

# --------------------------------------- modules of the kernel's own before
try --with nonexist ko/base_mod.ko
is 3 'a module to go with that is none' \
	"--with: kernel .* has no module 'nonexist', nor is it built in" 'fix: '
check 'and no machine for it' test ! -s out
try -q --with unix ko/base_mod.ko
is 0 'one that is built in' '^PASS'
try --with lz4_compres ko/base_mod.ko
if [ -n "$tree" ]; then
	is 3 'one with a slip' "fix: did you mean 'lz4_compress'?"
fi
mkdir -p project
cp "$SRCDIR/tests/good/base_mod.c" project
echo 'with = nonexist' >project/try.conf
try project
is 0 'one that a folder names for other kernels' '^PASS' \
	'note: kernel .* has no module nonexist to go with'

# --------------------------------------------------------------------- how
try --rounds 1 ko/base_mod.ko
is 0 'one round' 'again *- *one round was asked for'
try --rounds 5 --settle 0 ko/base_mod.ko
is 0 'five rounds' 'again *ok *5 rounds alike'
try -q ko/base_mod.ko
is 0 'only the verdict' '^PASS base_mod.ko'
check 'is one line' test "$(grep -c . out)" = 1
try -v --cold --cpus 2 --memory 160 --append 'quiet 0x5 -- lkm.test=1' ko/base_mod.ko
is 0 'a machine of its own' 'booted for this run' '^ *engine *tcg: asked for' \
	'^ *image *.*vmlinuz'
