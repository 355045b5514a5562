# SPDX-License-Identifier: GPL-2.0-or-later
# timeout: 600
# modprobe -c reads any text as the real one does.
command -v python3 >/dev/null || { echo "no python3"; exit 77; }
kmod=$(PATH=/usr/sbin:/sbin:$PATH command -v modprobe) ||
	{ echo "kmod is not installed"; exit 77; }
"$kmod" -V >version 2>&1 || { echo "modprobe does not run"; exit 77; }
# From 31 on weakdep is known, and softdeps look different.
grep -qx 'kmod version \(29\|30\)' version ||
	{ echo "$(head -1 version), compared are 29 and 30"; exit 77; }
case $(readlink -f "$kmod") in
*lkm*) echo "the modprobe of this machine is lkm's"; exit 77 ;;
esac
"$SRCDIR/tests/cli/modprobe/random-texts" "$kmod" \
	"$LKM_DROPIN_DIR/modprobe" 1 100
"$SRCDIR/tests/cli/modprobe/random-texts" "$kmod" \
	"$LKM_DROPIN_DIR/modprobe" 1000001 100
