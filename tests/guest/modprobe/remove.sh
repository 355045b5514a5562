# SPDX-License-Identifier: GPL-2.0-or-later
# Taking modules out. See play.sh.
# shellcheck shell=sh disable=SC2016
same '-r' 'have dummy; modprobe -r dummy'
same '-r, not loaded' 'modprobe -r dummy'
same '-r, not loaded, --first-time' 'modprobe -r --first-time dummy'
same '-r, no such module' 'modprobe -r no_such; modprobe -rq no_such'
same '-r, built in' 'modprobe -r ext4; modprobe -r --first-time ext4'
same '-r, what it depended on' 'have vfat; modprobe -r vfat'
same '-r, shared dependencies' 'have vfat nls_cp437; modprobe -r vfat
	modprobe -r nls_cp437'
same '-r, dependencies used by another' 'have bridge 8021q; modprobe -r bridge'
# But for the softdep of a softdep, where the processor has that instruction.
nothing='  loaded:\( crc32c_intel/[0-9]*:\)*$'
nearest='the nearest goes first, so that a chain goes; kmod 30 begins at its end'
differs '-r, a chain' "$nearest" 'have bridge; modprobe -r bridge' \
	'^+  kernel: delete_module("llc", 2048) = 0' \
	'^-  loaded: llc/0:' '^+  loaded:$'
differs '-r, deep dependencies' "$nearest" 'have nft_nat; modprobe -r nft_nat' \
	'^[-+]  kernel: delete_module("nf_nat", 2048) = 0' \
	'^+  kernel: delete_module("nfnetlink", 2048) = 0' \
	'^+  kernel: delete_module("nf_conntrack", 2048) = 0' \
	'^+  kernel: delete_module("nf_defrag_ipv[46]", 2048) = 0' \
	'^+  kernel: delete_module("libcrc32c", 2048) = 0' \
	'^-  loaded: nfnetlink/0: nf_conntrack/0:' "^+$nothing"
differs '-r, shared deep dependencies' "$nearest" 'have bridge 8021q
	modprobe -r bridge; modprobe -r 8021q' \
	'^[-+]  kernel: delete_module("mrp", 2048) = 0' \
	'^+  kernel: delete_module("stp", 2048) = 0' \
	'^+  kernel: delete_module("llc", 2048) = 0' \
	'^-  loaded: stp/0: llc/1:stp' '^+  loaded:$'
differs '-rv, a chain' "$nearest" 'have bridge; modprobe -rv bridge' \
	'^+  out: rmmod llc' '^+  kernel: delete_module("llc", 2048) = 0' \
	'^-  loaded: llc/0:' '^+  loaded:$'
same '-r, used by a module' 'have bridge; modprobe -r llc'
same '-r, used by a file' 'have loop; hold; modprobe -r loop; let_go
	modprobe -r loop'
same '-r, of several' 'have dummy vfat; modprobe -r dummy vfat'
same '-r, of several, one not there' 'have dummy loop
	modprobe -r dummy no_such loop'
same '-ra, of several, one not there' 'have dummy loop
	modprobe -ra dummy no_such loop'
same '-ra, of several, one in use' 'have bridge loop; modprobe -ra llc loop'
same '-r, a dependency first' 'have bridge; modprobe -r llc bridge'
same '-r, by alias' 'have vfat; modprobe -r fs-vfat'
same '-r, an alias of several' 'conf a "alias card dummy" "alias card loop" \
	"alias card tcp_bic"; have loop tcp_bic; modprobe -r card'
same '-r, by file' 'have dummy; modprobe -r $M/kernel/drivers/net/dummy.ko$K'
same '-r, of a module without a file' 'have base_mod
	modprobe -d /nowhere -r base_mod; modprobe -r base_mod'
same '-r, dashes' 'have tcp_bic; modprobe -r tcp-bic'
same '-r, a blacklisted one' 'conf a "blacklist dummy"; have dummy
	modprobe -r dummy'
same '-rb, a blacklisted one' 'conf a "blacklist dummy"; have dummy
	modprobe -rb dummy'
same '-rn' 'have bridge; modprobe -rn bridge; modprobe -rnv bridge'
same '-rv' 'have vfat; modprobe -rv vfat'
same '-rD' 'have bridge; modprobe -rD bridge'
same '-rf' 'have dummy; modprobe -rf dummy'
same '-r with softdeps before' 'have xt_LOG nf_log_syslog
	modprobe -r xt_LOG'
same '-r with softdeps after' 'have act_mpls mpls_gso; modprobe -r act_mpls'
same '-r with softdeps of both kinds' 'conf a \
	"softdep dummy pre: tcp_bic tcp_vegas post: loop tcp_hybla"
	have tcp_bic tcp_vegas dummy loop tcp_hybla; modprobe -r dummy'
same '-r with a softdep in use' 'conf a "softdep dummy pre: llc post: loop"
	have bridge dummy loop; hold; modprobe -r dummy; let_go'
same '-r with softdeps in a loop' 'conf a "softdep dummy pre: loop" \
	"softdep loop pre: dummy"; have dummy loop; modprobe -r dummy'
same '-r with softdeps, not loaded' 'conf a "softdep dummy pre: loop"
	have loop; modprobe -r dummy'
same '-ri with softdeps' 'conf a "softdep dummy pre: loop"
	have loop dummy; modprobe -ri dummy'
differs '-r with several softdep lines' 'every line counts' 'conf a \
	"softdep dummy pre: loop" "softdep dummy pre: tcp_bic"
	have loop dummy tcp_bic; modprobe -r dummy' \
	'^+  kernel: delete_module("tcp_bic", 2048) = 0' \
	'^[-+]  loaded:'
same '-r --wait' 'have dummy; modprobe -r -w 100 dummy'
differs '-r --wait, in use' 'what is still there when the time is up has failed' \
	'have loop; hold; in_any_order modprobe -r --wait 30 loop; let_go' \
	"^+  err: modprobe: ERROR: could not remove 'loop': Resource temp" \
	'^-  status: 0' '^+  status: 1'
same '-r --wait, a file is closed meanwhile' 'have loop
	sleep 5 </dev/loop-control & in_any_order modprobe -r -w 30000 loop'
ours '-r --remove-holders' 'have nft_nat; modprobe -r --remove-holders nf_nat' \
	'delete_module("nft_nat".* = 0' 'delete_module("nf_nat".* = 0' 'status: 0' \
	"$nothing"
ours '-r --remove-holders, none' 'have dummy; modprobe --remove-holders dummy' \
	'delete_module("dummy".* = 0' 'status: 0'
ours '-r --remove-holders, held' 'have loop; hold
	modprobe -r --remove-holders loop; let_go' 'status: 1' ' loop/1'
same 'rmmod of several' 'have bridge dummy; rmmod bridge dummy llc'
