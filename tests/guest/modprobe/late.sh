# SPDX-License-Identifier: GPL-2.0-or-later
# What cannot be undone before the next boot: the last cases. See play.sh.
# shellcheck shell=sh disable=SC2016
if echo Y 2>/dev/null >/sys/module/module/parameters/sig_enforce; then
	same 'only signed modules: ours is not' 'modprobe param_mod'
	same 'only signed modules: a dependency is not' 'modprobe user_mod'
	same 'only signed modules: a signed one' 'modprobe bridge'
	same 'only signed modules: no signature, -f' 'modprobe -f param_mod'
	same 'only signed modules: signed, -f' 'modprobe -f dummy'
	same 'only signed modules: xz' 'modprobe mod_xz'
fi
if echo 1 2>/dev/null >/proc/sys/kernel/modules_disabled; then
	same 'loading is switched off' 'modprobe dummy; modprobe -r dummy'
	same 'loading is switched off: dependencies' 'modprobe bridge'
	same 'loading is switched off: xz' 'modprobe mod_xz'
	same 'loading is switched off: softdeps' 'modprobe xt_LOG'
fi
