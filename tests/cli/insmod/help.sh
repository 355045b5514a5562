# SPDX-License-Identifier: GPL-2.0-or-later
# Help and version, also as `lkm insmod`; options may be shortened.
"$LKM_DROPIN_DIR/insmod" --help
"$LKM" insmod -h >under-lkm
"$LKM_DROPIN_DIR/insmod" --he | diff - under-lkm
"$LKM_DROPIN_DIR/insmod" --version | grep -c '^kmod version [0-9]'
