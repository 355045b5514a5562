# SPDX-License-Identifier: GPL-2.0-or-later
# A line of modprobe.d that makes no sense: kmod's words, and with -v what was
# wanted there, with file and line.
. "$SRCDIR/tests/cli/modprobe/tree"

conf 'include more' 'options solo' 'opitons solo a=1' 'alias a' 'blacklist' \
	'softdep solo' 'weakdep solo' 'install solo' 'remove solo' 'deny a,b' \
	'allow' 'options \' 'mid' 'alias a[ b' 'config x'
try -n base
try -nv base
try -nvq base
