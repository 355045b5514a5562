#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# systemd's udev with its built-in kmod, and systemd-modules-load: both through
# libkmod, in the booted kernel. Here is made what udev-guest.sh runs in.
. /users/lib
rel=$1
i=/tmp/guest
mkdir -p $i/usr/bin $i/dev $i/proc $i/sys $i/run $i/tmp $i/etc/modprobe.d \
	$i/etc/modules-load.d $i/usr/lib/modules $i/usr/sbin $i/etc/udev
ln -s usr/bin $i/bin
ln -s usr/lib $i/lib
ln -s usr/lib64 $i/lib64

# Programs with their libraries, links and all at the places that they have.
put() { # file...
	for f; do
		while [ -L "$f" ]; do
			cp -aT --parents "$f" $i 2>/dev/null ||
				{ mkdir -p "$i$(dirname "$f")" &&
					cp -a "$f" "$i$(dirname "$f")/"; }
			to=$(readlink "$f")
			case $to in
			/*) f=$to ;;
			*) f=$(realpath -s "$(dirname "$f")/$to") ;;
			esac
		done
		mkdir -p "$i$(dirname "$f")"
		cp -p "$f" "$i$f"
	done
}
programs='/usr/bin/udevadm /usr/lib/systemd/systemd-udevd
	/usr/lib/systemd/systemd-modules-load /usr/bin/kmod /usr/sbin/modprobe
	/usr/sbin/rmmod /usr/sbin/lsmod /usr/sbin/insmod /usr/sbin/modinfo'
# shellcheck disable=SC2086
put $programs
# shellcheck disable=SC2046,SC2086
put $(ldd $programs | grep -o '/[^ )]*\.so[^ )]*' | sort -u |
	sed 's,^/lib,/usr/lib,')
for extra in /usr/lib/real-kmod /usr/bin/real-kmod; do
	[ ! -e "$extra" ] || { mkdir -p "$i$(dirname $extra)" &&
		cp -a "$extra" "$i$(dirname $extra)/"; }
done
cp -a /usr/lib/udev $i/usr/lib/
cp -a "/usr/lib/modules/$rel" $i/usr/lib/modules/
cp /etc/passwd /etc/group /etc/nsswitch.conf $i/etc/
cp /users/busybox $i/bin/
for applet in sh false mount ln sed grep cut sort cat mkdir mknod rm poweroff ls \
	sha256sum readlink sleep head tr; do
	ln -s busybox $i/bin/$applet
done
cp /users/udev-guest.sh $i/init
chmod +x $i/init

cat >$i/etc/modprobe.d/users.conf <<'EOF'
blacklist virtio_rng
blacklist dummy
options loop max_loop=3
softdep virtio_blk pre: xor
softdep virtio_net post: raid6_pq
alias users-alias tun
install bonding /bin/false
EOF
cat >$i/etc/modules-load.d/users.conf <<'EOF'
# A name, an alias of modprobe.d, one of a module, what is built in, what is
# not to be loaded, what does not exist, and what cannot be loaded.
loop
users-alias
fs-xfs
unix
dummy
no_such_module
bonding
EOF
(cd $i && find . | cpio -o -H newc --quiet) >/boot/try/udev.initrd
echo 'systemd.log_level=info virtio_net.napi_tx=0 modprobe.blacklist=virtio_balloon' >/boot/try/udev.append
loads_lib /usr/bin/udevadm --version
loads_lib /usr/lib/systemd/systemd-modules-load --version
runs_tools kmod modprobe
