# SPDX-License-Identifier: GPL-2.0-or-later
# What is read on a terminal is folded at its width, at blanks, and says the same
# words as in a pipe, where each line is whole.
. "$SRCDIR/tests/cli/check/common"
module other --need _printk=0x92997ed9 --need nowhere=0x1
module good --need _printk=0x92997ed8
"$BUILDDIR/tests/mkko/mkko" -o foreign.ko --name foreign --versions \
	--vermagic '2.6.18 SMP mod_unload with many words behind it '
cat >narrow.py <<'END'
import re, subprocess, sys
columns, command = int(sys.argv[1]), sys.argv[2:]
term = ['python3', sys.argv[0].replace('narrow.py', '') + 'on-terminal']
there = subprocess.run(term + [str(columns)] + command, text=True,
                       stdout=subprocess.PIPE)
# As a terminal has it: both streams, in their order.
here = subprocess.run(command, text=True, stdout=subprocess.PIPE,
                      stderr=subprocess.STDOUT)
assert there.returncode == here.returncode, there.returncode
words = [re.sub(r'\(\d+\.\d+ s\)|0x[0-9a-f]{9,}|\b[0-9a-f]{16}\b', '', x.stdout).split()
         for x in (there, here)]
assert words[0] == words[1], there.stdout + here.stdout
for line in there.stdout.splitlines():
    # A path stays whole, and may be the last word of a line.
    last = line.split()[-1] if line.strip() else ''
    assert len(line) <= max(columns, 40) or '/' in last and \
        len(line) - len(last) <= 23, line
longest = max(len(line) for line in here.stdout.splitlines())
assert longest > columns or columns > 40, 'nothing was to be folded'
assert '\x1b' not in here.stdout
END
ln -s "$SRCDIR/tests/cli/on-terminal" on-terminal
folds() { # NAME ARGUMENT...
	name=$1
	shift
	for columns in 20 40 60 100; do
		if python3 "$PWD/narrow.py" $columns "$LKM" "$@" >log 2>&1; then
			echo "ok - $name, $columns columns"
		else
			sed 's/^/# /' log
			echo "not ok - $name, $columns columns"
		fi
	done
}
folds 'anatomy' show --trust -k ./root foreign.ko
folds 'a refusal' check -k ./root other.ko
folds 'another' check -k ./root foreign.ko
folds 'what loads' check -k ./root good.ko
folds 'many' check -k ./root good.ko other.ko foreign.ko
folds 'an errno' why ENOEXEC
folds 'a rule' why load.vermagic
folds 'a message' why 'x: disagrees about version of symbol module_layout'
folds 'a file that is not' check -k ./root "nowhere/at all/it is.ko"
echo 'blacklist sample because it is not wanted' >deny.conf
echo 'deny sample' >>deny.conf
: >root/lib/modules/$R/modules.order
"$LKM" depmod -b root $R 2>depmod.err
folds 'a module' why -C deny.conf -d root -S $R sample
folds 'no module' why -C deny.conf -d root -S $R smaple
if [ -n "$LKM_TEST_KERNEL_ROOT" ]; then
	folds 'a try' try -k "$LKM_TEST_KERNEL_ROOT" \
		"$SRCDIR/tests/bad/leak_kmalloc.c"
else
	echo 'ok - a try # SKIP no kernel at hand: lkm kernel get fetches one'
fi
