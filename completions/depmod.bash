# SPDX-License-Identifier: GPL-2.0-or-later
# bash completion of depmod: options from its own help, versions, files.

_depmod() {
	local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD - 1]}
	local i root=

	COMPREPLY=()
	# readline makes three words of --basedir=DIR.
	if [[ $cur == = ]]; then
		cur=
	elif [[ $prev == = && $COMP_CWORD -gt 2 ]]; then
		prev=${COMP_WORDS[COMP_CWORD - 2]}
	fi
	for ((i = 1; i < COMP_CWORD - 1; i++)); do
		[[ ${COMP_WORDS[i]} == @(-b|--basedir) ]] || continue
		root=${COMP_WORDS[i + 1]}
		[[ $root == = ]] && root=${COMP_WORDS[i + 2]}
		root=${root/#\~\//$HOME/}
	done
	case $prev in
	-b | --basedir | -o | --outdir | -m | --moduledir)
		compopt -o filenames 2>/dev/null
		mapfile -t COMPREPLY < <(compgen -d -- "$cur")
		return
		;;
	-C | --config | -E | --symvers | -F | --filesyms)
		compopt -o filenames 2>/dev/null
		mapfile -t COMPREPLY < <(compgen -f -- "$cur")
		return
		;;
	-P | --symbol-prefix) return ;;
	esac
	if [[ $cur == -* ]]; then
		mapfile -t COMPREPLY < <(compgen -W "$(
			"${COMP_WORDS[0]}" --help 2>/dev/null |
				grep -o -- '--[a-z][a-z-]*' | sort -u)" -- "$cur")
		return
	fi
	if [[ $cur == /* ]]; then
		compopt -o filenames 2>/dev/null
		mapfile -t COMPREPLY < <(
			compgen -f -X '!*.ko?(.gz|.xz|.zst)' -- "$cur"
			compgen -d -- "$cur")
		return
	fi
	mapfile -t COMPREPLY < <(compgen -W \
		"$(ls "$root/lib/modules" 2>/dev/null)" -- "$cur")
}

complete -F _depmod depmod
