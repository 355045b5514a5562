# SPDX-License-Identifier: GPL-2.0-or-later
# In a real kernel with modules, taints and policies: is what `lkm check --live`
# says what insmod then gets?
# timeout: 1000
"$SRCDIR/tests/guest/live-compare" --self-test
[ -n "$LKM_TEST_KERNEL_ROOT" ] || { echo "no kernel for tests"; exit 77; }
status=0
LKM_GUEST_TIMEOUT=900 "$SRCDIR/tests/guest/live-in-qemu" \
	"$LKM_TEST_KERNEL_ROOT" "$LKM_TEST_KERNEL" "$LKM" >log 2>err ||
	status=$?
[ $status != 77 ] || { tail -1 log; exit 77; }
cat log
[ $status = 0 ] || { sed 's/^/# /' err; echo "not ok - live: status $status"; }
