# SPDX-License-Identifier: GPL-2.0-or-later
# bash completion of depmod: options from its own help, versions, files.

_depmod() {
	local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD - 1]}

	COMPREPLY=()
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
		"$(ls /lib/modules 2>/dev/null)" -- "$cur")
}

complete -F _depmod depmod
