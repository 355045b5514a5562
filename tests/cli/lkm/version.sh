# SPDX-License-Identifier: GPL-2.0-or-later
"$LKM" --version | grep -q '^lkm [0-9]'
