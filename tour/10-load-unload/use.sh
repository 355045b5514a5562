#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Used by the exercise: does what little.sh prints, then undoes it.
cd /root || exit 1
sh little.sh top deps >commands && cat commands && sh -e commands || exit 1
dmesg | grep 'top: the value' | tail -n 1
rmmod top middle base
