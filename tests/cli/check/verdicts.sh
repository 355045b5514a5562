# SPDX-License-Identifier: GPL-2.0-or-later
# Verdict, line, cause and remedy; parameters, policy, dependencies, folders.
. "$SRCDIR/tests/cli/check/common"
module hello --need _printk=0x92997ed8
module old --need _printk=0x92997ed9
module user --need sample_one=0x77 --depends sample
module base --export base_one=0x5
module top --need base_one=0x5
head -c 40 hello.ko >short.ko
echo 'no module' >text.ko

check hello.ko
ok 'it loads' 0 'LOADS hello.ko in Linux 6.1.0' \
	'<4> hello: loading out-of-tree module taints kernel.' \
	'hello 16384 0 - Live 0x... (OE)' 'taint E' \
	'init_module, exit cleanup_module'
check hello.ko a=1 b
ok 'parameters' 0 "hello: unknown parameter 'a' ignored" \
	'  note      hello has no parameter a' \
	"hello: unknown parameter 'b' ignored"
check old.ko
ok 'another version' 1 'REFUSED old.ko' 'EINVAL (22' \
	'<4> old: disagrees about version of symbol _printk' \
	'<4> old: Unknown symbol _printk (err -22)' 'load.crc, check_version' \
	'  fix  '
check -q old.ko
ok 'quiet' 1 'REFUSED old.ko'
[ "$(wc -l <out)" = 1 ] && echo 'ok - quiet is one line' ||
	echo 'not ok - quiet is one line'
check --insmod user.ko
ok 'insmod loads nothing else' 1 'Unknown symbol sample_one (err -2)' \
	'  why       sample_one is exported by the module sample, which is not' \
	"  fix       load that first: 'modprobe sample'"
check user.ko
ok 'modprobe does' 0 'uses      sample'
check top.ko
ok 'a stranger is not there' 1 'ENOENT' \
	'  why       neither 6.1.0 nor one of its own modules exports'
check --with base.ko top.ko
ok 'but with --with' 0 'uses      base'
check --insmod base.ko top.ko
ok 'or behind it' 0 'LOADS base.ko' 'LOADS top.ko' '2 load, 0 do not'
check --insmod top.ko base.ko top.ko
ok 'in the order given' 1 'REFUSED top.ko: ENOENT' 'LOADS base.ko' \
	'LOADS top.ko' '2 load, 1 do not'
check base.ko a=1 base.ko
ok 'not twice' 1 'LOADS base.ko' 'REFUSED base.ko: EEXIST'
check --json base.ko hello.ko
ok 'what was said is not said again' 0 \
	'base: loading out-of-tree module taints kernel.'
grep -q 'hello: loading out-of-tree' out && echo 'not ok - once' ||
	echo 'ok - once'
check base.ko old.ko top.ko root/lib
ok 'a folder behind files' 1 'REFUSED old.ko' 'LOADS top.ko' \
	'LOADS root/lib/modules/6.1.0/kernel/sample.ko' '3 load, 1 do not'
check --with short.ko top.ko
ok '--with what does not load' 3 'it would not load itself'
check --append 'quiet module_blacklist=x,hello' hello.ko
ok 'blacklist' 1 '<3> Module hello is blacklisted'
check --append module.sig_enforce hello.ko
ok 'enforced' 1 'EKEYREJECTED' '<5> Loading of unsigned module is rejected'
check --append lockdown=integrity hello.ko
ok 'locked down' 1 'unsigned module loading is restricted'
check --append nomodule hello.ko
ok 'disabled' 1 'load.disabled'
check --force-modversion old.ko
ok 'forced' 0 'old: module_layout: kernel tainted.' 'taint F'
check short.ko
ok 'cut short' 1 '<3> Invalid ELF header len 40'
check text.ko
ok 'text' 1 'load.elf.short'
check ./hello.ko ./old.ko
ok 'two files' 1 'LOADS ./hello.ko' 'REFUSED ./old.ko: EINVAL' \
	'2 modules in Linux 6.1.0: 1 load, 1 do not'
