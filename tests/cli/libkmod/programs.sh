# SPDX-License-Identifier: GPL-2.0-or-later
# Programs of the distribution, linked with the real library, over ours: what
# they do is the same, and it is ours that they use.
. "$SRCDIR/tests/cli/libkmod/lib"
need_real
kernel=$LKM_TEST_KERNEL_ROOT/lib/modules/$LKM_TEST_KERNEL
[ -n "$LKM_TEST_KERNEL_ROOT" ] && [ -d "$kernel/kernel" ] ||
	{ echo "no stock kernel: set LKM_TEST_KERNEL_ROOT"; exit 77; }

k=$PWD/root/lib/modules/$LKM_TEST_KERNEL
mkdir -p "$k"
cp -r "$kernel/kernel" "$k/" 2>/dev/null || ln -s "$kernel/kernel" "$k/kernel"
cp "$kernel"/modules.builtin* "$kernel/modules.order" "$k/"
depmod -b root "$LKM_TEST_KERNEL"
# Of several softdep lines kmod 30 sees the first.
awk '!seen[$2]++' "$k/modules.softdep" >first
mv first "$k/modules.softdep"

over() { # library's folder, command...
	lib=$1
	shift
	LD_LIBRARY_PATH=$lib "$@"
}

# same NAME COMMAND...: the command prints and returns the same with both.
# @@ in it is "real" or "ours".
same() {
	name=$1
	shift
	for who in real ours; do
		[ $who = real ] && lib=${real%/*} || lib=$ours
		status=0
		rm -rf $who
		mkdir $who
		over "$lib" sh -c "$(echo "$*" | sed "s/@@/$who/g")" >"$who.out" \
			2>"$who.err" || status=$?
		echo "status $status" >>"$who.out"
		sed -i -e "s/$who/@@/g" -e 's/\[[0-9]*\]//' "$who.out" "$who.err"
	done
	judge "$name" diff real.out ours.out
	judge "$name: stderr" diff real.err ours.err
}

uses_ours() { # program
	LD_LIBRARY_PATH=$ours LD_DEBUG=libs LD_DEBUG_OUTPUT=$PWD/libs \
		"$@" >/dev/null 2>&1 || :
	cat libs.* | grep "calling init: $ours/libkmod.so.2"
	rm -f libs.*
}

di=/usr/lib/dracut/dracut-install
if [ -x $di ]; then
	judge 'dracut-install uses it' uses_ours $di --help
	for m in 'ext4 btrfs xfs' bonding 'nosuch -o' '=drivers/net/ethernet' \
		'-o vfio_pci nfsd'; do
		same "dracut-install $m" "$di -D $PWD/@@ --kerneldir $k \
			--firmwaredirs /nosuch -m $m; (cd @@ && find . | sort)"
	done
	same 'dracut-install, by symbols' "$di -D $PWD/@@ --kerneldir $k \
		--firmwaredirs /nosuch -o -s 'device_add|bus_register' \
		-m =drivers/block; (cd @@ && find . | sort)"
	judge 'it installs modules' sh -c '[ $(grep -c "\.ko" ours.out) -gt 5 ]'
else
	echo "ok - dracut-install # SKIP it is not installed"
fi

for p in /lib/systemd/systemd-modules-load /usr/bin/udevadm; do
	if ! [ -x $p ]; then
		echo "ok - ${p##*/} # SKIP it is not installed"
		continue
	fi
	judge "${p##*/} uses it" uses_ours $p --version
done
if [ -x /usr/bin/udevadm ] && [ -e /sys/class/net/lo ]; then
	same 'udevadm test-builtin kmod' \
		udevadm test-builtin kmod /sys/class/net/lo
fi
if [ -x /lib/systemd/systemd-modules-load ]; then
	printf '%s\n' nosuch-module ext4 >load.conf
	same systemd-modules-load env SYSTEMD_LOG_LEVEL=debug \
		/lib/systemd/systemd-modules-load "$PWD/load.conf"
fi
if command -v lspci >/dev/null; then
	judge 'lspci uses it' uses_ours lspci -k
	same 'lspci -k' lspci -k
fi
