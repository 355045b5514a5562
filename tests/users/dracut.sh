#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# dracut: its dracut-install finds modules, their dependencies and firmware
# through libkmod, the rest of it runs modprobe, modinfo and depmod.
. /users/lib
rel=$1

# All messages but those that have a time or a folder of this run in them.
# (Nor how many files there are, for the tools are more or fewer.)
clean() {
	sed -i -e 's,/var/tmp/dracut\.[A-Za-z0-9]*,TMP,g' \
		-e '/^dracut: Duration:/d' -e '/^dracut: Files: /d' $R/"$1".out
}

say all dracut --no-hostonly --no-compress --force --kver "$rel" \
	--force-drivers 'loop dummy' /boot/all.img
clean all
must grep -q 'status 0' $R/all.out
mkdir /tmp/all
(cd /tmp/all && cpio -idm --quiet </boot/all.img)
files_of /tmp/all all
must grep -q '/virtio_blk\.ko' $R/all.files

say few dracut --no-hostonly --no-compress --force --kver "$rel" \
	--drivers 'xfs virtio_blk virtio_pci' --omit-drivers btrfs \
	--add-drivers no_such_module --filesystems 'ext4 xfs' \
	--omit 'systemd dracut-systemd' /boot/few.img
clean few
mkdir /tmp/few
(cd /tmp/few && cpio -idm --quiet </boot/few.img)
files_of /tmp/few few
must grep -q '/xfs\.ko' $R/few.files

# dracut-install alone: what it is asked, what it says and what it installs.
install() { # NAME ARGUMENT...
	name=$1
	shift
	mkdir -p "/tmp/$name"
	say "$name" /usr/lib/dracut/dracut-install -D "/tmp/$name" \
		--kerneldir "/lib/modules/$rel" --firmwaredirs /lib/firmware \
		"$@"
	(cd "/tmp/$name" && find . ! -type d | sort) >"$R/$name.files"
}
install by-name -m btrfs nfs
install by-alias -m fs-xfs pci:v00001AF4d00001000sv0sd0bc0sc0i0
install by-folder -m =drivers/net/ethernet =fs
install by-symbol -m --silent -s 'ieee80211_|register_netdev' =drivers/net
install no-such -m no_such_module
install optional -o -m no_such_module nfs
install by-path -m "/lib/modules/$rel"/kernel/fs/xfs/xfs.ko*
install without -m -N 'crc|xor' btrfs
must grep -q '/btrfs\.ko' $R/by-name.files
must grep -q '/xfs\.ko' $R/by-alias.files
must grep -q '/nfs\.ko' $R/optional.files

loads_lib /usr/lib/dracut/dracut-install -D /tmp/debug \
	--kerneldir "/lib/modules/$rel" -m xfs
runs_tools modprobe modinfo depmod kmod
cp /boot/few.img /boot/try/few.initrd
echo 'root=/dev/vda ro' >/boot/try/few.append
