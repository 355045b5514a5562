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

_lkm_subcommands() { # lkm COMMAND
	"$1" "$2" --help 2>/dev/null |
		sed -n "s/^\(usage:\|      \) lkm $2 \([a-z]\+\).*/\2/p"
}

_lkm_kernels() { # lkm
	"$1" kernel list 2>/dev/null | sed -n 's/^\([0-9][^ ]*\) .*/\1/p'
}

# The parameters of the last module file before the cursor.
_lkm_parameters() { # lkm
	local i

	for ((i = COMP_CWORD - 1; i > 1; i--)); do
		[[ ${COMP_WORDS[i]} == *.ko* ]] || continue
		"$1" modinfo -p "${COMP_WORDS[i]}" 2>/dev/null |
			sed -n 's/^\([^: ]*\):.*/\1=/p'
		return
	done
}

# Sources, modules and folders; and parameters.
_lkm_try() {
	local cur=$1 lkm=$2

	mapfile -t COMPREPLY < <(
		compgen -W "$(_lkm_parameters "$lkm")" -- "$cur"
		compgen -f -- "$cur" | grep -E '\.(c|ko(\.gz|\.xz|\.zst)?)$'
		compgen -d -- "$cur")
	compopt -o filenames 2>/dev/null
	[[ ${#COMPREPLY[@]} == 1 && ${COMPREPLY[0]} == *= ]] &&
		compopt -o nospace 2>/dev/null
}

_lkm() {
	local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD-1]}
	local lkm=${COMP_WORDS[0]} command=${COMP_WORDS[1]} words

	COMPREPLY=()
	if [[ $COMP_CWORD -gt 1 && ( $prev == --kernel || $prev == -k ) ||
		$COMP_CWORD -gt 2 && $command = kernel && ${COMP_WORDS[2]} = rm &&
		$cur != -* ]]; then
		mapfile -t COMPREPLY < <(
			compgen -W "$(_lkm_kernels "$lkm")" -- "$cur")
		return
	fi
	if [[ $command == try && $prev == --engine ]]; then
		mapfile -t COMPREPLY < <(compgen -W 'auto tcg kvm' -- "$cur")
		return
	fi
	if [[ $COMP_CWORD -gt 1 && $command == try && $cur != -* &&
		$prev != --test && $prev != -t && $prev != --add ]]; then
		_lkm_try "$cur" "$lkm"
		return
	fi
	if [ "$COMP_CWORD" = 2 ] && [[ $cur != -* ]]; then
		words=$(_lkm_subcommands "$lkm" "$command")
		if [ -n "$words" ]; then
			mapfile -t COMPREPLY < <(compgen -W "$words" -- "$cur")
			return
		fi
	fi
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
