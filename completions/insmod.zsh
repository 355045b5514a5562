#compdef insmod
# SPDX-License-Identifier: GPL-2.0-or-later
# zsh completion of insmod: module files, then the module's parameters.

_insmod_parameters() {
	local -a params

	params=(${(f)"$(PATH=$PATH:/usr/sbin:/sbin modinfo -p $line[1] \
		2>/dev/null | sed -n 's/^\([^: ]*\):.*/\1/p')"})
	compadd -S = -a params
}

_arguments -s -S \
	'(-f --force)'{-f,--force}'[compare no versions at all]' \
	'--force-modversion[do not compare versions of symbols]' \
	'--force-vermagic[do not compare the kernel it was built for]' \
	'(-s --syslog)'{-s,--syslog}'[messages to syslog]' \
	'*'{-v,--verbose}'[more messages]' \
	'(-V --version)'{-V,--version}'[version]' \
	'(-h --help)'{-h,--help}'[help]' \
	'1:module file:_files -g "*.ko(|.gz|.xz|.zst)"' \
	'*:parameter:_insmod_parameters'
