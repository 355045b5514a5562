# SPDX-License-Identifier: GPL-2.0-or-later
# bash completion of lkm. The names of commands and options come from lkm's
# own help, so there is no list here to fall behind.

_lkm_words() { # lkm [COMMAND]
	if [ $# = 1 ]; then
		"$1" --help 2>/dev/null | sed -n 's/^  \([a-z]\+\) \+[^ ].*/\1/p' |
			grep -vx lkm
	else
		"$1" "$2" --help 2>/dev/null |
			grep -o -- '--[a-z][a-z-]*' | sort -u
	fi
}

_lkm() {
	local cur=${COMP_WORDS[COMP_CWORD]}

	COMPREPLY=()
	if [ "$COMP_CWORD" = 1 ]; then
		mapfile -t COMPREPLY < <(
			compgen -W "$(_lkm_words "${COMP_WORDS[0]}")" -- "$cur")
	elif [[ $cur == -* ]]; then
		mapfile -t COMPREPLY < <(compgen -W "$(
			_lkm_words "${COMP_WORDS[0]}" "${COMP_WORDS[1]}")" -- "$cur")
	else
		compopt -o filenames 2>/dev/null
		mapfile -t COMPREPLY < <(compgen -f -- "$cur")
	fi
}

complete -F _lkm lkm
