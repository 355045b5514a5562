# SPDX-License-Identifier: GPL-2.0-or-later
# The table is kmod's, byte for byte, over a machine that is not there.
. "$SRCDIR/tests/cli/fake-machine"
fake_machine

same 'no module' lsmod

fake_module hello live 16384 0
fake_module base_mod live 20480 2 b_user a_user
fake_module a_user live 1 0
fake_module b_user live 123456789012 0
fake_module used live 16384 3
fake_module coming coming 8192 1
fake_module going going 4096 0
fake_module broken_count live 4096 -1
fake_module a_name_that_is_longer_than_the_column live 1 0
cat >root/proc/modules <<'EOF'
hello 16384 0 - Live 0x0000000000000000 (OE)
b_user 17 0 - Live 0x0000000000000000
a_user 17 0 - Live 0x0000000000000000
base_mod 20480 2 b_user,a_user, Live 0x0000000000000000
used 16384 3 - Live 0x0000000000000000
coming 16384 1 - Loading 0x0000000000000000 (+)
going 4096 0 - Unloading 0x0000000000000000 (-)
broken_count 4096 -1 - Live 0x0000000000000000
a_name_that_is_longer_than_the_column 1 0 - Live 0x0000000000000000
EOF
same 'modules of all kinds' lsmod

same 'an argument' lsmod hello

rm root/proc/modules
same 'no /proc/modules' lsmod
