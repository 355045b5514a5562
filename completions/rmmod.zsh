#compdef rmmod
# SPDX-License-Identifier: GPL-2.0-or-later
# zsh completion of rmmod: the modules that are loaded.

local -a mods

mods=(${(f)"$(cut -d ' ' -f 1 /proc/modules 2>/dev/null)"})
_arguments -s -S \
	'(-f --force)'{-f,--force}'[even if it is in use]' \
	'(-s --syslog)'{-s,--syslog}'[messages to syslog]' \
	'*'{-v,--verbose}'[more messages]' \
	'(-V --version)'{-V,--version}'[version]' \
	'(-h --help)'{-h,--help}'[help]' \
	'*:module:compadd -a mods'
