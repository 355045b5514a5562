# SPDX-License-Identifier: GPL-2.0-or-later
# What is wrong with the command line, or with a file: each has its message and
# its status, and no machine is started for it.
. "$SRCDIR/tests/cli/try/lib"
mkko=$BUILDDIR/tests/mkko/mkko
export LKM_CACHE="$PWD/cache"

# --------------------------------------------------------- the command line
"$mkko" -o good.ko
run "$LKM" try
is 2 'nothing to try' "nothing to try: give" "lkm try --help"
run "$LKM" try --no-such-option good.ko
is 2 'an unknown option' "no option '--no-such-option'"
run "$LKM" try --qiet good.ko
is 2 'an option with a slip' "'--qiet'; did you mean '--quiet'?"
run "$LKM" try -z good.ko
is 2 'an unknown letter' "no option '-z'"
run "$LKM" try --kernel
is 2 'an option without its value' "'--kernel' wants a value"
run "$LKM" try --kernel , good.ko
is 2 'no kernel named' "wants the name of a kernel"
run "$LKM" try --kernel '' good.ko
is 2 'an empty kernel' "wants the name of a kernel"
run "$LKM" try count=1 good.ko
is 2 'a parameter before any path' "'count=1' stands before any PATH"
run "$LKM" try --engine fast good.ko
is 2 'an unknown engine' "auto, tcg or kvm, not 'fast'"
for bad in rounds:0:1:1000 rounds:many:1:1000 rounds:1001:1:1000 \
	timeout:0:1:3600 timeout:-1:1:3600 timeout:1s:1:3600 \
	settle:-5:0:600000 settle:1e3:0:600000 memory:63:64:3072 \
	memory:99999999999999999999:64:3072 memory::64:3072 cpus:0:1:16 \
	cpus:17:1:16; do
	option=${bad%%:*} rest=${bad#*:}
	value=${rest%%:*} rest=${rest#*:}
	run "$LKM" try "--$option=$value" good.ko
	is 2 "--$option='$value'" \
		"--$option takes a number from ${rest%:*} to ${rest#*:}, not '$value'"
done
run "$LKM" try --help
is 0 'help' '^  lkm try hello.c ' 'Exit status: 0'
[ ! -s err ] || echo "not ok - help goes to standard output"

# ------------------------------------------------------------------- files
run "$LKM" try no-such.ko
is 2 'a missing file' "lkm try: no-such.ko: No such file or directory" \
	'fix: give a .c file, a folder or a .ko file'
run "$LKM" try --tap no-such.ko
is 2 'a missing file, as TAP' '^Bail out! no-such.ko: No such file'
run "$LKM" try no-such.c
is 2 'a missing source' "lkm try: no-such.c: No such file or directory" \
	'fix: give a .c file'
mkdir empty
run "$LKM" try empty
if [ "$status" = 3 ]; then
	is 3 'a folder without source, and no kernel' 'kernel'
else
	is 2 'a folder without source' 'empty: has no source of a module'
fi

# The file is at fault: 1.
: >zero.ko
run "$LKM" try zero.ko
is 1 'an empty file' 'FAIL zero.ko: the file is empty.*\[file.no-module\]'
echo "int main(void) { return 0; }" >text.ko
run "$LKM" try text.ko
is 1 'a text' 'FAIL text.ko: not an ELF file but a text file' \
	'fix: give a .c file, a folder or a .ko file'
printf 'int x;' >x.c
${CC:-cc} -c -o object.o x.c
run "$LKM" try object.o
is 1 'an object file' 'object.o: an object file, not a module' \
	'fix: kbuild makes the .ko of it'
run "$LKM" try /bin/sh
is 1 'a program' '/bin/sh: an ELF file, but a shared library or a program' \
	'fix: give the file whose name ends in .ko'
cp /bin/sh program.ko
run "$LKM" try program.ko
is 1 'a program named as a module' "fix: only its name is a module's"
head -c 1000 good.ko >cut.ko
run "$LKM" try cut.ko
is 1 'cut short' 'FAIL cut.ko: .*\[file.no-module\]'
for form in xz gzip zstd; do
	case $form in
	xz) pack='xz --check=crc32' suffix=xz ;;
	gzip) pack=gzip suffix=gz ;;
	zstd) pack='zstd -q' suffix=zst ;;
	esac
	if ! command -v $form >/dev/null; then
		echo "ok - cut short, $form # SKIP no $form"
		continue
	fi
	$pack -c good.ko >whole
	head -c 400 whole >"cut.ko.$suffix"
	run "$LKM" try "cut.ko.$suffix"
	is 1 "cut short, $form" "FAIL cut.ko.$suffix: .*\[file.no-module\]" \
		'fix: '
