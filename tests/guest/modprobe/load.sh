# SPDX-License-Identifier: GPL-2.0-or-later
# Loading by name, alias and path. See play.sh.
# shellcheck shell=sh disable=SC2016
same 'a module' 'modprobe dummy'
same 'what it depends on' 'modprobe bridge'
same 'deep dependencies' 'modprobe nft_nat'
same 'dependencies that are there' 'have llc; modprobe bridge'
same 'loaded already' 'have dummy; modprobe dummy'
same 'loaded already, --first-time' 'have dummy; modprobe --first-time dummy'
same 'not loaded, --first-time' 'have llc; modprobe --first-time bridge'
same 'loaded already, other options' 'have dummy; modprobe dummy numdummies=2'
same 'built in' 'modprobe ext4; modprobe -v ext4'
same 'built in, --first-time' 'modprobe --first-time ext4'
same 'dashes' 'modprobe nft-nat'
same 'no such module' 'modprobe no_such_module; modprobe -q no_such_module'
same 'no argument' 'modprobe; modprobe -a; modprobe -v'
same 'a wrong option' 'modprobe --no-such-option'
same 'parameters' 'modprobe dummy numdummies=2'
same 'a parameter with blanks' 'modprobe param_mod "who=a b" small=5'
same 'a quoted parameter' 'modprobe param_mod "who=\"a b\"" flag'
same 'a wrong parameter' 'modprobe param_mod flag=perhaps'
same 'an unknown parameter' 'modprobe param_mod nosuch=1'
for e in 1 2 5 12 16 17 19 22 38 110 517; do
	same "init fails with $e" "modprobe param_mod ret=-$e"
done
same 'a second name is a parameter' 'modprobe dummy loop'
same '-a' 'modprobe -a dummy bridge loop'
same '-a, one is missing' 'modprobe -a dummy no_such_module loop'
same '-a, one is missing, -q' 'modprobe -qa no_such_module loop'
same '-a, one fails' 'conf a "options param_mod ret=-5"
	modprobe -a param_mod dummy'
same '-a, twice the same' 'modprobe -a dummy dummy'
since 31 'a file' 'modprobe $M/kernel/drivers/net/dummy.ko$K numdummies=0' \
	'finit_module(@/kernel/drivers/net/dummy.ko, "numdummies=0", 0) = 0'
since 31 'a file here' 'cd $M/kernel/net/bridge; modprobe ./bridge.ko$K' \
	'finit_module(@/kernel/net/llc/llc.ko, "", 0) = 0' 'bridge.ko, "", 0) = 0'
since 31 'a file elsewhere with dependencies' 'cp $M/extra/user_mod.ko $T
	modprobe $T/user_mod.ko; rm $T/user_mod.ko' \
	'finit_module(@/extra/base_mod.ko, "", 0) = 0' \
	'finit_module(/tmp/play/user_mod.ko, "", 0) = 0'
since 31 'a file that is not there' 'modprobe /nowhere/dummy.ko' 'status: 1' \
	'err: .* /nowhere/dummy.ko: No such file or directory'
since 31 'a folder' 'modprobe /lib' 'status: 1' 'err: .*'
same '-n' 'modprobe -n bridge; modprobe -nv bridge'
same '-D' 'have llc; modprobe -D bridge; modprobe -D no_such_module'
same '-D with softdeps' 'modprobe -D xt_LOG; modprobe -D act_mpls'
same '-R' 'modprobe -R dummy; modprobe -R fs-vfat; modprobe -R none_such'
same 'an alias of a module' 'modprobe fs-vfat; modprobe rtnl-link-bridge'
same 'an alias that is not there' 'modprobe fs-nosuch'
same 'a symbol' 'modprobe symbol:llc_sap_open'
same 'the name of an alias with -q' 'modprobe -q fs-nosuch'
same '-d' 'alt bridge; modprobe -d /alt bridge'
same '-S of another release' 'modprobe -S 1.2.3-none dummy'
same '-d of nothing' 'modprobe -d /nowhere dummy'
same 'options in the environment' 'export MODPROBE_OPTIONS="-q -n"
	modprobe no_such_module; modprobe dummy'
same 'not root' 'as_nobody modprobe dummy'
same 'not root, loaded already' 'have dummy; as_nobody modprobe dummy'
same 'not root, with dependencies' 'as_nobody modprobe bridge'
same 'not root, -r' 'have dummy; as_nobody modprobe -r dummy'
same '-v' 'have fat; modprobe -v vfat; modprobe -v dummy numdummies=2'
differs '-v and a remark of the kernel' 'with -v ours passes it on' \
	'modprobe -v bridge' '^+  err:   kernel: bridge: filtering via'
