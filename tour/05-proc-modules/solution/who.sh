# SPDX-License-Identifier: GPL-2.0-or-later
awk '$3 == 0 && $4 == "-" { print $1 }'
