#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Used by the exercise: the module must be held while its device is open.
exec 3</dev/memo || exit 1
grep '^memo ' /proc/modules
read -r name size count rest </proc/modules
echo "$name has count $count"
[ "$count" = 1 ]
