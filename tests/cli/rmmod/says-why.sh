# SPDX-License-Identifier: GPL-2.0-or-later
# -v adds what a person wants to know; nothing else is added for scripts.
. "$SRCDIR/tests/cli/fake-machine"
fake_machine

says() { # name, pattern, command...
	name=$1 pattern=$2
	shift 2
	inside "$@" >said 2>&1 || true
	if grep -q -- "$pattern" said; then
		echo "ok - $name"
	else
		sed 's/^/# /' said
		echo "not ok - $name"
	fi
}

fake_module lkmt_base live 20480 1 lkmt_user
fake_module lkmt_used live 16384 1
fake_module lkmt_stuck coming 16384 1
mkdir -p root/sys/module/lkmt_builtin/parameters root/proc/4711/fd \
	root/sys/class/net/eth7/device/driver root/proc/self
cat >root/proc/modules <<'EOF'
lkmt_base 20480 1 lkmt_user, Live 0x0000000000000000
lkmt_used 16384 1 - Live 0x0000000000000000
lkmt_stuck 16384 1 [permanent], Loading 0x0000000000000000 (+)
EOF
echo '1 2 0:3 / /mnt/here rw - lkmt_used none rw' >root/proc/self/mountinfo
ln -s ../../../../../module/lkmt_used \
	root/sys/class/net/eth7/device/driver/module

says 'holders' '^  held by: the module lkmt_user$' /ours/rmmod -v lkmt_base
says 'holders: fix' "^  fix: .*modprobe -r" /ours/rmmod -v lkmt_base
says 'a mount' '^  held by: .* mounted at /mnt/here$' /ours/rmmod -v lkmt_used
says 'an interface' '^  held by: the network interface eth7$' \
	/ours/rmmod -v lkmt_used
says 'stuck' '^  why: lkmt_stuck is still being loaded' \
	/ours/rmmod -v lkmt_stuck
says 'built in' '^  why: lkmt_builtin is part of this kernel' \
	/ours/rmmod -v lkmt_builtin
says 'not loaded' '^  why: no module called lkmt_none' \
	/ours/rmmod -v lkmt_none

# A file of that name in the folder is kmod's rule, and may surprise.
: >root/lkmt_file.x
says 'a file of that name' "^  note: there is a file 'lkmt_file.x' in this folder: the module called like it, lkmt_file, was meant" \
	/ours/rmmod -v lkmt_file.x
says 'not with a path' '^  why: no module called lkmt_file' \
	/ours/rmmod -v /lkmt_file.x
if grep -q '^  note' said; then
	echo "not ok - no note with a path"
fi

# A device that somebody has open, where a device can be made.
echo '240 lkmt_used' >root/proc/devices
if mknod root/proc/4711/fd/3 c 240 0 2>/dev/null; then
	echo 'a b' >root/proc/4711/comm
	says 'an open device' \
		'^  held by: a b (process 4711) has .* open (device 240:0)$' \
		/ours/rmmod -v lkmt_used
else
	echo "ok - an open device # SKIP device nodes cannot be made"
fi

# The first line is kmod's, and the only one without -v.
inside /ours/rmmod -v lkmt_used 2>&1 | head -1 >first
inside /ours/rmmod lkmt_used >plain 2>&1 || true
if cmp first plain && [ "$(cat plain)" = \
	'rmmod: ERROR: Module lkmt_used is in use' ]; then
	echo "ok - nothing more without -v"
else
	echo "not ok - nothing more without -v"
fi

# On a terminal all of it, without being asked.
if ! command -v script >/dev/null; then
	echo "ok - on a terminal # SKIP no script(1)"
elif [ "$(id -u)" != 0 ]; then
	echo "ok - on a terminal # SKIP not root"
else
	script -qec 'chroot root /ours/rmmod lkmt_used' /dev/null \
		</dev/null >said 2>&1 || true
	if grep -q '^  held by: the network interface eth7' said; then
		echo "ok - on a terminal"
	else
		sed 's/^/# /' said
		echo "not ok - on a terminal"
	fi
fi
