# SPDX-License-Identifier: GPL-2.0-or-later
# Real kmod and our tools do the same in a real kernel, and ours say why.
# timeout: 400
[ -n "$LKM_TEST_KERNEL_ROOT" ] || { echo "no kernel for tests"; exit 77; }
status=0
"$SRCDIR/tests/guest/in-qemu" "$LKM_TEST_KERNEL_ROOT" "$LKM_TEST_KERNEL" \
	"$BUILDDIR/tools/lkm-dropin" >log 2>err || status=$?
[ $status != 77 ] || { tail -1 log; exit 77; }
if grep -q '^=== kmod-compare: 0$' log; then
	echo "ok - $(sed -n 's/^=== differences (\(.*\)).*/\1/p' log) like kmod"
else
	sed -n '/^=== differences/,/^=== kmod/s/^/# /p' log
	tail -n 5 log err | sed 's/^/# /'
	echo "not ok - like kmod"
fi
sed -n '/^=== kmod-compare/,$p' log | grep -e '^ok' -e '^not ok' -e '^#' || :
grep -q '^=== says-why: 0$' log || echo "not ok - says why"
