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
		sed -n "s/^\(usage:\|      \) lkm $2 \([a-z]\+\).*/\2/p" | uniq
}

_lkm_kernels() { # lkm
	"$1" kernel list 2>/dev/null | sed -n 's/^\([0-9][^ ]*\) .*/\1/p'
}

_lkm_kinds() { # lkm
	"$1" new --list 2>/dev/null | sed 's/ .*//'
}

# A word behind a command has a help of its own.
_lkm_subcommand_options() { # lkm COMMAND SUBCOMMAND
	"$1" "$2" "$3" --help 2>/dev/null |
		grep -o -- '--[a-z][a-z-]*' | sort -u
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

_lkm_steps() { # lkm
	"$1" tour --list 2>/dev/null |
		sed -n 's/^[> ] *[0-9]* \[.\] \([^ ]*\).*/\1/p'
}

# What can be done with a step, and the steps.
_lkm_tour() {
	local words='hint check solution reset'

	[ "$COMP_CWORD" = 2 ] || words=
	_lkm_take "$words $(_lkm_steps "$lkm")"
}

_lkm_take() { # WORDS: offers those that begin as the word at the cursor
	mapfile -t COMPREPLY < <(compgen -W "$1" -- "$cur")
}

_lkm_files() { # -f, or -d for folders only
	compopt -o filenames 2>/dev/null
	mapfile -t COMPREPLY < <(compgen "$1" -- "$cur")
}

# "6.1,6.12": what stands before the last comma stays.
_lkm_kernel_list() {
	local before=

	[[ $cur == *,* ]] && before=${cur%,*},
	mapfile -t COMPREPLY < <(
		compgen -P "$before" -W "$(_lkm_kernels "$lkm")" -- "${cur##*,}")
}

# Sources and folders; for try and check also modules, and parameters.
_lkm_paths() { # EXTENSIONS
	mapfile -t COMPREPLY < <(
		[[ $command != @(build|adopt) ]] &&
			compgen -W "$(_lkm_parameters "$lkm")" -- "$cur"
		compgen -f -- "$cur" | grep -E "\.($1)\$"
		compgen -d -- "$cur")
	compopt -o filenames 2>/dev/null
	[[ ${#COMPREPLY[@]} == 1 && ${COMPREPLY[0]} == *= ]] &&
		compopt -o nospace 2>/dev/null
}

# Sets root and release to what the words before the cursor say. Of several
# roots the first that has modules counts.
_lkm_place() {
	local i at

	root= release=$(uname -r)
	for ((i = 1; i + 1 < COMP_CWORD; i++)); do
		# readline makes three words of --option=value.
		at=$((i + 1))
		[[ ${COMP_WORDS[at]} == = ]] && ((at++))
		((at < COMP_CWORD)) || break
		case ${COMP_WORDS[i]} in
		-d | --dirname | -b | --basedir)
			[ -d "${root:-/none}/lib/modules" ] ||
				root=${COMP_WORDS[at]/#\~\//$HOME/}
			;;
		-S | -k | --set-version) release=${COMP_WORDS[at]} ;;
		esac
	done
}

# The modules of modules.dep there.
_lkm_names() { # root release
	local folder=$1/lib/modules/$2

	[ -d "$folder" ] || folder=$1/usr/lib/modules/$2
	sed 's|:.*||; s|.*/||; s|\.ko.*||; y|-|_|' \
		"$folder/modules.dep" 2>/dev/null
}

_lkm_releases() { # root
	ls "$1/lib/modules" 2>/dev/null || ls "$1/usr/lib/modules" 2>/dev/null
}

# Modules, and files.
_lkm_modules() {
	local root release

	_lkm_place
	compopt -o filenames 2>/dev/null
	mapfile -t COMPREPLY < <(
		compgen -W "$(_lkm_names "$root" "$release")" -- "${cur//-/_}"
		compgen -f -- "$cur" | grep -E '\.ko(\.gz|\.xz|\.zst)?$'
		compgen -d -- "$cur")
}

# Rules, findings and errnos beside them.
_lkm_reasons() {
	mapfile -t -O ${#COMPREPLY[@]} COMPREPLY < <(
		compgen -W "$("$lkm" why --list 2>/dev/null)" -- "$cur")
}

_lkm_take_release() {
	local root release

	_lkm_place
	_lkm_take "$(_lkm_releases "$root")"
}

# The value of an option of adopt among the words before the cursor.
_lkm_said() { # OPTION
	local i

	for ((i = 2; i + 1 < COMP_CWORD; i++)); do
		[[ ${COMP_WORDS[i]} == "$1" ]] || continue
		[[ ${COMP_WORDS[i+1]} == = ]] && ((i++))
		echo "${COMP_WORDS[i+1]/#\~\//$HOME/}"
	done
}

# Folders of the kernel's tree, relative to it.
_lkm_tree_folders() {
	local tree

	tree=$(_lkm_said --tree)
	compopt -o filenames -o nospace 2>/dev/null
	mapfile -t COMPREPLY < <(
		cd "${tree:-.}" 2>/dev/null && compgen -S / -d -- "$cur")
}

# kmod's own commands, and what belongs to them.
_lkm_kmod() {
	if [ "$COMP_CWORD" = 2 ] && [[ $cur != -* ]]; then
		_lkm_take "$("$lkm" kmod --help 2>/dev/null |
			sed -n '/^commands:/,/^$/s/^  \([a-z-]*\) .*/\1/p')"
	elif [ "$COMP_CWORD" = 2 ]; then
		_lkm_take '--version --help'
	elif [ "${COMP_WORDS[2]}" = static-nodes ]; then
		case $prev in
		-f | --format) _lkm_take 'human tmpfiles devname' ;;
		-o | --output) _lkm_files -f ;;
		*) _lkm_take '--format --output --help' ;;
		esac
	elif [ "${COMP_WORDS[2]}" = list ]; then
		_lkm_take '--json --syslog --verbose --version --help'
	fi
}