done
run "$LKM" try --json text.ko
is 1 'a text, as JSON' '"verdict": "fail"' '"cause": "file.no-module"'
run "$LKM" try --tap text.ko
is 1 'a text, as TAP' '^1\.\.8$' '^not ok 1 - insert' \
	'^# .*not an ELF file but a text file'

# Not for this machine, too large, no file: nobody knows.
"$mkko" --machine aarch64 -o arm.ko
run "$LKM" try arm.ko
is 3 'a module of another machine' \
	'arm.ko: the module is for aarch64, and the throw-away machine is an x86_64' \
	'fix: build it for x86_64'
truncate -s 2G huge.ko
run "$LKM" try huge.ko
is 3 '2 GiB' 'huge.ko: the file has 2147483648 bytes' 'fix: '
mkfifo pipe.ko
run timeout 20 "$LKM" try pipe.ko
is 3 'a pipe' 'pipe.ko: not a regular file'
run "$LKM" try /dev/null
is 3 'a device' '/dev/null: not a regular file'
cp good.ko secret.ko
chmod 0 secret.ko
run as_user "$LKM" try secret.ko
is 3 'a file that may not be read' 'secret.ko: .*Permission denied'
"$mkko" -o other-name.ko
run "$LKM" try good.ko good.ko
is 3 'a module twice' "good.ko: there is a second module named" 'fix: '

# ------------------------------------------------------------ no kernel here
"$mkko" --vermagic '4.4.4-nowhere SMP mod_unload ' -o old.ko
run "$LKM" try old.ko
is 3 'for a kernel that is not here' \
	'built for kernel 4.4.4-nowhere, which is not at hand' 'lkm kernel get'
run "$LKM" try --kernel 4.4 good.ko
is 3 'a kernel that is not here' "kernel '4.4' is not at hand" \
	"fix: 'lkm kernel get 4.4'"
run "$LKM" try --kernel ./no/folder good.ko
is 3 'a folder that is not there' './no/folder: no such folder'
mkdir -p part/lib/modules/4.4.4-part/kernel part/usr/src/linux-headers-4.4.4-part
run "$LKM" try --kernel ./part good.ko
is 3 'a kernel without an image' 'there is no image of kernel 4.4.4-part' \
	"fix: 'lkm kernel get"
mkdir -p locked/boot locked/lib/modules/4.4.4-locked
echo image >locked/boot/vmlinuz-4.4.4-locked
chmod 0 locked/boot/vmlinuz-4.4.4-locked
run as_user "$LKM" try --kernel ./locked good.ko
is 3 'an image that may not be read' 'image may not be read by you' \
	"fix: .*sudo chmod a+r"

# -------------------------------------------------- source that does not build
if [ -z "$LKM_TEST_KERNEL" ] || ! command -v gcc >/dev/null; then
	echo "ok - source that does not build # SKIP no kernel or no gcc"
	exit 0
fi
printf '\nint f(void) { return nosuch; }\nint g(void) { return 1 }\n' >src.c
run "$LKM" try --kernel "$kernel" src.c
if [ "$status" = 3 ]; then
	echo "ok - source that does not build # SKIP $(tail -n 1 err)"
	exit 0
fi
is 1 'source that does not build' "error: 'nosuch' undeclared" \
	"^FAIL src.c: 'nosuch' undeclared.*, at src.c:2:22 \\[build.failed\\]"
run "$LKM" try --tap --kernel "$kernel" src.c
is 1 'the same, as TAP' '^1\.\.8$' '^not ok 1 - build in ' \
	'^ok 2 - log .* # SKIP not reached' '^#   at src.c:2:22$'
run "$LKM" try --json --kernel "$kernel" src.c
messages() {
	[ "$status" = 1 ] && python3 - out <<'EOM'
import json, sys
j = json.load(open(sys.argv[1]))[0]
assert j["verdict"] == "fail" and j["cause"] == "build.failed", j
assert [s["stage"] for s in j["stages"] if s["result"] == "fail"] == \
    ["build"], j["stages"]
f = [f for f in j["findings"] if f["id"] == "build.failed"]
assert [(x["stage"], x["file"], x["line"], x["column"]) for x in f[:2]] == \
    [("build", "src.c", 2, 22), ("build", "src.c", 3, 23)], f
assert f[0]["evidence"] and "';'" in f[1]["fix"] and f[1]["why"], f
EOM
}
check 'the same, as JSON' messages
cat >warn.c <<'EOC'
static int never_used(void) { return nosuch; }
static int unused(void) { return 0; }
EOC
run "$LKM" try --json --kernel "$kernel" warn.c
warnings() {
	[ "$status" = 1 ] && python3 - out <<'EOM'
import json, sys
j = json.load(open(sys.argv[1]))[0]
w = [f for f in j["findings"] if f["id"] == "build.warning"]
assert w and all(f["note"] for f in w), j["findings"]
assert j["cause"] == "build.failed", j
EOM
}
check 'a warning beside an error, as JSON' warnings
