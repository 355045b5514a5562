# SPDX-License-Identifier: GPL-2.0-or-later
# `lkm modinfo` is the same program.
"$BUILDDIR/tests/mkko/mkko" --full -o full.ko
"$LKM_DROPIN_DIR/modinfo" full.ko >a
"$LKM" modinfo full.ko >b
cmp a b
