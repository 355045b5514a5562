#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Used by the exercise: reads the device.
cat /dev/memo
