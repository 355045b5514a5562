#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Used by the exercise: removes what is not there, then what is.
/root/unload nobody
/root/unload hello && ! grep '^hello ' /proc/modules && echo 'hello is gone' &&
	exec /root/load /root/hello.ko