check - </dev/null
ok 'nothing on standard input' 1 'standard input is empty' "'df FILE.ko'"
mkdir -p 'my folder' && : >'my folder/e.ko'
check 'my folder/e.ko'
ok 'a name with a blank, to be typed' 1 "'df 'my folder/e.ko''"
check root/lib
ok 'a folder' 0 'LOADS sample.ko in Linux 6.1.0'
check -v hello.ko
ok 'verbose' 0 'memory    core' 'sections' '.text' 'symbols' 'init_module'
check missing.ko
ok 'no such file' 2 'lkm check: missing.ko: No such file' \
	'  fix: look at the path'
[ ! -s out ] && echo 'ok - no verdict on it' || echo 'not ok - no verdict on it'
check hello.ko missing.ko
ok 'no such file beside one' 2 'lkm check: missing.ko: No such file'
mkdir -p shut/in && cp hello.ko shut/in && chmod 0 shut/in
without_root() { # ARGUMENT...
	status=0
	set -- "$LKM" check --kernel ./root "$@"
	[ "$(id -u)" != 0 ] || set -- setpriv \
		--bounding-set=-dac_override,-dac_read_search "$@"
	"$@" >out 2>err || status=$?
}
without_root shut/in
ok 'a folder that may not be read' 3 'UNKNOWN in in Linux' \
	'cannot read it: Permission denied' '  fix       '
without_root shut hello.ko
ok 'one inside of a folder' 3 'UNKNOWN shut/in: cannot read it: Permission' \
	'LOADS hello.ko'
chmod 755 shut/in
check root/boot
ok 'an empty folder' 3 'no module in there' '  fix       modules end in .ko' \
	"'lkm build root/boot' makes"
check root/boot hello.ko
ok 'an empty folder beside a file' 3 'UNKNOWN root/boot: no module in there' \
	'LOADS hello.ko' '1 load, 0 do not, of 1 it cannot be told'
mkdir -p deep/er && cp hello.ko old.ko deep/er
check deep
ok 'paths in a folder' 1 'LOADS er/hello.ko' 'REFUSED er/old.ko: '
check - <old.ko
ok 'standard input' 1 'REFUSED - in' 'load.crc'
status=0
cat hello.ko | "$LKM" check --kernel ./root --brief - >out 2>err || status=$?
ok 'a pipe, brief' 0 'verdict	loads'
check --brief old.ko
ok 'brief' 1 'file	old.ko' 'verdict	refused' 'errno	EINVAL' \
	'rule	load.crc' 'where	symbol ' 'log	old: disagrees about' 'why	' 'fix	'
# To a terminal text is folded, elsewhere it is not.
if command -v script >/dev/null; then
	status=0
	script -qec "stty cols 60; '$LKM' check --kernel ./root old.ko" \
		/dev/null >out 2>err || status=$?
	tr -d '\r' <out >folded
	cp folded out
	ok 'folded' 1 'REFUSED'
	if [ "$(sed -n '/^  why /,/^  rule /p' folded | sed '$d' |
		awk 'length > 60' | wc -l)" = 0 ] &&
		[ "$(sed -n '/^  why /,/^  rule /p' folded | wc -l)" -gt 4 ]
	then
		echo 'ok - folded at 60'
	else
		sed 's/^/# /' folded
		echo 'not ok - folded at 60'
	fi
else
	echo 'ok - folded # SKIP script is not installed'
fi
# The kernel's own words for what a file is.
printf '%080d' 0 >digits.ko
check digits.ko
ok 'it is text' 1 'digits.ko is no ELF file but a text file' load.elf.magic.kind
"$BUILDDIR/tests/mkko/mkko" --machine aarch64 -o arm.ko
check arm.ko
ok 'another processor' 1 'arm.ko was built for aarch64 (ELF machine 183)' \
	'runs on x86_64' load.elf.arch.kind
