# SPDX-License-Identifier: GPL-2.0-or-later
# What modprobe.d and the kernel's command line say. See play.sh.
# shellcheck shell=sh disable=SC2016
same 'options' 'conf a "options dummy numdummies=3"; modprobe dummy'
same 'options in several files' 'conf b "options param_mod small=2"
	conf a "options param_mod small=1 flag" "options param-mod who=x"
	modprobe param_mod small=3'
same 'options of an alias' 'conf a "alias card param_mod" \
	"options card small=9" "options param_mod flag=1"; modprobe card'
same 'options of a dependency' 'conf a "options base_mod twice=1"
	modprobe user_mod'
same 'options with tabs and quotes' 'conf a "options	param_mod	who=\"a b\"	flag=n"
	modprobe param_mod'

# The guest is booted with loop.max_part=3 "param_two.who=a b"
# param_two.small=7 modprobe.blacklist=tcp_lp,tcp-yeah
same 'the command line' 'modprobe loop'
same 'the command line, -C' 'modprobe -C /dev/null loop'
same 'the command line with quotes' 'conf a "options param_two flag=1"
	modprobe param_two ret=0'
same 'modprobe.blacklist=' 'modprobe -b tcp_lp; modprobe tcp_lp'
differs 'modprobe.blacklist= with a dash' 'no module has a dash in its name' \
	'modprobe -b tcp_yeah' '^-  kernel: finit_module(@/kernel/net/ipv4/tcp_' \
	'^-  loaded: tcp_yeah/0: tcp_vegas' '^+  loaded:$'
same '-C a file' 'conf a "options dummy numdummies=4"
	echo "options dummy numdummies=5" >$T/own; modprobe -C $T/own dummy'
same '-C a folder' 'mkdir $T/d; echo "options dummy numdummies=5" >$T/d/a.conf
	echo "options dummy numdummies=6" >$T/d/b; modprobe -C $T/d dummy
	rm -r $T/d'
differs '-C nothing there' 'a lost configuration may have lost a deny line' \
	'modprobe -C /nowhere dummy' "^+  err: modprobe: ERROR: .*'/nowhere'"
same 'alias' 'conf a "alias card dummy"; modprobe card'
same 'alias with wildcards' 'conf a "alias card-* dummy"; modprobe card_7-x'
same 'several modules of one alias' 'conf a "alias card dummy" \
	"alias card tcp_bic" "alias card tcp_vegas"; modprobe card'
same 'several modules, one fails' 'conf a "alias card dummy" \
	"alias card param_mod" "alias card tcp_vegas" "options param_mod ret=-5"
	modprobe card'
same 'several modules, one is not there' 'conf a "alias card dummy" \
	"alias card no_such" "alias card tcp_vegas"; modprobe card'
same 'an alias hides a module' 'conf a "alias dummy tcp_bic"; modprobe dummy'
same 'an alias of an alias' 'conf a "alias card1 card2" "alias card2 dummy"
	modprobe card1'
same 'an alias of a built-in module' 'conf a "alias card ext4"; modprobe card'
same 'alias off' 'conf a "alias fs-vfat off"; modprobe fs-vfat'
same 'blacklist and a name' 'conf a "blacklist dummy"; modprobe dummy'
same 'blacklist and a name, -b' 'conf a "blacklist dummy"; modprobe -b dummy
	modprobe -b --first-time dummy'
same 'blacklist and an alias' 'conf a "blacklist vfat"; modprobe fs-vfat'
same 'blacklist, one of several' 'conf a "alias card dummy" \
	"alias card tcp_bic" "blacklist dummy"; modprobe card; modprobe -b card'
same 'blacklist of a dependency' 'conf a "blacklist llc"; modprobe bridge'
same 'blacklist of a dependency, -b' 'conf a "blacklist llc"
	modprobe -b bridge'
same 'blacklist of a softdep' 'conf a "blacklist nf_log_syslog"
	modprobe xt_LOG'
same 'blacklist of a softdep, -b' 'conf a "blacklist nf_log_syslog"
	modprobe -b xt_LOG'
same 'blacklist with dashes' 'conf a "blacklist nft-nat"; modprobe -b nft_nat'
same 'bad lines' 'conf a "nonsense dummy" "options" "alias x" "blacklist" \
	"install dummy" "  options dummy numdummies=3" "include /etc/x"
	modprobe dummy'
same 'continued lines' 'conf a "options dummy \\" "numdummies=3"
	modprobe dummy'
same 'a file of another name' 'echo "options dummy numdummies=3" \
	>/etc/modprobe.d/a.conf.old; modprobe dummy'

same 'softdep pre' 'modprobe xt_LOG'
same 'softdep post' 'modprobe act_mpls'
same 'softdep without pre or post' 'modprobe -D cifs'
since 31 'softdep by file' 'modprobe $M/kernel/net/sched/act_mpls.ko$K' \
	'finit_module(@/kernel/net/sched/act_mpls.ko, "", 0) = 0' \
	'finit_module(@/kernel/net/mpls/mpls_gso.ko, "", 0) = 0'
same 'softdep in modprobe.d' 'conf a \
	"softdep dummy pre: tcp_vegas tcp-bic post: tcp_yeah loop"
	modprobe dummy'
same 'softdep that is not there' 'conf a "softdep dummy pre: none post: nil"
	modprobe dummy'
same 'softdep that fails' 'conf a "softdep dummy pre: param_mod post: bad_text" \
	"options param_mod ret=-5"; modprobe dummy'
same 'softdeps of softdeps' 'conf a "softdep dummy pre: tcp_bic" \
	"softdep tcp_bic pre: tcp_vegas post: loop"; modprobe dummy'
same 'softdep of a dependency' 'conf a "softdep llc pre: dummy post: loop"
	modprobe bridge'
same 'softdep of itself' 'conf a "softdep dummy pre: dummy"; modprobe dummy'
same 'a loop of softdeps' 'conf a "softdep dummy pre: tcp_bic" \
	"softdep tcp_bic pre: loop" "softdep loop pre: dummy post: tcp_bic"
	modprobe dummy'
same 'a loop of softdep and dependency' 'conf a "softdep llc pre: bridge"
	modprobe bridge'
same 'softdep of a loaded module' 'conf a "softdep dummy pre: tcp_bic post: loop"
	have dummy; modprobe dummy'
same 'softdep of a built-in one' 'conf a "softdep ext4 pre: tcp_bic post: loop"
	modprobe ext4'
same 'softdep by alias' 'conf a "softdep dummy pre: fs-vfat"; modprobe dummy'
same 'softdep, -i' 'conf a "softdep dummy pre: tcp_bic"; modprobe -i dummy'
same 'softdep, -n' 'conf a "softdep dummy pre: tcp_bic post: loop"
	modprobe -nv dummy; modprobe -D dummy'
same 'softdep of a pattern' 'conf a "softdep dumm? pre: tcp_bic"
	modprobe dummy'
differs 'several softdep lines' 'every line counts, kmod takes the first' \
	'conf a "softdep dummy pre: tcp_bic" "softdep dummy pre: tcp_vegas" \
	"softdep dummy post: loop"; modprobe dummy' \
	'^+  kernel: finit_module(@/kernel/net/ipv4/tcp_vegas.ko, "", 0) = 0' \
	'^+  kernel: finit_module(@/kernel/drivers/block/loop.ko' \
	'^-  loaded: dummy/0: tcp_bic/0:$' \
	'^+  loaded: loop/0: dummy/0: tcp_vegas/0: tcp_bic/0:$'
