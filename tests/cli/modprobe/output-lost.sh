# SPDX-License-Identifier: GPL-2.0-or-later
# Half a plan is not taken for the whole; whoever does not want it is left alone.
. "$SRCDIR/tests/cli/modprobe/tree"
[ -c /dev/full ] || { echo "there is no /dev/full"; exit 77; }
ask() {
	tool=$1
	shift
	"$LKM_DROPIN_DIR/$tool" "$@"
}
modprobe() { ask modprobe -C /dev/null -d root -S 1.0 "$@"; }
file=$tree/kernel/mid.ko

lost() { # COMMAND...
	if "$@" >/dev/full 2>err || ! grep -q 'ERROR: could not write' err; then
		echo "not ok - full: $*"
	else
		echo "ok - full: $*"
	fi
	# Closed on purpose, as with kmod.
	if "$@" >&- 2>err && [ ! -s err ]; then
		echo "ok - closed: $*"
	else
		echo "not ok - closed: $*"
	fi
}
lost modprobe -D top
lost modprobe -R top
lost modprobe -nv top
lost modprobe -c
mkko ver --versions --version lb=1
lost modprobe --show-modversions "$PWD/$tree/kernel/ver.ko"
lost modprobe --show-exports "$PWD/$file"
lost ask modinfo "$file"
lost ask modinfo -F name "$file"
