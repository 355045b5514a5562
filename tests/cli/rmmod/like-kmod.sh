# SPDX-License-Identifier: GPL-2.0-or-later
# What rmmod refuses before it asks the kernel, it refuses in kmod's words.
# (Nothing here gets as far as the kernel: no module of these names is loaded
# anywhere, and the tests that get there run in a throw-away kernel.)
. "$SRCDIR/tests/cli/fake-machine"
fake_machine

fake_module lkmt_base live 20480 2 b_user a_user
fake_module lkmt_used live 16384 3
fake_module lkmt_coming coming 8192 1
fake_module lkmt_broken live 4096 -1
mkdir -p root/sys/module/lkmt_builtin/parameters root/folder root/tmp
fake_module lkmt_nounload live 5 0
rm -r root/sys/module/lkmt_nounload/refcnt root/sys/module/lkmt_nounload/holders
touch root/tmp/lkmt-used.ko.xz root/lkmt_nothing

same 'no argument' rmmod
same 'not loaded' rmmod lkmt_none
same 'dashes' rmmod lkmt-none
same 'not loaded, by file name' rmmod lkmt-none.ko
same 'not loaded, by path' rmmod /no/such/folder/lkmt-none.ko
same 'used by modules' rmmod lkmt_base
same 'used by modules, with a dash' rmmod lkmt-base
same 'used' rmmod lkmt_used
same 'used, by the path of a file' rmmod /tmp/lkmt-used.ko.xz
same 'a file of that name is there' rmmod lkmt_nothing
same 'a folder of that name is there' rmmod folder
same 'still loading' rmmod lkmt_coming
same 'a broken count' rmmod lkmt_broken
same 'built in, by sysfs' rmmod lkmt_builtin
same 'a kernel that cannot unload' rmmod lkmt_nounload
same 'several' rmmod lkmt_used lkmt_none lkmt_base
same 'options behind the name' rmmod lkmt_used --syslog
same 'an abbreviation' rmmod --sys lkmt_used
same 'no such option' rmmod --no-such-option
same 'an ambiguous option' rmmod --ver lkmt_used

depmod=$(PATH=$PATH:/usr/sbin:/sbin command -v depmod) || depmod=
release=$(uname -r)
if [ -n "$depmod" ]; then
	mkdir -p "root/lib/modules/$release"
	echo kernel/x/lkmt-listed.ko >"root/lib/modules/$release/modules.builtin"
	: >"root/lib/modules/$release/modules.order"
	"$depmod" -b root "$release" 2>/dev/null
	same 'built in, by modules.builtin' rmmod lkmt_listed
else
	echo "ok - built in, by modules.builtin # SKIP no depmod"
fi

# Deliberately not as kmod 30, which returns 0.
if inside /ours/rmmod / 2>err; then
	echo "not ok - nothing that could be a name"
else
	grep -qx 'rmmod: ERROR: could not use module /: No such file or directory' \
		err && echo "ok - nothing that could be a name"
fi
