#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Process 1 of the machine in which udev and systemd-modules-load run.
export PATH=/bin:/usr/bin:/usr/sbin
mount -t proc proc /proc
mount -t sysfs sys /sys
mount -t devtmpfs dev /dev
ln -s /proc/self/fd /dev/fd
ln -s /proc/self/fd/1 /dev/stdout
exec >/dev/ttyS0 2>&1 </dev/null
export SYSTEMD_LOG_TARGET=console SYSTEMD_LOG_COLOR=no SYSTEMD_LOG_LEVEL=info
loaded() { cut -d' ' -f1,4 /proc/modules | sed 's/,$//' | sort | users; }
# (Who came first depends on the order of events.)
users() {
	while read -r name by; do
		echo "$name $(echo "$by" | tr , '\n' | sort | tr '\n' ' ')"
	done
}
step() { echo "--- $*"; }

echo
echo "=== begin"
step systemd-modules-load
/usr/lib/systemd/systemd-modules-load
echo "status $?"
loaded
cat /sys/module/loop/parameters/max_loop
step systemd-modules-load once more
/usr/lib/systemd/systemd-modules-load
echo "status $?"

step udevadm test-builtin kmod
on() { # BUS FILE PATTERN: the first device of which that is so
	for d in /sys/bus/"$1"/devices/*; do
		grep -q "$3" "$d/$2" && readlink -f "$d" && return
	done
}
export SYSTEMD_LOG_LEVEL=debug
builtin() {
	udevadm test-builtin "$@" 2>&1 |
		grep -e '[Mm]odule' -e kmod -e '[Ff]ail'
}
builtin 'kmod load' /sys/devices/virtual/mem/null
builtin 'kmod load' "$(on pci device 0x1005)"
for id in 4 5 8; do
	builtin 'kmod load' "$(on virtio device "0x000$id")"
done
builtin 'kmod load tun no_such_module dummy bonding' \
	/sys/devices/virtual/mem/null
loaded
export SYSTEMD_LOG_LEVEL=info

step coldplug
/usr/lib/systemd/systemd-udevd --daemon --resolve-names=never
udevadm trigger --type=subsystems --action=add
udevadm settle -t 60
udevadm trigger --type=devices --action=add
udevadm settle -t 60
# What a driver finds comes as an event of its own.
sleep 1
udevadm settle -t 60
loaded
ls /dev/vda /dev/nvme0n1
cat /sys/module/virtio_net/parameters/napi_tx

step modprobe and friends
# (By their paths: busybox's shell prefers what is built into it.)
modprobe() { /usr/sbin/modprobe "$@"; }
rmmod() { /usr/sbin/rmmod "$@"; }
lsmod() { /usr/sbin/lsmod; }
modprobe -abq virtio_rng dummy no_such_module; echo "status $?"
modprobe -b virtio-rng; echo "status $?"
modprobe virtio:d00000004v00001AF4
echo "status $?"
modprobe no_such_module; echo "status $?"
modprobe bonding; echo "status $?"
modprobe -r loop; echo "status $?"
modprobe -v -r tun; echo "status $?"
modprobe -v dummy numdummies=2; echo "status $?"
rmmod dummy; echo "status $?"
modprobe -r ext4; echo "status $?"
modprobe virtio_rng; echo "status $?"
loaded
lsmod | head -1
lsmod | sort | cut -c1-29
kmod static-nodes --format=tmpfiles; echo "status $?"
echo "=== end"

# Not compared, but judged: what the daemon that did all this had mapped.
for p in /proc/[0-9]*; do
	[ "$(readlink "$p/exe")" = /usr/bin/udevadm ] || continue
	lib=$(grep -o '/.*libkmod.*' "$p/maps" | head -1)
	echo "=== proof udevd-that-runs $lib $(sha256sum <"$lib")"
	break
done
poweroff -f
