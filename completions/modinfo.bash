# SPDX-License-Identifier: GPL-2.0-or-later
# bash completion of modinfo: options from its own help, modules from
# modules.dep, and module files.

_modinfo_names() {
	sed 's|:.*||; s|.*/||; s|\.ko.*||; y|-|_|' \
		"/lib/modules/$(uname -r)/modules.dep" 2>/dev/null
}

_modinfo() {
	local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD - 1]}

	COMPREPLY=()
	case $prev in
	-F | --field)
		mapfile -t COMPREPLY < <(compgen -W 'alias author depends
			description filename firmware intree license name parm
			retpoline sig_hashalgo sig_id sig_key signature signer
			softdep srcversion vermagic version' -- "$cur")
		return
		;;
	-b | --basedir)
		compopt -o filenames 2>/dev/null
		mapfile -t COMPREPLY < <(compgen -d -- "$cur")
		return
		;;
	-k | --set-version)
		mapfile -t COMPREPLY < <(compgen -W \
			"$(ls /lib/modules 2>/dev/null)" -- "$cur")
		return
		;;
	esac
	if [[ $cur == -* ]]; then
		mapfile -t COMPREPLY < <(compgen -W "$(
			"${COMP_WORDS[0]}" --help 2>/dev/null |
				grep -o -- '--[a-z][a-z-]*' | sort -u)" -- "$cur")
		return
	fi
	compopt -o filenames 2>/dev/null
	mapfile -t COMPREPLY < <(
		compgen -W "$(_modinfo_names)" -- "${cur//-/_}"
		compgen -f -X '!*.ko?(.gz|.xz|.zst)' -- "$cur"
		compgen -d -- "$cur")
}

complete -F _modinfo modinfo
