# SPDX-License-Identifier: GPL-2.0-or-later
# Modules that /proc/modules lists and /sys/module no longer has keep their
# numbers (kmod prints -2); lines that are none are said to be none.
. "$SRCDIR/tests/cli/fake-machine"
fake_machine

fake_module half live 1 1
rm -r root/sys/module/half/initstate root/sys/module/half/refcnt
cat >root/proc/modules <<'EOF'
gone 16384 2 a,b, Live 0x0000000000000000 (OE)
half 4096 1 - Live 0x0000000000000000
no_unload 4096 - - Live 0x0000000000000000
EOF
cat >wanted <<'EOF'
Module                  Size  Used by
gone                   16384  2 a,b
half                    4096  1
no_unload               4096  -
EOF
inside /ours/lsmod >found 2>err
diff -u wanted found
[ ! -s err ]

printf 'good 1 0 - Live 0x0\n\nbad line\n../x 1 0 - Live 0x0' \
	>root/proc/modules
inside /ours/lsmod >found 2>err
printf '%-19s %8s  %s\n' Module Size 'Used by' good 1 0 ../x 1 0 |
	sed '1s/.*/Module                  Size  Used by/' | diff -u - found
grep -q '^lsmod: ERROR: /proc/modules: line 2: ' err
grep -q "^lsmod: ERROR: /proc/modules: line 3: found 'line', wanted a size" err
