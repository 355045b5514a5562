#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Used by the exercise: what a user would do.
cat /proc/hello && cat /proc/hello