# The value of the option before the cursor. Status 1: it takes none.
_lkm_value() {
	case $command:$prev in
	try:-k | try:--kernel) _lkm_kernel_list ;;
	tour:-k | tour:--kernel) _lkm_take "$(_lkm_kernels "$lkm")" ;;
	tour:--engine) _lkm_take 'auto tcg kvm' ;;
	tour:--html) _lkm_files -d ;;
	build:-k | build:--kernel) _lkm_take "$(_lkm_kernels "$lkm")" ;;
	try:--engine) _lkm_take 'auto tcg kvm' ;;
	try:-t | try:--test | try:--test-arg | try:--add) _lkm_files -f ;;
	check:-k | check:--kernel | why:-k | why:--kernel) _lkm_take "$(_lkm_kernels "$lkm")" ;;
	show:-k | show:--kernel) _lkm_take "$(_lkm_kernels "$lkm")" ;;
	show:--section)
		_lkm_take '.text .data .bss .rodata .init.text .init.data
			.modinfo __param __versions __ksymtab .symtab
			.gnu.linkonce.this_module'
		;;
	check:--with | check:--trust) _lkm_files -f ;;
	check:--append)
		_lkm_take 'module_blacklist= module.sig_enforce lockdown=integrity
			nomodule mitigations=off'
		;;
	adopt:--at) _lkm_tree_folders ;;
	adopt:--patch | kernel:--source) _lkm_files -f ;;
	adopt:--config | adopt:--prompt | adopt:--depends) ;;
	adopt:--message | adopt:--with) ;;
	build:-o | build:--output | new:-o | new:--output | adopt:--tree)
		_lkm_files -d ;;
	new:--kind) _lkm_take "$(_lkm_kinds "$lkm")" ;;
	try:--device) _lkm_take 'edu pci-testdev' ;;
	try:--with) ;;
	try:-r | try:--rounds) _lkm_take '1 2 10 100' ;;
	try:--timeout) _lkm_take '10 60 600' ;;
	try:--settle) _lkm_take '2 100 1000' ;;
	try:--memory) _lkm_take '128 256 512 1024' ;;
	try:--cpus) _lkm_take '1 2 4' ;;
	try:--append) ;;
	try:--trust) _lkm_files -f ;;
	closure:-d | closure:--dirname | why:-d | why:--dirname) _lkm_files -d ;;
	modprobe:-d | modprobe:--dirname) _lkm_files -d ;;
	modinfo:-b | modinfo:--basedir | depmod:-b | depmod:--basedir)
		_lkm_files -d
		;;
	depmod:-[mo] | depmod:--moduledir | depmod:--outdir) _lkm_files -d ;;
	closure:-S | why:-S | modprobe:-S | modinfo:-k) _lkm_take_release ;;
	closure:--set-version | why:--set-version) _lkm_take_release ;;
	modprobe:--set-version | modinfo:--set-version) _lkm_take_release ;;
	closure:-f | closure:--from) _lkm_files -f ;;
	closure:-C | why:-C | why:--log | modprobe:-C | depmod:-C | *:--config)
		_lkm_files -f
		;;
	build:-j | build:--jobs | adopt:-j | adopt:--jobs | kernel:-j)
		_lkm_take "1 $(nproc 2>/dev/null)"
		;;
	kernel:--jobs) _lkm_take "1 $(nproc 2>/dev/null)" ;;
	*) return 1 ;;
	esac
}

