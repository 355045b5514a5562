# SPDX-License-Identifier: GPL-2.0-or-later
# timeout: 300
# Reports for programs: valid JSON, valid TAP, and the same verdict in both;
# several kernels at once.
. "$SRCDIR/tests/cli/try/lib"
need_kernel
build good/base_mod good/params bad/leak_kmalloc bad/oops_init
try() {
	run "$LKM" try --engine tcg --kernel "$kernel" "$@"
}

cat >check_json.py <<'EOF'
import json, sys
STAGES = ['insert', 'log', 'use', 'remove', 'health', 'leftovers', 'memory',
          'again']
RESULTS = ['pass', 'fail', 'not reached', 'not asked', 'not known']


def is_of(o, **types):
    for key, kind in types.items():
        assert isinstance(o[key], kind), (key, o[key])


rows = json.load(sys.stdin)
for row in rows:
    is_of(row, kernel=str, verdict=str)
    if row['verdict'] == 'unknown':
        is_of(row, error=str, where=str, fix=str)
        assert row['error']
        continue
    is_of(row, engine=(str, type(None)), warm=bool, milliseconds=int,
          modules=list, notes=list, stages=list, findings=list,
          expected=list)
    for m in row['modules']:
        is_of(m, name=str, file=str, parameters=str, needed=bool)
    names = [s['stage'] for s in row['stages']]
    assert names == STAGES or names == ['build'] + STAGES, names
    for s in row['stages']:
        is_of(s, summary=str, evidence=list)
        assert s['result'] in RESULTS, s
    for f in row['findings']:
        is_of(f, id=str, stage=str, round=int, note=bool, what=str,
              where=str, why=str, fix=str, evidence=list)
        assert f['stage'] in names and f['what'], f
    for e in row['expected']:
        is_of(e, name=str, verdict=str, errno=(str, type(None)), held=str,
              rule=(str, type(None)), taints=str, size=(int, type(None)),
              said=(str, type(None)))
        assert e['held'] in ('held', 'not seen'), e
    faults = [f['id'] for f in row['findings'] if not f['note']]
    failed = [s for s in row['stages'] if s['result'] == 'fail']
    assert (row['verdict'] == 'fail') == bool(faults) == bool(failed), row
    assert row['cause'] in faults if faults else row['cause'] is None
print(' '.join(r['verdict'] for r in rows))
EOF
json() { # STATUS NAME VERDICTS
	is "$1" "$2"
	check "$2: valid JSON" python3 check_json.py <out
	check "$2: $3" test "$(cat check.out)" = "$3"
	check "$2: nothing else is said" test ! -s err
}
cat >check_tap.py <<'EOF'
import re, sys
lines = sys.stdin.read().splitlines()
assert lines[0] == 'TAP version 14', lines[0]
plan = int(re.fullmatch(r'1\.\.(\d+)', lines[1]).group(1))
n = bad = 0
for line in lines[2:]:
    if line.startswith('#'):
        continue
    if line.startswith('Bail out! '):
        sys.exit(print('bail'))
    m = re.fullmatch(r'(ok|not ok) (\d+) - [^#]+( # SKIP .+)?', line)
    assert m and int(m.group(2)) == n + 1, line
    n, bad = n + 1, bad + (m.group(1) != 'ok')
    assert m.group(1) == 'ok' or not m.group(3), line
assert n == plan, (n, plan)
print(bad)
EOF
tap() { # STATUS NAME
	is "$1" "$2, TAP"
	check "$2: valid TAP" python3 check_tap.py <out
	case $1 in
	0) want=0 ;;
	1) want='[1-9]*' ;;
	*) want=bail ;;
	esac
	# shellcheck disable=SC2254 # a pattern
	case $(cat check.out) in
	$want) echo "ok - $2: points that failed" ;;
	*) echo "not ok - $2: points that failed" ;;
	esac
}

try --json ko/base_mod.ko
json 0 'a good module' pass
check 'no boot' grep -q '"boot": null' out
try --json --cold ko/base_mod.ko
json 0 'the same, booted' pass
check 'how long it booted' python3 -c '
import json, sys
boot = json.load(sys.stdin)[0]["boot"]
assert boot["milliseconds"] > 50, boot
assert boot["cpu_milliseconds"] > 50, boot' <out
try -v --cold --rounds 1 ko/base_mod.ko
is 0 'in words' '^ *boot *[0-9]* ms from the start of QEMU to process 1, [0-9]* ms of'
try --tap ko/base_mod.ko
tap 0 'a good module'
check 'a good module, TAP: what was expected' \
	grep -q '^# expect ok base_mod: loads, taints OE, [0-9]* bytes$' out
for m in leak_kmalloc oops_init; do
	try --json ko/$m.ko
	json 1 $m fail
	try --tap ko/$m.ko
	tap 1 $m
done
# Kernel logs hold any bytes, and a parameter brings them there.
try --json ko/params.ko "text=$(printf 'caf\351 \303\251 \303\240 \\ \033[1m end')"
json 0 'any bytes' pass
echo 'int x = nope;' >broken.c
run "$LKM" try --json --kernel "$kernel" broken.c
is 1 'no build'
check 'no build: valid JSON' python3 check_json.py <out
run "$LKM" try --tap --kernel "$kernel" broken.c
tap 1 'no build'

# ------------------------------------------------------------ several kernels
run "$LKM" try --engine tcg --kernel "$kernel,$kernel" ko/base_mod.ko
is 0 'two kernels' '^KERNEL *VERDICT *CAUSE$'
check 'two kernels: two rows' \
	test "$(grep -c "^$LKM_TEST_KERNEL *pass" out)" = 2
run "$LKM" try --engine tcg --kernel "$kernel,4.4" ko/base_mod.ko
is 3 'one of them is not here' "^$LKM_TEST_KERNEL *pass" \
	"unknown *kernel '4.4' is not at hand"
run "$LKM" try --engine tcg --kernel "$kernel,4.4" --json ko/base_mod.ko
json 3 'one of them is not here, JSON' 'pass unknown'
run "$LKM" try --engine tcg --kernel "$kernel,4.4" --tap ko/base_mod.ko
tap 3 'one of them is not here'
run "$LKM" try --engine tcg --kernel "$kernel,$kernel" ko/leak_kmalloc.ko
is 1 'two kernels that find fault' "^$LKM_TEST_KERNEL *fail .*\[memory.leak\]"
