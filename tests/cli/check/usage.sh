# SPDX-License-Identifier: GPL-2.0-or-later
# Options, the list of rules, JSON.
. "$SRCDIR/tests/cli/check/common"
module hello --need _printk=0x92997ed8
module old --need _printk=0x92997ed9

check
ok 'no file' 2 'which module?'
check --nosuch
ok 'no such option' 2 "no option '--nosuch'"
check --kernle x hello.ko
ok 'an option with a slip' 2 "no option '--kernle'; did you mean '--kernel'?"
check --verbsoe=1 hello.ko
ok 'with a value' 2 "did you mean '--verbose'?"
check --kernel 6.1,6.12 hello.ko
ok 'two kernels' 2 "--kernel takes one kernel here, not '6.1,6.12'"
check --with
ok 'a value is missing' 2 "'--with' takes a value"
check --live hello.ko
ok '--live and --kernel' 2 'exclude each other'
: >source.c
check source.c
ok 'source' 2 "'source.c' is source" "'lkm build source.c' makes it" \
	"'lkm try source.c'"
check --help
ok 'help' 0 'lkm check hello.ko'
check --trust root/boot/config-6.1.0 hello.ko
ok 'no certificate' 3 'X.509'
check --rules
ok 'rules' 0 "load.vermagic	refuses	ENOEXEC	check_modinfo, kernel/module/main.c	%s: version magic '%s' should be '%s'"
[ -z "$(cut -f1 out | sort | uniq -d)" ] && echo 'ok - ids are unique' ||
	echo 'not ok - ids are unique'

json() { # NAME PYTHON
	python3 -c "
import json
d = json.load(open('out'))
m = d['modules'][0]
assert ($2), m" && echo "ok - $1" || echo "not ok - $1"
}
check --json hello.ko a=1
json 'json, loads' "m['verdict'] == 'loads' and m['errno'] is None and
	m['taints'] == 'OE' and m['size'] == 16384 and m['params'] == 'a=1' and
	m['init'] == 'init_module' and d['kernel']['release'] == '6.1.0' and
	any(x['rule'] == 'note.param.unknown' for x in m['log'])"
check --json missing.ko
ok 'json, not there' 2 '"kernel": null' '"where": "missing.ko"' '"errno": 2' \
	'"modules": []'
mkfifo pipe.ko
check --json pipe.ko
json 'json, cannot be opened' "m['verdict'] == 'unknown' and m['log'] == [] and
	m['errno'] is None and m['error']['errno'] and
	set(m) >= {'name', 'taints', 'findings', 'size', 'parts'}"
mkdir -p empty
check --json empty
json 'json, an empty folder' "m['file'] == 'empty' and m['error']['fix']"
status=0
"$LKM" check --json -k 99.9 hello.ko >out 2>err || status=$?
ok 'json, no such kernel' 3 '"kernel": null' "'99.9' is not at hand" '"modules": []'
check --json old.ko
json 'json, refused' "m['verdict'] == 'refused' and m['errno'] == 'EINVAL' and
	m['errno_number'] == 22 and m['rule'] == 'load.crc' and m['why'] and
	m['fix'] and m['log'][-1]['level'] == 4"

why() {
	status=0
	"$LKM" why "$@" >out 2>err || status=$?
}
why "[  1.2] hello: Unknown symbol x (err -2)"
ok 'why a message' 0 load.symbol.unknown 'no one exports x'
why EKEYREJECTED
ok 'why an errno' 0 load.sig.rejected load.sig.unsigned
why load.crc
ok 'why a rule' 0 check_version
why 'nothing the kernel says'
ok 'why something else' 1 'no rule knows'
why --json 'Module x is blacklisted'
ok 'why, json' 0 '"rule": "load.blacklist"'

# Without --kernel, and its own is not here.
if [ -n "$LKM_TEST_KERNEL" ]; then
	mkdir -p cache/kernels
	case $LKM_TEST_KERNEL_ROOT in
	/ | '') ;;
	*) ln -s "$LKM_TEST_KERNEL_ROOT" "cache/kernels/$LKM_TEST_KERNEL" ;;
	esac
	another() {
		status=0
		LKM_CACHE=$PWD/cache "$LKM" check "$@" >out 2>err || status=$?
	}
	V='1.2.3-far SMP ' module far
	another far.ko
	ok 'another kernel' 1 'kernel    built for 1.2.3-far, which is not at hand' \
		"'lkm kernel get 1.2.3-far'"
	another -q far.ko
	[ "$(wc -l <out)" = 1 ] && echo 'ok - quiet about it' ||
		echo 'not ok - quiet about it'
	another --json far.ko
	ok 'another kernel, json' 1 '"note": "built for 1.2.3-far'
	V="$LKM_TEST_KERNEL SMP " module own
	another --json own.ko
	ok 'its own kernel' "$status" '"note": null'
else
	echo 'ok - another kernel # SKIP no kernel at hand'
fi
why 8
ok 'why a number' 0 'ENOEXEC (8'
why enoexec
ok 'why an errno in small letters' 0 'ENOEXEC (8'
