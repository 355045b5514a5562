# SPDX-License-Identifier: GPL-2.0-or-later
# bash completion of insmod: options from its own help, module files, then the module's parameters.

_insmod() {
	local cur=${COMP_WORDS[COMP_CWORD]}

	COMPREPLY=()
	if [[ $cur == -* ]]; then
		mapfile -t COMPREPLY < <(compgen -W "$(
			"${COMP_WORDS[0]}" --help 2>/dev/null |
				grep -o -- '--[a-z][a-z-]*' | sort -u)" -- "$cur")
		return
	fi

	local i file=
	for ((i = 1; i < COMP_CWORD; i++)); do
		[[ ${COMP_WORDS[i]} == -* ]] || { file=${COMP_WORDS[i]}; break; }
	done
	if [ -n "$file" ]; then
		compopt -o nospace 2>/dev/null
		mapfile -t COMPREPLY < <(compgen -W "$(
			PATH=$PATH:/usr/sbin:/sbin modinfo -p "$file" 2>/dev/null |
				sed -n 's/^\([^: ]*\):.*/\1=/p')" -- "$cur")
		return
	fi
	compopt -o filenames 2>/dev/null
	mapfile -t COMPREPLY < <(
		compgen -f -- "$cur" | grep -E '\.ko(\.gz|\.xz|\.zst)?$'
		compgen -d -- "$cur")
}

complete -F _insmod insmod
