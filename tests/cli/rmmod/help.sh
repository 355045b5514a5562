# SPDX-License-Identifier: GPL-2.0-or-later
# Help and version, also as `lkm rmmod`; options may be shortened.
"$LKM_DROPIN_DIR/rmmod" --help
"$LKM" rmmod -h >under-lkm
"$LKM_DROPIN_DIR/rmmod" --he | diff - under-lkm
"$LKM_DROPIN_DIR/rmmod" --version | grep -c '^kmod version [0-9]'
