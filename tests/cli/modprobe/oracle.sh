# SPDX-License-Identifier: GPL-2.0-or-later
# timeout: 600
# What modprobe would do, over random configurations, is what the real one says
# that it would do.
command -v python3 >/dev/null || { echo "no python3"; exit 77; }
kmod=$(PATH=/usr/sbin:/sbin:$PATH command -v modprobe) ||
	{ echo "kmod is not installed"; exit 77; }
kmod=$(dirname "$kmod")
"$kmod/modprobe" -V >version 2>&1 || { echo "modprobe does not run"; exit 77; }
# From 31 on paths are taken, and -c and the softdeps look different.
grep -qx 'kmod version \(29\|30\)' version ||
	{ echo "$(head -1 version), compared are 29 and 30"; exit 77; }
[ -x "$kmod/depmod" ] || { echo "no depmod"; exit 77; }
for seed in 1 100001 200001; do
	mkdir "$seed"
	(cd "$seed" && "$SRCDIR/tests/cli/modprobe/random-configs" \
		"$BUILDDIR/tests/mkko/mkko" "$kmod" \
		"$LKM_DROPIN_DIR/modprobe" $seed 200)
done