_lkm_kernel() {
	if [ "$COMP_CWORD" = 2 ]; then
		if [[ $cur == -* ]]; then
			_lkm_take --help
		else
			_lkm_take "$(_lkm_subcommands "$lkm" kernel)"
		fi
	elif [[ $cur == -* ]]; then
		_lkm_take "$(_lkm_subcommand_options "$lkm" kernel \
			"${COMP_WORDS[2]}")"
	elif [ "${COMP_WORDS[2]}" = rm ] || [ "${COMP_WORDS[2]}" = show ]; then
		_lkm_take "$(_lkm_kernels "$lkm")"
	elif [ "${COMP_WORDS[2]}" = build ]; then
		_lkm_take minimal
	elif [ "${COMP_WORDS[2]}" = get ]; then
		_lkm_take '5.10-cloud 6.1-cloud 6.12-cloud bullseye-cloud
			bookworm-cloud trixie-cloud sid-cloud 5.10 6.1 6.12
			bullseye bookworm trixie sid'
	fi
}

_lkm() {
	local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD-1]}
	local lkm=${COMP_WORDS[0]} command=${COMP_WORDS[1]}

	COMPREPLY=()
	# readline makes three words of --engine=kvm.
	if [[ $cur == = ]]; then
		cur=
	elif [[ $prev == = && $COMP_CWORD -gt 2 ]]; then
		prev=${COMP_WORDS[COMP_CWORD-2]}
	fi
	if [ "$COMP_CWORD" = 1 ]; then
		_lkm_take "$(_lkm_words "$lkm")"
	elif _lkm_value; then
		:
	elif [ "$command" = kernel ]; then
		_lkm_kernel
	elif [ "$command" = kmod ]; then
		_lkm_kmod
	elif [ "$command" = help ]; then
		[ "$COMP_CWORD" = 2 ] && _lkm_take "$(_lkm_words "$lkm")"
	elif [[ $cur == -* ]]; then
		_lkm_take "$(_lkm_words "$lkm" "$command")"
	elif [ "$command" = new ]; then
		:
	elif [ "$command" = tour ]; then
		_lkm_tour
	elif [ "$command" = try ]; then
		_lkm_paths 'c|ko(\.gz|\.xz|\.zst)?'
	elif [ "$command" = check ] || [ "$command" = show ]; then
		_lkm_paths 'ko(\.gz|\.xz|\.zst)?'
	elif [ "$command" = build ] || [ "$command" = adopt ]; then
		_lkm_paths c
	elif [[ $command == @(closure|why|modprobe|modinfo) ]]; then
		_lkm_modules
		[ "$command" = why ] && _lkm_reasons
	elif [ "$command" = depmod ]; then
		_lkm_take_release
	else
		_lkm_files -f
	fi
}

complete -F _lkm lkm
