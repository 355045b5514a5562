# SPDX-License-Identifier: GPL-2.0-or-later
# bash completion of rmmod: options from its own help, and the modules that are loaded.

_rmmod() {
	local cur=${COMP_WORDS[COMP_CWORD]}

	COMPREPLY=()
	if [[ $cur == -* ]]; then
		mapfile -t COMPREPLY < <(compgen -W "$(
			"${COMP_WORDS[0]}" --help 2>/dev/null |
				grep -o -- '--[a-z][a-z-]*' | sort -u)" -- "$cur")
		return
	fi
	mapfile -t COMPREPLY < <(compgen -W \
		"$(cut -d ' ' -f 1 /proc/modules 2>/dev/null)" -- "${cur//-/_}")
}

complete -F _rmmod rmmod
