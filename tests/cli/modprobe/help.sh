# SPDX-License-Identifier: GPL-2.0-or-later
"$LKM_DROPIN_DIR/modprobe" -h
"$LKM" modprobe --help | head -3
