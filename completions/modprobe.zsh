#compdef modprobe
# SPDX-License-Identifier: GPL-2.0-or-later
# zsh completion of modprobe: modules from modules.dep (with -r those that are
# loaded), parameters from modinfo.

# Sets root and release to what the words before the cursor say.
_modprobe_place() {
	local i

	root= release=$(uname -r)
	for (( i = 2; i < CURRENT; i++ )); do
		case $words[i] in
		(-d|--dirname) (( i + 1 < CURRENT )) && root=$words[++i] ;;
		(--dirname=*) root=${words[i]#*=} ;;
		(-S|--set-version) (( i + 1 < CURRENT )) && release=$words[++i] ;;
		(--set-version=*) release=${words[i]#*=} ;;
		esac
	done
	root=${${(Q)root}/#\~\//$HOME/}
}

# Sets names to the modules of modules.dep there.
_modprobe_names() {
	local root release

	_modprobe_place
	local folder=$root/lib/modules/$release

	[[ -d $folder ]] || folder=$root/usr/lib/modules/$release
	names=(${(f)"$(sed 's|:.*||; s|.*/||; s|\.ko.*||; y|-|_|' \
		$folder/modules.dep 2>/dev/null)"})
}

_modprobe_releases() {
	local root release

	_modprobe_place
	compadd -- $root/lib/modules/*(N:t)
}

_modprobe_what() {
	local -a names

	if (( ${words[(I)-*r*]} && ! ${words[(I)--*r*]} )) ||
		(( ${words[(I)--remove*]} )); then
		names=(${(f)"$(cut -d ' ' -f 1 /proc/modules 2>/dev/null)"})
	else
		_modprobe_names
	fi
	_alternative 'modules:module:compadd -a names' \
		'files:module file:_files -g "*.ko(|.gz|.xz|.zst)"'
}

# What stands behind the module: its parameters; with -a or -r more modules.
_modprobe_more() {
	local -a names
	local root release

	if (( ${words[(I)-a|--all|-r|--remove*]} )); then
		_modprobe_what
		return
	fi
	_modprobe_place
	names=(${(f)"$(modinfo ${root:+-b} ${root:+$root} -k $release \
		-p ${line[1]} 2>/dev/null |
		sed -n 's/^\([^: ]*\):.*/\1=/p')"})
	compadd -S '' -a names
}

_arguments -s -S \
	'(-a --all)'{-a,--all}'[every argument is a module]' \
	'(-r --remove)'{-r,--remove}'[unload]' \
	'--remove-holders[first those that use it]' \
	'(-w --wait)'{-w,--wait=}'[while it is in use]:milliseconds:' \
	'--first-time[fail if it is loaded, or gone, already]' \
	'(-i --ignore-install --ignore-remove)'{-i,--ignore-install,--ignore-remove}'[no install and remove lines, no softdeps]' \
	'(-b --use-blacklist)'{-b,--use-blacklist}'[the blacklist is for names, too]' \
	'(-f --force)'{-f,--force}'[do not compare versions]' \
	'--force-modversion[do not compare versions of symbols]' \
	'--force-vermagic[do not compare the kernel]' \
	'(-j --jobs)'{-j,--jobs=}'[so many side by side]:number:' \
	'(-n --dry-run --show)'{-n,--dry-run,--show}'[do nothing]' \
	'(-D --show-depends)'{-D,--show-depends}'[what would be done]' \
	'(-R --show-alias --resolve-alias)'{-R,--show-alias,--resolve-alias}'[the names that an alias stands for]' \
	'(-c --show-config --showconfig)'{-c,--show-config,--showconfig}'[the configuration]' \
	'(--show-modversions --dump-modversions)'{--show-modversions,--dump-modversions}'[versions of symbols that it needs]' \
	'--show-exports[symbols that it exports]' \
	'--json[for programs]' \
	'*'{-C,--config=}'[instead of modprobe.d]:file or folder:_files' \
	'*'{-d,--dirname=}'[where lib/modules is]:folder:_files -/' \
	'(-S --set-version)'{-S,--set-version=}'[kernel release]:release:_modprobe_releases' \
	'(-s --syslog)'{-s,--syslog}'[messages to syslog]' \
	'(-q --quiet)'{-q,--quiet}'[no messages]' \
	'*'{-v,--verbose}'[more messages]' \
	'(-V --version)'{-V,--version}'[version]' \
	'(-h --help)'{-h,--help}'[help]' \
	'1:module:_modprobe_what' \
	'*:parameter:_modprobe_more'
