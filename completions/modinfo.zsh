#compdef modinfo
# SPDX-License-Identifier: GPL-2.0-or-later
# zsh completion of modinfo: modules from modules.dep, and module files.

# Sets root and release to what the words before the cursor say.
_modinfo_place() {
	local i

	root= release=$(uname -r)
	for (( i = 2; i < CURRENT; i++ )); do
		case $words[i] in
		(-b|--basedir) (( i + 1 < CURRENT )) && root=$words[++i] ;;
		(--basedir=*) root=${words[i]#*=} ;;
		(-k|--set-version) (( i + 1 < CURRENT )) && release=$words[++i] ;;
		(--set-version=*) release=${words[i]#*=} ;;
		esac
	done
	root=${${(Q)root}/#\~\//$HOME/}
}

# Sets names to the modules of modules.dep there.
_modinfo_names() {
	local root release

	_modinfo_place
	local folder=$root/lib/modules/$release

	[[ -d $folder ]] || folder=$root/usr/lib/modules/$release
	names=(${(f)"$(sed 's|:.*||; s|.*/||; s|\.ko.*||; y|-|_|' \
		$folder/modules.dep 2>/dev/null)"})
}

_modinfo_releases() {
	local root release

	_modinfo_place
	compadd -- $root/lib/modules/*(N:t)
}

_modinfo_what() {
	local -a names

	_modinfo_names
	_alternative 'modules:module:compadd -a names' \
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
	'(-k --set-version)'{-k,--set-version=}'[kernel release]:release:_modinfo_releases' \
	'(-b --basedir)'{-b,--basedir=}'[root of the file system]:folder:_files -/' \
	'(-V --version)'{-V,--version}'[version]' \
	'(-h --help)'{-h,--help}'[help]' \
	'*:module:_modinfo_what'
