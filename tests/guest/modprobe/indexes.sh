# SPDX-License-Identifier: GPL-2.0-or-later
# depmod of the one and modprobe of the other. See play.sh.
# shellcheck shell=sh disable=SC2016
texts='(cd /alt$M && md5sum modules.dep modules.alias modules.symbols \
	modules.softdep modules.devname)'
load='modprobe -d /alt nft_nat; modprobe -d /alt fs-vfat
	modprobe -d /alt symbol:tcp_vegas_init; modprobe -d /alt ext4
	modprobe -d /alt user_mod; modprobe -r -d /alt vfat'
tree='alt nft_nat vfat tcp_yeah user_mod mod_xz; rm -f /alt$M/modules.*dep \
	/alt$M/modules.alias /alt$M/modules.sym* /alt$M/modules.*.bin'
same 'depmod' "$tree; depmod -b /alt \$R; $texts; $load"
same 'depmod of kmod, modprobe of either' \
	"$tree; /kmod/depmod -b /alt \$R; $texts; $load"
same 'modprobe of kmod, depmod of either' "$tree; depmod -b /alt \$R
	for m in nft_nat fs-vfat symbol:tcp_vegas_init user_mod mod_xz ext4; do
		/kmod/modprobe -v -d /alt \$m; done; /kmod/lsmod"
same 'depmod of no tree' 'depmod 1.2.3-none; depmod -b /nowhere $R'
