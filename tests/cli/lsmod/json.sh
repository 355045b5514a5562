# SPDX-License-Identifier: GPL-2.0-or-later
# --json tells what the table tells, and the state; also as `kmod list`.
command -v python3 >/dev/null || { echo "no python3"; exit 77; }
. "$SRCDIR/tests/cli/fake-machine"
fake_machine

fake_module base_mod live 20480 2 b_user a_user
fake_module coming coming 8192 1
cat >root/proc/modules <<'EOT'
base_mod 17 2 b_user,a_user, Live 0x0000000000000000 (OE)
coming 16384 1 [permanent], Loading 0x0000000000000000 (+)
gone 4096 3 - Unloading 0x0000000000000000 (-)
no_unload 4096 - - Live 0x0000000000000000
EOT
inside /ours/lsmod --json >found
inside /ours/kmod list --json | cmp found -
python3 - <<'EOT'
import json
rows = json.load(open('found', encoding='utf-8'))
assert [list(r) for r in rows] == [['name', 'size', 'uses', 'users', 'state',
                                    'permanent', 'taints']] * 4, rows
rows[0]['users'].sort()
assert [list(r.values()) for r in rows] == [
    ['base_mod', 20480, 2, ['a_user', 'b_user'], 'live', False, 'OE'],
    ['coming', 8192, 1, [], 'loading', True, ''],
    ['gone', 4096, 3, [], 'unloading', False, ''],
    ['no_unload', 4096, None, [], 'live', False, '']], rows
EOT
: >root/proc/modules
[ "$(inside /ours/lsmod --json)" = '[]' ]
rm root/proc/modules
! inside /ours/lsmod --json >found 2>err
[ ! -s found ]
grep -qx 'Error: could not get list of modules: No such file or directory' err
