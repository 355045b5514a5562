# SPDX-License-Identifier: GPL-2.0-or-later
# bash completion of modinfo: options from its own help, modules from
# modules.dep, and module files.

# Sets root and release to what the words before the cursor say. Of several
# roots the first that has modules counts.
_modinfo_place() {
	local i at

	root= release=$(uname -r)
	for ((i = 1; i + 1 < COMP_CWORD; i++)); do
		# readline makes three words of --option=value.
		at=$((i + 1))
		[[ ${COMP_WORDS[at]} == = ]] && ((at++))
		((at < COMP_CWORD)) || break
		case ${COMP_WORDS[i]} in
		-b | --basedir)
			[ -d "${root:-/none}/lib/modules" ] ||
				root=${COMP_WORDS[at]/#\~\//$HOME/}
			;;
		-k | --set-version) release=${COMP_WORDS[at]} ;;
		esac
	done
}

# The modules of modules.dep there.
_modinfo_names() { # root release
	local folder=$1/lib/modules/$2

	[ -d "$folder" ] || folder=$1/usr/lib/modules/$2
	sed 's|:.*||; s|.*/||; s|\.ko.*||; y|-|_|' \
		"$folder/modules.dep" 2>/dev/null
}

_modinfo_releases() { # root
	ls "$1/lib/modules" 2>/dev/null || ls "$1/usr/lib/modules" 2>/dev/null
}

_modinfo() {
	local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD - 1]}
	local root release

	COMPREPLY=()
	# readline makes three words of --basedir=DIR.
	if [[ $cur == = ]]; then
		cur=
	elif [[ $prev == = && $COMP_CWORD -gt 2 ]]; then
		prev=${COMP_WORDS[COMP_CWORD - 2]}
	fi
	_modinfo_place
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
			"$(_modinfo_releases "$root")" -- "$cur")
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
		compgen -W "$(_modinfo_names "$root" "$release")" -- "${cur//-/_}"
		compgen -f -X '!*.ko?(.gz|.xz|.zst)' -- "$cur"
		compgen -d -- "$cur")
}

complete -F _modinfo modinfo
