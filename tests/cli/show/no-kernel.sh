# SPDX-License-Identifier: GPL-2.0-or-later
# Without a kernel all is told that needs none.
. "$SRCDIR/tests/cli/show/common"
module t.ko --tables --export mine=0x1234,gpl,ns=NS --license Proprietary
"$LKM" show -k none-there t.ko
