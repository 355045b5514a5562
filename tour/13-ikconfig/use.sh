#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Used by the exercise: reads the file at once, and four bytes at a time.
once=$(head -c 99 /proc/built)
parts=$(dd if=/proc/built bs=4 count=99 2>/dev/null)
echo "at once: $once"
echo "in parts: $parts"
[ "$once" = "$(uname -r)" ] && [ "$parts" = "$once" ]
