# SPDX-License-Identifier: GPL-2.0-or-later
# What kmod itself says to commands and options, in a machine that is not
# there. The help is our own text, so there only the rest is compared.
. "$SRCDIR/tests/cli/fake-machine"
fake_machine

same_but_help() { # name, command...
	name=$1
	shift
	for who in kmod ours; do
		said_by $who "$@" | grep -v '^out: ' >$who.said
		[ -s $who.out ] || echo 'no help' >>$who.said
	done
	if diff -u --label kmod --label ours kmod.said ours.said >diff; then
		echo "ok - $name"
	else
		sed 's/^/# /' diff
		echo "not ok - $name"
	fi
}

fake_module lkmt_a live 16384 0
echo 'lkmt_a 16384 0 - Live 0x0000000000000000 (OE)' >root/proc/modules
same 'list' kmod list
same 'list with an argument' kmod list lkmt_a
rm root/proc/modules
same 'list, nothing to list' kmod list
same_but_help 'no command' kmod
same_but_help 'help' kmod help
same_but_help 'help with an argument' kmod help list
same_but_help 'no such command' kmod frobnicate
same_but_help 'modprobe is no command' kmod modprobe loop
same_but_help 'an empty command' kmod ''
same_but_help '-h before a command' kmod -h list
same_but_help 'a version with a command' kmod -V list
same_but_help 'no such option' kmod -x
same_but_help 'an option of static-nodes before it' kmod -o x static-nodes
same_but_help 'no such option of static-nodes' kmod static-nodes -x
same_but_help 'options end' kmod -- help

# What -V says differs by what is compiled in; its first line does not.
for who in kmod ours; do
	inside /$who/kmod -V | sed 's/ [0-9]*$//;q' >$who.version
done
if cmp kmod.version ours.version; then
	echo "ok - version"
else
	echo "not ok - version"
fi
