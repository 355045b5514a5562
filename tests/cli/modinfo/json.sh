# SPDX-License-Identifier: GPL-2.0-or-later
# --json and --null=all say what the real modinfo says, in forms that have no
# exceptions; names of Rust are whole.
command -v python3 >/dev/null || { echo "no python3"; exit 77; }
mkko=$BUILDDIR/tests/mkko/mkko
modinfo=$LKM_DROPIN_DIR/modinfo
real=$(PATH=$PATH:/usr/sbin:/sbin command -v modinfo) || real=$modinfo
long=_RNvXs_NtCs1234567890_6kernel5printNtB4_17RawFormatterNtNtCs_4core3fmt5Write9write_str
"$mkko" --full -o full.ko
"$mkko" --ext-versions --version $long=0x1234 --version short=7 -o rust.ko
"$mkko" --info 'parm=a:one' --info 'parm=b:two:three' --info parmtype=a:int \
	--info alias=one --info license=GPL --info alias=two --info noeq \
	--info "$(printf 'odd=\377\033[31m"\\\nend')" -o odd.ko
xz -k odd.ko
cp "$BUILDDIR/tests/mkko/mkko" no.ko

"$modinfo" --json full.ko rust.ko odd.ko odd.ko.xz >json
"$modinfo" --null=all odd.ko | tr '\0\n' '\n@' >null
"$real" odd.ko >text
for field in license alias parm; do
	"$real" -F $field odd.ko >text.$field
done
LONG=$long python3 - <<'END'
import json, os
full, rust, odd, xz = json.load(open('json', encoding='utf-8'))
cwd = os.getcwd()
assert full['filename'] == cwd + '/full.ko' and not full['builtin']
assert full['machine'] == 'x86_64' and full['compression'] == 'none'
assert len(full['build_id']) == 40
assert full['signature']['signer'] == 'mkko test key'
assert full['signature']['serial'] == 'da010203fe'
assert full['parameters'] == [
    {'name': 'count', 'type': 'int', 'description': 'how many'},
    {'name': 'names', 'type': 'array of charp', 'description': None}]
assert {'symbol': 'kfree', 'crc': '0x12345678'} in full['versions']

assert rust['versions'] == [{'symbol': os.environ['LONG'], 'crc': '0x00001234'},
                            {'symbol': 'short', 'crc': '0x00000007'}]
assert rust['signature'] is None

def lines(name):
    return open(name, encoding='utf-8', errors='replace').read().splitlines()

f = odd['fields']
assert f['license'] == lines('text.license')
assert f['alias'] == lines('text.alias') == ['one', 'two']
assert f['noeq'] == ['']
assert f['odd'] == ['\ufffd\x1b[31m"\\\nend']
assert 'parm' not in f and 'parmtype' not in f
assert [f"{p['name']}:{p['description']}" + (f" ({p['type']})" if p['type'] else '')
        for p in reversed(odd['parameters'])] == lines('text.parm')
assert xz['compression'] == 'xz' and xz['fields'] == f

# The text's labels and values, and nothing else.
null = lines('null')
assert null[0] == 'filename=' + cwd + '/odd.ko'
assert null[-2:] == ['parm=b:two:three', 'parm=a:one (int)']
assert all('=' in x for x in null)
assert [x.split('=')[0] for x in null] == \
    [x.split(':')[0] for x in lines('text') if ':' in x], null
END

# Nothing was escaped to the terminal.
! LC_ALL=C grep -q "$(printf '\033')" json

# Only a part.
"$modinfo" --json -F alias odd.ko | python3 -c '
import json, sys
[m] = json.load(sys.stdin)
assert list(m) == ["name", "filename", "builtin", "fields"], m
assert m["fields"] == {"alias": ["one", "two"]}, m'
"$modinfo" --json -p odd.ko | python3 -c '
import json, sys
[m] = json.load(sys.stdin)
assert m["fields"] == {} and len(m["parameters"]) == 2, m'

# What cannot be read is left out; the rest is a document.
! "$modinfo" --json no.ko nosuch.ko odd.ko >json 2>err
[ "$(python3 -c 'import json; print(len(json.load(open("json"))))')" = 1 ]
[ "$(grep -c ERROR err)" = 2 ]
! "$modinfo" --json nosuch >json 2>err
[ "$(cat json)" = '[]' ]
! "$modinfo" --null=x odd.ko >out 2>err
[ ! -s out ]
grep -qx "modinfo: ERROR: --null takes nothing or 'all', not 'x'" err

# Built in.
dir=root/lib/modules/1.0
mkdir -p "$dir"
printf 'kernel/in/in-side.ko\nkernel/in/quiet.ko\n' >"$dir/modules.builtin"
printf '%s\0' in_side.license=GPL 'in_side.parm=p:text' in_side.parmtype=p:int \
	>"$dir/modules.builtin.modinfo"
cp "$dir/modules.builtin" "$dir/modules.order"
! command -v depmod >/dev/null || depmod -b root 1.0
"$modinfo" --json -b root -k 1.0 in-side | python3 -c '
import json, sys
[m] = json.load(sys.stdin)
assert m == {"name": "in_side", "filename": None, "builtin": True,
    "fields": {"license": ["GPL"]},
    "parameters": [{"name": "p", "type": "int", "description": "text"}]}, m'
