# SPDX-License-Identifier: GPL-2.0-or-later
# What the kernel's command line forbids: whose configuration that is is said,
# and a word of it that makes no sense is told with what was found and wanted.
. "$SRCDIR/tests/cli/fake-machine"
fake_machine
put_program "$LKM"
tree=root/lib/modules/1.0
mkdir -p "$tree/kernel" root/conf
"$BUILDDIR/tests/mkko/mkko" -o $tree/kernel/lkmt_a.ko --name lkmt_a
touch $tree/modules.order $tree/modules.builtin $tree/modules.builtin.modinfo
"$LKM_DROPIN_DIR/depmod" -b root 1.0

try() { # NAME STATUS COMMAND...; wanted lines on standard input
	name=$1 wanted=$2 status=0
	shift 2
	inside "$@" >out 2>&1 || status=$?
	[ "$status" = "$wanted" ] && while read -r line; do
		grep -qF -e "$line" out || { echo "# not said: $line"; exit 1; }
	done && echo "ok - $name" || {
		sed 's/^/# /' out
		echo "not ok - $name (status $status)"
	}
}

echo 'quiet modprobe.deny=b,lkmt_a,/bin/x' >root/proc/cmdline
try modprobe 1 /ours/modprobe -C /conf -S 1.0 -nv lkmt_a <<'END'
/proc/cmdline: modprobe.deny: '/bin/x' is no name: nothing is denied by it
  fix: /proc/cmdline: wanted: modprobe.deny=PATTERN,PATTERN...
could not insert 'lkmt_a': denied (/proc/cmdline)
  fix: if it should load after all, boot without that word
END
try 'lkm why' 1 "$LKM" why -C /conf -S 1.0 lkmt_a <<'END'
lkm why: /proc/cmdline: modprobe.deny: '/bin/x' is no name: nothing is denied by it
  because   /proc/cmdline: deny lkmt_a
  fix: 'modprobe' cannot overrule it; boot without modprobe.deny=
END
