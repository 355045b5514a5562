# SPDX-License-Identifier: GPL-2.0-or-later
# install and remove lines, and what ours knows besides: deny, allow. See
# play.sh.
# shellcheck shell=sh disable=SC2016
same 'install' 'conf a "install dummy ran it, \$MODPROBE_MODULE"
	modprobe dummy'
same 'install, in place of what it depends on' 'conf a \
	"install bridge ran it"; modprobe bridge'
same 'install of a dependency' 'conf a "install llc ran it; \$D/insmod \
\$M/kernel/net/llc/llc.ko$K"; modprobe bridge'
same 'install of a dependency that loads nothing' 'conf a "install llc ran it"
	modprobe bridge'
same 'install with $CMDLINE_OPTS' 'conf a \
	"options dummy numdummies=3" \
	"install dummy ran a \$CMDLINE_OPTS b \$CMDLINE_OPTS"
	modprobe dummy numdummies=2'
same 'install that calls modprobe again' 'conf a \
	"options dummy numdummies=3" \
	"install dummy ran before; \$D/modprobe -i dummy \$CMDLINE_OPTS; ran after"
	modprobe dummy'
same 'install that calls modprobe with options' 'conf a \
	"install dummy ran \$MODPROBE_OPTIONS; \$D/modprobe -i dummy"
	modprobe -q -C /etc/modprobe.d dummy'
same 'install that fails' 'conf a "install dummy ran it; exit 3"
	modprobe dummy; modprobe -a dummy loop'
same 'install of false' 'conf a "install llc /bin/false"; modprobe bridge'
same 'install of true' 'conf a "install dummy /bin/true"; modprobe dummy
	modprobe --first-time dummy'
differs 'install that is killed' 'that is a failure; kmod takes it for success' \
	'conf a "install dummy ran it; kill -9 \$\$"; modprobe dummy' \
	'^-  status: 0' '^+  status: 1' '^[-+]  err: '
same 'install of a name that is no module' 'conf a "install card ran it"
	modprobe card'
same 'install of a loaded module' 'conf a "install dummy ran it"; have dummy
	modprobe dummy'
same 'install of a built-in module' 'conf a "install ext4 ran it"
	modprobe ext4'
same 'install of a pattern' 'conf a "install dum* ran it \$MODPROBE_MODULE"
	modprobe dummy'
same 'two install lines' 'conf a "install dummy ran 1" "install dummy ran 2"
	modprobe dummy'
same 'install, -i' 'conf a "install dummy ran it"; modprobe -i dummy'
same 'install of a dependency, -i' 'conf a "install llc ran it; exit 1"
	modprobe -i bridge'
same 'install, -n and -D' 'conf a "install dummy ran it \$CMDLINE_OPTS"
	modprobe -n dummy numdummies=1; modprobe -nv dummy numdummies=1
	modprobe -D dummy'
since 31 'install, by file' 'conf a "install dummy ran it"
	modprobe $M/kernel/drivers/net/dummy.ko$K' 'ran: it' 'loaded:$'
same 'install by alias' 'conf a "alias card dummy" "install dummy ran it" \
	"install card ran not"; modprobe card'
same 'install and blacklist' 'conf a "install dummy ran it" "blacklist dummy"
	modprobe dummy; modprobe -b dummy'
differs 'install and softdep' 'a softdep does not switch an install line off' \
	'conf a "install dummy ran it" "softdep dummy pre: tcp_bic"
	modprobe dummy' \
	'^+  ran: it' '^-  kernel: finit_module(@/kernel/drivers/net/dummy.ko' \
	'^-  loaded: dummy/0: tcp_bic/0:$' '^+  loaded: tcp_bic/0:$'

same 'remove' 'conf a "remove dummy ran it, \$MODPROBE_MODULE"; have dummy
	modprobe -r dummy'
same 'remove that calls modprobe again' 'conf a \
	"remove vfat ran it; \$D/modprobe -r -i vfat; ran after"; have vfat
	modprobe -r vfat'
same 'remove, -i' 'conf a "remove dummy ran it"; have dummy
	modprobe -r -i dummy'
same 'remove that fails' 'conf a "remove bridge ran it; exit 1"; have bridge
	modprobe -r bridge; modprobe -ra bridge llc'
same 'remove of a module that is not loaded' 'conf a "remove dummy ran it"
	modprobe -r dummy; modprobe -r --first-time dummy'
same 'remove of a dependency' 'conf a "remove fat ran it"; have vfat
	modprobe -r vfat'
same 'remove, in use' 'conf a "remove llc ran it"; have bridge
	modprobe -r llc'
same 'remove, -n' 'conf a "remove dummy ran it"; have dummy
	modprobe -rn dummy; modprobe -rnv dummy'
same 'remove and softdep' 'conf a "remove dummy ran it" \
	"softdep dummy pre: tcp_bic post: loop"; have tcp_bic dummy loop
	modprobe -r dummy'

# Nothing gets a denied module in.
denied='status: 1'
no='! finit_module.*/llc.ko'
ours 'deny and a name' 'conf a "deny llc not here"; modprobe llc' \
	"$denied" "$no" '  loaded:$'
ours 'deny and a dependency' 'conf a "deny llc"; modprobe bridge' \
	"$denied" "$no" '! finit_module.*bridge' 
ours 'deny and a softdep' 'conf a "deny llc" "softdep dummy pre: llc"
	modprobe dummy' 'status: 0' "$no" '  loaded: dummy/0:$'
ours 'deny and an alias' 'conf a "deny llc" "alias card llc"; modprobe card' \
	'status: 0' "$no" '  loaded:$'
ours 'deny and a file' 'conf a "deny llc"; modprobe $M/kernel/net/llc/llc.ko$K' \
	"$denied" "$no"
ours 'deny and an install line' 'conf a "deny llc" "install llc ran it"
	modprobe llc' "$denied" "$no" '! ran: it'
ours 'deny and -i, -f' 'conf a "deny llc"; modprobe -i llc; modprobe -f llc' \
	"$denied" "$no"
ours 'deny and -a' 'conf a "deny llc"; modprobe -a llc dummy' "$denied" "$no" \
	'  loaded: dummy/0:$'
ours 'deny and -j' 'conf a "deny llc"; modprobe -j 2 -a bridge dummy' \
	"$denied" "$no" '  loaded: dummy/0:$'
ours 'deny with a pattern' 'conf a "deny l?c"; modprobe bridge' "$denied" "$no"
ours 'deny and a loaded module' 'conf a "deny llc"; have llc; modprobe bridge' \
	'status: 0' 'finit_module(@/kernel/net/bridge/bridge.ko'
ours 'allow' 'conf a "allow bridge"; modprobe bridge; modprobe -a dummy' \
	'finit_module(@/kernel/net/bridge/bridge.ko, "", 0) = 0' \
	'! finit_module.*dummy' 'status: 1'
