#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Debian's initramfs-tools: it asks modprobe for the files of modules, modinfo
# for firmware, copies kmod into the image and runs depmod there.
. /users/lib
rel=$1

cp "/usr/lib/modules/$rel"/modules.dep "/usr/lib/modules/$rel"/modules.alias \
	"/usr/lib/modules/$rel"/modules.symbols \
	"/usr/lib/modules/$rel"/modules.softdep \
	"/usr/lib/modules/$rel"/modules.devname $R
must grep -q '/xfs\.ko' $R/modules.dep

echo 'softdep virtio_blk pre: xor' >/etc/modprobe.d/users.conf
printf 'loop max_loop=3\nno_such_module\n' >>/etc/initramfs-tools/modules

say create update-initramfs -c -k "$rel"
must grep -q 'Generating /boot/initrd.img' $R/create.out
must grep -q 'status 0' $R/create.out
unmkinitramfs "/boot/initrd.img-$rel" /tmp/image
[ ! -d /tmp/image/main ] || mv /tmp/image /tmp/parts
[ ! -d /tmp/parts ] || mv /tmp/parts/main /tmp/image
files_of /tmp/image image
must grep -q '/virtio_blk\.ko' $R/image.files

# The image without what is not listed: only what modules need.
sed 's/^MODULES=.*/MODULES=list/' /etc/initramfs-tools/initramfs.conf \
	>/tmp/initramfs.conf
cp -a /etc/initramfs-tools /tmp/listed
mv /tmp/initramfs.conf /tmp/listed/
printf 'fs-xfs\nnet-pf-10\nbtrfs\n' >>/tmp/listed/modules
say listed mkinitramfs -d /tmp/listed -o /tmp/listed.img "$rel"
unmkinitramfs /tmp/listed.img /tmp/listed-image
files_of /tmp/listed-image listed
must grep -q '/btrfs\.ko' $R/listed.files

runs_tools modprobe modinfo depmod kmod
cp "/boot/initrd.img-$rel" /boot/try/image.initrd
echo 'root=/dev/vda ro' >/boot/try/image.append
