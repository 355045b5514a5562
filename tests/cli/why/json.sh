# SPDX-License-Identifier: GPL-2.0-or-later
# --json: the same answers, and always a document.
command -v python3 >/dev/null || { echo "no python3"; exit 77; }
folder=root/lib/modules/1.0
mkdir -p $folder/kernel
"$BUILDDIR/tests/mkko/mkko" -o $folder/kernel/plain.ko --name plain \
	--info 'alias=x:y*'
: >$folder/modules.order
: >$folder/modules.builtin
: >$folder/modules.builtin.modinfo
"$LKM_DROPIN_DIR/depmod" -b root 1.0 2>/dev/null
cat >x.conf <<'END_CONF'
bad line
options plain a=1
blacklist plain
softdep plain pre: p post: q r
END_CONF
printf 'options plain c=\377\n' >>x.conf
why() {
	status=0
	"$LKM" why --json -C x.conf -d root "$@" || status=$?
}
why -S 1.0 x:y1 >by-alias
why -S 1.0 nosuch >none 2>/dev/null
why -S 1.0 plan >slip 2>/dev/null
why -S 1.0 -C nosuch plain >no-conf 2>/dev/null
[ $status = 3 ]
why -S 1.0 ./no.ko >no-file 2>/dev/null
[ $status = 1 ]
why -S 2.0 plain >blind 2>/dev/null
python3 - <<'END_PYTHON'
import json

j = json.load(open('by-alias'))
assert j['loads'] == 'no' and j['asked'] == 'x:y1', j
assert len(j['complaints']) == 1 and 'bad' in j['complaints'][0], j
(m,) = j['modules']
assert m['name'] == 'plain' and m['verdict'] == 'blacklisted', m
assert m['because']['kind'] == 'blacklist' and m['because']['line'] == 3, m
assert m['because']['file'] == 'x.conf' and m['because']['value'] is None, m
assert m['found']['by'] == 'alias' and m['found']['line'] == 2, m
assert m['found']['file'].endswith('modules.alias'), m
assert m['loaded'] is None and m['path'].endswith('plain.ko'), m
kinds = [x['kind'] for x in m['lines']]
assert kinds == ['blacklist', 'options', 'options', 'softdep'], kinds
assert m['lines'][2]['value'] == 'c=\ufffd', m
assert m['lines'][3]['pre'] == ['p'], m
assert m['lines'][3]['post'] == ['q', 'r'], m
none, blind = json.load(open('none')), json.load(open('blind'))
assert none['loads'] == 'no' and none['modules'] == [], none
assert none['near'] is None and json.load(open('slip'))['near'] == 'plain'
assert j['near'] is None, j
assert blind['loads'] == 'unknown' and blind['modules'] == [], blind
assert j['error'] is None and 'is no module' in none['error']['what'], none
assert blind['error']['errno'] == 2 and '-S' in blind['error']['fix'], blind
conf, file = json.load(open('no-conf')), json.load(open('no-file'))
assert conf['loads'] == 'unknown' and conf['folder'] is None, conf
assert "'nosuch'" in conf['error']['what'] and conf['error']['fix'], conf
assert file['loads'] == 'no' and './no.ko' in file['error']['what'], file
for x in none, blind, conf, file:
    assert list(x) == list(j) and x['modules'] == [], x
END_PYTHON
[ $status = 3 ]
