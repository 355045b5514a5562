# SPDX-License-Identifier: GPL-2.0-or-later
# bash completion of lsmod: options from its own help.

_lsmod() {
	local cur=${COMP_WORDS[COMP_CWORD]}

	COMPREPLY=()
	if [[ $cur == -* ]]; then
		mapfile -t COMPREPLY < <(compgen -W "$(
			"${COMP_WORDS[0]}" --help 2>/dev/null |
				grep -o -- '--[a-z][a-z-]*' | sort -u)" -- "$cur")
		return
	fi
}

complete -F _lsmod lsmod
