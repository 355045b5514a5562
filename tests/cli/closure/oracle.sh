# SPDX-License-Identifier: GPL-2.0-or-later
# What the real modprobe -D prints and the real modinfo -F firmware says of it
# is in the closure, in an order in which it can be loaded; and nothing else is
# but by softdeps of what kmod looks at only once.
. "$SRCDIR/tests/cli/closure/common"
command -v python3 >/dev/null || { echo "no python3"; exit 77; }
command -v modprobe >/dev/null || { echo "kmod is not installed"; exit 77; }
mkdir conf
cat >compare.py <<'END'
import json, os, subprocess, sys
root, release, lkm = sys.argv[1:4]
requests = [l.strip() for l in sys.stdin]

def run(*cmd, ok=(0,)):
    r = subprocess.run(cmd, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                       text=True, check=False)
    assert r.returncode in ok, (cmd, r.returncode, r.stderr)
    return r.stdout

deps = {}
folder = f'{root}/lib/modules/{release}'
for line in open(f'{folder}/modules.dep', encoding='utf-8'):
    path, _, rest = line.partition(':')
    deps[f'{folder}/{path}'] = [f'{folder}/{p}' for p in rest.split()]

def closure(*args):
    return json.loads(run(lkm, 'closure', '-q', '-d', root, '-S', release,
                          '-C', 'conf', '--json', *args))

bad = 0
union = set()
for request in requests:
    out = run('modprobe', '-d', root, '-S', release, '-C', 'conf', '-D',
              request)
    wanted = {l.split()[1] for l in out.splitlines() if l.startswith('insmod ')}
    builtin = {l.split()[1] for l in out.splitlines()
               if l.startswith('builtin ')}
    d = closure(request)
    found = [m['path'] for m in d['modules'] if m['path']]
    union |= set(found)
    if not wanted <= set(found) or len(set(found)) != len(found):
        print(f'# {request}: misses {sorted(wanted - set(found))}')
        bad += 1
    if not builtin <= {m['name'] for m in d['modules'] if m['builtin']}:
        print(f'# {request}: misses built-in {builtin}')
        bad += 1
    # Without softdeps: exactly the module and its dependencies.
    hard = closure('--no-softdep', '--no-weakdep', '--no-firmware', request)
    hard = {m['path'] for m in hard['modules'] if m['path']}
    named = [p for p in found if p in hard and
             any(m['path'] == p and m['reason'] == 'request'
                 for m in d['modules'])]
    if hard != set(named).union(*(deps[p] for p in named)):
        print(f'# {request}: without softdeps {sorted(hard)}')
        bad += 1
    seen = set()
    for p in found:
        if not seen.issuperset(deps[p]):
            print(f'# {request}: {p} stands before what it depends on')
            bad += 1
        seen.add(p)
print(('not ' if bad else '') + f'ok - {len(requests)} requests, each alone')

# All at once is the union.
d = closure(*requests)
found = [m['path'] for m in d['modules'] if m['path']]
print(('' if set(found) == union and len(found) == len(union) else 'not ') +
      'ok - all at once')

# What modinfo says of every module.
bad = 0
for m in d['modules']:
    if m['path']:
        names = run('modinfo', '-F', 'firmware', m['path']).splitlines()
        if names != m['firmware']:
            print(f"# {m['path']}: {m['firmware']}, wanted {names}")
            bad += 1
print(('not ' if bad else '') + f'ok - firmware of {len(found)} modules')
assert d['missing'] == [], d['missing']
END

make_root
printf '%s\n' base middle top_one soft fw fw2 last pci:v00001234d00005678 \
	symbol:f_base in_side inner loop_b | python3 compare.py \
	"$PWD/root" $V "$LKM"
cat >conf/x.conf <<'END'
alias mine soft
softdep base post: last
install fw /bin/true
END
printf '%s\n' mine middle base | python3 compare.py "$PWD/root" $V "$LKM" |
	sed 's/^\(.*ok - \)/\1with configuration: /'

if [ -z "$LKM_TEST_KERNEL_ROOT" ]; then
	echo "ok - a stock kernel # SKIP there is none"
	exit 0
fi
rm conf/*
stock=$PWD/stock/lib/modules/$LKM_TEST_KERNEL
mkdir -p "$stock"
from=$LKM_TEST_KERNEL_ROOT/lib/modules/$LKM_TEST_KERNEL
ln -s "$from/kernel" "$stock/kernel"
cp "$from"/modules.builtin* "$from/modules.order" "$stock/"
depmod -b stock "$LKM_TEST_KERNEL"
sed 's|:.*||; s|.*/||; s|\.ko.*||' "$stock/modules.dep" |
	awk 'NR % 9 == 0' >some
awk '$1 == "alias" && NR % 400 == 0 { gsub(/\*/, "00", $2); print $2 }' \
	"$stock/modules.alias" | grep -v '[][]' >>some
awk '$1 == "alias" && NR % 700 == 0 { print $2 }' "$stock/modules.symbols" \
	>>some
sed 's|.*/||; s|\.ko||' "$stock/modules.builtin" | head -20 >>some
# Not every made-up alias is one.
while read -r name; do
	! modprobe -d stock -S "$LKM_TEST_KERNEL" -C conf -q -D "$name" \
		>/dev/null 2>&1 || echo "$name"
done <some >sure
python3 compare.py "$PWD/stock" "$LKM_TEST_KERNEL" "$LKM" <sure |
	sed 's/^\(.*ok - \)/\1a stock kernel: /'
