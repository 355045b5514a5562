# SPDX-License-Identifier: GPL-2.0-or-later
# --json: all of it, with reasons. -0: paths with any character.
. "$SRCDIR/tests/cli/closure/common"
command -v python3 >/dev/null || { echo "no python3"; exit 77; }
make_root
mkdir -p "$firmware/sub"
: >"$firmware/sub/b.bin.xz"
closure --json top-one soft 'fw?' fw inner weak nosuch
[ "$status" = 1 ]
FIRMWARE=$firmware MODS=$mods python3 - <<'END'
import json, os
mods, firmware = os.environ['MODS'], os.environ['FIRMWARE']
d = json.load(open('out', encoding='utf-8'))
assert list(d) == ['error', 'modules', 'firmware', 'missing']
assert d['error'] is None
m = {x['name']: x for x in d['modules']}
assert len(m) == len(d['modules'])
why = {n: (x['reason'], x['by'], x['request']) for n, x in m.items()}
assert why == {
    'base': ('depends', 'top_one', 'top-one'),
    'middle': ('depends', 'top_one', 'top-one'),
    'top_one': ('request', None, 'top-one'),
    'first': ('softdep-pre', 'soft', 'soft'),
    'soft': ('request', None, 'soft'),
    'last': ('softdep-post', 'soft', 'soft'),
    'fw2': ('request', None, 'fw?'),
    'fw': ('request', None, 'fw'),
    'in_side': ('request', None, 'inner'),
    'weak': ('request', None, 'weak'),
    'weak_one': ('weakdep', 'weak', 'weak')}, why
assert m['top_one']['path'] == mods + '/kernel/fs/top-one.ko'
assert m['in_side'] == {'name': 'in_side', 'path': None, 'builtin': True,
                        'reason': 'request', 'by': None, 'request': 'inner',
                        'firmware': ['in.bin']}
assert m['fw']['firmware'] == ['a.bin', 'sub/b.bin', 'none.bin',
                               'pattern*.txt', '../../../secret']
f = {x['name']: x for x in d['firmware']}
assert f['sub/b.bin'] == {'name': 'sub/b.bin', 'by': 'fw',
                          'paths': [firmware + '/sub/b.bin.xz']}
assert f['a.bin'] == {'name': 'a.bin', 'by': 'fw2', 'paths': []}
assert d['missing'] == [{'what': 'nosuch', 'kind': 'not-found',
                         'why': 'no module fits'}], d['missing']
END
closure -0 top-one
[ "$(tr '\0' '\n' <out | sed 's|.*/||' | tr '\n' ' ')" = \
	'base.ko middle.ko top-one.ko ' ]
