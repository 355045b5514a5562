# SPDX-License-Identifier: GPL-2.0-or-later
# bash completion of modprobe: options from its own help, modules from
# modules.dep (with -r those that are loaded), parameters from modinfo.

_modprobe_names() { # release
	sed 's|:.*||; s|.*/||; s|\.ko.*||; y|-|_|' \
		"/lib/modules/$1/modules.dep" 2>/dev/null
}

# NAME= of each parameter of a module
_modprobe_parameters() { # release module
	modinfo -k "$1" -p "$2" 2>/dev/null | sed -n 's/^\([^: ]*\):.*/\1=/p'
}

_modprobe() {
	local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD - 1]}
	local i word release all= remove= module=

	COMPREPLY=()
	release=$(uname -r)
	for ((i = 1; i < COMP_CWORD; i++)); do
		word=${COMP_WORDS[i]}
		case $word in
		-S | --set-version) release=${COMP_WORDS[++i]} ;;
		-C | -d | -w | -j | --config | --dirname | --wait | --jobs)
			((i++)) ;;
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
			"$(ls /lib/modules 2>/dev/null)" -- "$cur")
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
			"$(_modprobe_parameters "$release" "$module")" -- "$cur")
	else
		mapfile -t COMPREPLY < <(compgen -W \
			"$(_modprobe_names "$release")" -- "${cur//-/_}")
	fi
}

complete -F _modprobe modprobe
