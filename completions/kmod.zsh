#compdef kmod
# SPDX-License-Identifier: GPL-2.0-or-later
# zsh completion of kmod: its commands, and the options of static-nodes.

local -a commands

commands=(
	'help:show help'
	'list:the modules that are loaded'
	'static-nodes:device nodes whose modules load when they are opened'
)
if [[ $words[2] == static-nodes ]] && (( CURRENT > 2 )); then
	shift words
	(( CURRENT-- ))
	_arguments -s -S \
		'(-f --format)'{-f,--format=}'[form of the output]:form:(human tmpfiles devname)' \
		'(-o --output)'{-o,--output=}'[into this file]:file:_files' \
		'(-h --help)'{-h,--help}'[help]'
elif (( CURRENT == 2 )); then
	_arguments -s -S \
		'(-V --version)'{-V,--version}'[version]' \
		'(-h --help)'{-h,--help}'[help]' \
		'1:command:(($commands))'
fi
