# SPDX-License-Identifier: GPL-2.0-or-later
# bash completion of modprobe: options from its own help, modules from
# modules.dep (with -r those that are loaded), parameters from modinfo.

# Sets root and release to what the words before the cursor say. Of several
# roots the first that has modules counts.
_modprobe_place() {
	local i at

	root= release=$(uname -r)
	for ((i = 1; i + 1 < COMP_CWORD; i++)); do
		# readline makes three words of --option=value.
		at=$((i + 1))
		[[ ${COMP_WORDS[at]} == = ]] && ((at++))
		((at < COMP_CWORD)) || break
		case ${COMP_WORDS[i]} in
		-d | --dirname)
			[ -d "${root:-/none}/lib/modules" ] ||
				root=${COMP_WORDS[at]/#\~\//$HOME/}
			;;
		-S | --set-version) release=${COMP_WORDS[at]} ;;
		esac
	done
}

# The modules of modules.dep there.
_modprobe_names() { # root release
	local folder=$1/lib/modules/$2

	[ -d "$folder" ] || folder=$1/usr/lib/modules/$2
	sed 's|:.*||; s|.*/||; s|\.ko.*||; y|-|_|' \
		"$folder/modules.dep" 2>/dev/null
}

_modprobe_releases() { # root
	ls "$1/lib/modules" 2>/dev/null || ls "$1/usr/lib/modules" 2>/dev/null
}

# NAME= of each parameter of a module
_modprobe_parameters() { # root release module
	modinfo ${1:+-b "$1"} -k "$2" -p "$3" 2>/dev/null | sed -n 's/^\([^: ]*\):.*/\1=/p'
}

_modprobe() {
	local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD - 1]}
	local i word root release all= remove= module=

	COMPREPLY=()
	# readline makes three words of --dirname=DIR.
	if [[ $cur == = ]]; then
		cur=
	elif [[ $prev == = && $COMP_CWORD -gt 2 ]]; then
		prev=${COMP_WORDS[COMP_CWORD - 2]}
	fi
	_modprobe_place
	for ((i = 1; i < COMP_CWORD; i++)); do
		word=${COMP_WORDS[i]}
		case $word in
		-C | -d | -w | -j | -S | --config | --dirname | --wait | --jobs | \
			--set-version)
			((i++))
			[[ ${COMP_WORDS[i]} == = ]] && ((i++))
			;;
		--remove*) remove=1 ;;
		--all) all=1 ;;
		--*) ;;
		-*)
			[[ $word == *r* ]] && remove=1
			[[ $word == *a* ]] && all=1
			;;
		*) module=${module:-$word} ;;
		esac
	done
	case $prev in
	-C | --config)
		compopt -o filenames 2>/dev/null
		mapfile -t COMPREPLY < <(compgen -f -- "$cur")
		return
		;;
	-d | --dirname)
		compopt -o filenames 2>/dev/null
		mapfile -t COMPREPLY < <(compgen -d -- "$cur")
		return
		;;
	-S | --set-version)
		mapfile -t COMPREPLY < <(compgen -W \
			"$(_modprobe_releases "$root")" -- "$cur")
		return
		;;
	-w | --wait | -j | --jobs) return ;;
	esac
	if [[ $cur == -* ]]; then
		mapfile -t COMPREPLY < <(compgen -W "$(
			"${COMP_WORDS[0]}" --help 2>/dev/null |
				grep -o -- '--[a-z][a-z-]*' | sort -u)" -- "$cur")
	elif [[ $cur == ./* || $cur == /* ]]; then
		compopt -o filenames 2>/dev/null
		mapfile -t COMPREPLY < <(
			compgen -f -- "$cur" |
				grep -E '\.ko(\.gz|\.xz|\.zst)?$'
			compgen -d -- "$cur")
	elif [[ $remove ]]; then
		mapfile -t COMPREPLY < <(compgen -W \
			"$(cut -d ' ' -f 1 /proc/modules 2>/dev/null)" \
			-- "${cur//-/_}")
	elif [[ $module && -z $all ]]; then
		compopt -o nospace 2>/dev/null
		mapfile -t COMPREPLY < <(compgen -W \
			"$(_modprobe_parameters "$root" "$release" "$module")" -- "$cur")
	else
		mapfile -t COMPREPLY < <(compgen -W \
			"$(_modprobe_names "$root" "$release")" -- "${cur//-/_}")
	fi
}

complete -F _modprobe modprobe
