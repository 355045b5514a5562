# SPDX-License-Identifier: GPL-2.0-or-later
# bash completion of kmod: commands and options from its own help.

_kmod() {
	local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD - 1]}
	local kmod=${COMP_WORDS[0]} command=${COMP_WORDS[1]} words

	COMPREPLY=()
	# readline makes three words of --format=human.
	if [[ $cur == = ]]; then
		cur=
	elif [[ $prev == = && $COMP_CWORD -gt 2 ]]; then
		prev=${COMP_WORDS[COMP_CWORD - 2]}
	fi
	if [ "$COMP_CWORD" = 1 ] && [[ $cur != -* ]]; then
		words=$("$kmod" --help 2>/dev/null |
			sed -n '/^commands:/,/^$/s/^  \([a-z-]*\) .*/\1/p')
	elif [ "$COMP_CWORD" = 1 ]; then
		words='--help --version'
	elif [ "$command" = list ]; then
		words='--json --syslog --verbose --version --help'
	elif [ "$command" != static-nodes ]; then
		return
	elif [[ $prev == -o || $prev == --output ]]; then
		compopt -o filenames 2>/dev/null
		mapfile -t COMPREPLY < <(compgen -f -- "$cur")
		return
	elif [[ $prev == -f || $prev == --format ]]; then
		words='human tmpfiles devname'
	else
		words='--format --output --help'
	fi
	mapfile -t COMPREPLY < <(compgen -W "$words" -- "$cur")
}

complete -F _kmod kmod
