# SPDX-License-Identifier: GPL-2.0-or-later
# Help and version, also as `lkm lsmod`; options may be shortened.
"$LKM_DROPIN_DIR/lsmod" --help
"$LKM" lsmod -h >under-lkm
"$LKM_DROPIN_DIR/lsmod" --he | diff - under-lkm
"$LKM_DROPIN_DIR/lsmod" --version | grep -c '^kmod version [0-9]'
