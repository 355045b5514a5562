# SPDX-License-Identifier: GPL-2.0-or-later
# Every kind of line, in order.
"$BUILDDIR/tests/mkko/mkko" --full -o full.ko
"$LKM_DROPIN_DIR/modinfo" full.ko
