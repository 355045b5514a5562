#compdef lsmod
# SPDX-License-Identifier: GPL-2.0-or-later
# zsh completion of lsmod: it has options only.

_arguments -s -S \
	'--json[the list for a program]' \
	'(-s --syslog)'{-s,--syslog}'[messages to syslog]' \
	'*'{-v,--verbose}'[more messages]' \
	'(-V --version)'{-V,--version}'[version]' \
	'(-h --help)'{-h,--help}'[help]'
