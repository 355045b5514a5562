#compdef modinfo
# SPDX-License-Identifier: GPL-2.0-or-later
# zsh completion of modinfo: modules from modules.dep, and module files.

local -a mods

mods=(${(f)"$(sed 's|:.*||; s|.*/||; s|\.ko.*||; y|-|_|' \
	/lib/modules/$(uname -r)/modules.dep 2>/dev/null)"})

_modinfo_what() {
	_alternative 'modules:module:compadd -a mods' \
		'files:module file:_files -g "*.ko(|.gz|.xz|.zst)"'
}

_arguments -s -S \
	'(-a --author)'{-a,--author}'[only the author]' \
	'(-d --description)'{-d,--description}'[only the description]' \
	'(-l --license)'{-l,--license}'[only the licence]' \
	'(-p --parameters)'{-p,--parameters}'[only the parameters]' \
	'(-n --filename)'{-n,--filename}'[only the file name]' \
	'(-0 --null)'{-0,--null=-}'[NUL instead of line ends]::form:(all)' \
	'--json[all of it, for a program]' \
	'(-m --modname)'{-m,--modname}'[arguments are names, not files]' \
	'(-F --field)'{-F,--field=}'[only this field]:field:(alias author depends description filename firmware intree license name parm retpoline sig_hashalgo sig_id sig_key signature signer softdep srcversion vermagic version)' \
	'(-k --set-version)'{-k,--set-version=}'[kernel release]:release:(/lib/modules/*(N:t))' \
	'(-b --basedir)'{-b,--basedir=}'[root of the file system]:folder:_files -/' \
	'(-V --version)'{-V,--version}'[version]' \
	'(-h --help)'{-h,--help}'[help]' \
	'*:module:_modinfo_what'
