#compdef lkm
# SPDX-License-Identifier: GPL-2.0-or-later
# zsh completion of lkm. The names of commands and options come from lkm's own
# help, so there is no list here to fall behind; what an option takes is here.

local -a names
local lkm=$words[1] command=$words[2] prev=$words[CURRENT-1]
local value=$words[CURRENT]

_lkm_kernels() {
	names=(${(f)"$($lkm kernel list 2>/dev/null |
		sed -n 's/^\([0-9][^ ]*\) .*/\1/p')"})
	compadd "$@" -a names
}

# Sets root and release to what the words before the cursor say.
_lkm_place() {
	local i

	root= release=$(uname -r)
	for (( i = 2; i < CURRENT; i++ )); do
		case $words[i] in
		(-d|-b|--dirname|--basedir) (( i + 1 < CURRENT )) && root=$words[++i] ;;
		(--(dirname|basedir)=*) root=${words[i]#*=} ;;
		(-S|-k|--set-version) (( i + 1 < CURRENT )) && release=$words[++i] ;;
		(--set-version=*) release=${words[i]#*=} ;;
		esac
	done
	root=${${(Q)root}/#\~\//$HOME/}
}

# Sets names to the modules of modules.dep there.
_lkm_names() {
	local root release

	_lkm_place
	local folder=$root/lib/modules/$release

	[[ -d $folder ]] || folder=$root/usr/lib/modules/$release
	names=(${(f)"$(sed 's|:.*||; s|.*/||; s|\.ko.*||; y|-|_|' \
		$folder/modules.dep 2>/dev/null)"})
}

_lkm_releases() {
	local root release

	_lkm_place
	compadd -- $root/lib/modules/*(N:t)
}

# kmod's own commands.
_lkm_kmod() {
	(( CURRENT == 3 )) || return
	names=(${(f)"$($lkm kmod --help 2>/dev/null |
		sed -n '/^commands:/,/^$/s/^  \([a-z-]*\) .*/\1/p')"})
	compadd -a names
}

# What stands behind an option. Status 1: it takes nothing.
_lkm_value() {
	case $command:$1 in
	try:(-k|--kernel))
		# "6.1,6.12": what stands before the last comma stays.
		compset -P '*,'
		_lkm_kernels -q
		;;
	(build|check|show|tour|why):(-k|--kernel)) _lkm_kernels ;;
	show:--section)
		compadd .text .data .bss .rodata .init.text .init.data .modinfo \
			__param __versions __ksymtab .symtab .gnu.linkonce.this_module
		;;
	check:(--with|--trust)) _files ;;
	check:--append)
		compadd module_blacklist= module.sig_enforce lockdown=integrity \
			nomodule mitigations=off
		;;
	(try|tour):--engine) compadd auto tcg kvm ;;
	tour:--html) _files -/ ;;
	try:(-t|--test|--test-arg|--add)) _files ;;
	(build|new):(-o|--output)) _files -/ ;;
	new:--kind)
		names=(${(f)"$($lkm new --list 2>/dev/null | sed 's/ .*//')"})
		compadd -a names
		;;
	try:--device) compadd edu pci-testdev ;;
	try:--with) _message 'modules of the kernel' ;;
	try:(-r|--rounds)) compadd 1 2 10 100 ;;
	try:--timeout) compadd 10 60 600 ;;
	try:--settle) compadd 2 100 1000 ;;
	try:--memory) compadd 128 256 512 1024 ;;
	try:--cpus) compadd 1 2 4 ;;
	(why|modprobe|depmod):(-C|--config)) _files ;;
	why:--log) _files ;;
	(why|closure|modprobe):(-d|--dirname)) _files -/ ;;
	(modinfo|depmod):(-b|--basedir)) _files -/ ;;
	depmod:(-o|--outdir|-m|--moduledir)) _files -/ ;;
	(why|closure|modprobe):(-S|--set-version)) _lkm_releases ;;
	modinfo:(-k|--set-version)) _lkm_releases ;;
	try:--append) _message 'parameters of the kernel' ;;
	try:--trust) _files ;;
	closure:(-C|--config|-f|--from)) _files ;;
	adopt:--tree) _files -/ ;;
	adopt:--at)
		local tree=${${(Q)words[${words[(i)--tree]}+1]}/#\~\//$HOME/}

		_files -/ -W "${tree:-.}"
		;;
	(adopt:--patch|kernel:--source)) _files ;;
	adopt:--config) _message 'name of the option' ;;
	adopt:--prompt) _message 'prompt of the option' ;;
	adopt:--depends) _message 'what it depends on' ;;
	adopt:--message) _message 'message of the commit' ;;
	adopt:--with) _message 'OPTION=y' ;;
	(build|adopt|kernel):(-j|--jobs)) compadd 1 $(nproc 2>/dev/null) ;;
	*) return 1 ;;
	esac
}

# Each word behind it has a help of its own.
_lkm_kernel() {
	if (( CURRENT == 3 )) && [[ $value != -* ]]; then
		names=(${(f)"$($lkm kernel --help 2>/dev/null |
			sed -n 's/^\(usage:\|      \) lkm kernel \([a-z]\+\).*/\2/p' | uniq)"})
		compadd -a names
	elif (( CURRENT == 3 )); then
		compadd -- --help
	elif [[ $value == -* ]]; then
		names=(${(f)"$($lkm kernel $words[3] --help 2>/dev/null |
			grep -o -- '--[a-z][a-z-]*' | sort -u)"})
		compadd -a -- names
	elif [[ $words[3] == (rm|show) ]]; then
		_lkm_kernels
	elif [[ $words[3] == build ]]; then
		compadd minimal
	elif [[ $words[3] == get ]]; then
		compadd {5.10,6.1,6.12,bullseye,bookworm,trixie,sid}{-cloud,}
	fi
}

# Sources and folders; for try and check also modules, and parameters.
_lkm_paths() {
	local module=${words[(R)*.ko(|.gz|.xz|.zst)]}

	if [[ $command == (try|check) && -n $module ]]; then
		names=(${(f)"$($lkm modinfo -p $module 2>/dev/null |
			sed -n 's/^\([^: ]*\):.*/\1/p')"})
		compadd -S = -a names
	fi
	_files -g "$1"
}

if (( CURRENT == 2 )) || [[ $command == help ]]; then
	(( CURRENT > 3 )) && return
	names=(${(f)"$($lkm --help 2>/dev/null |
		sed -n 's/^  \([a-z]\+\) \+\([^ ].*\)/\1:\2/p' | grep -v '^lkm:')"})
	_describe command names
elif [[ $value == --*=* ]]; then
	local option=${value%%=*}

	compset -P '--*='
	_lkm_value $option
elif _lkm_value $prev; then
	:
elif [[ $command == kernel ]]; then
	_lkm_kernel
elif [[ $value == -* ]]; then
	names=(${(f)"$($lkm $command --help 2>/dev/null |
		grep -o -- '--[a-z][a-z-]*' | sort -u)"})
	compadd -a -- names
elif [[ $command == new ]]; then
	_message 'the name of the new module'
elif [[ $command == kmod ]]; then
	_lkm_kmod
elif [[ $command == depmod ]]; then
	_lkm_releases
elif [[ $command == tour ]]; then
	names=(${(f)"$($lkm tour --list 2>/dev/null |
		sed -n 's/^[> ] *[0-9]* \[.\] \([^ ]*\).*/\1/p')"})
	(( CURRENT == 3 )) && compadd hint check solution reset
	compadd -a names
elif [[ $command == try ]]; then
	_lkm_paths '*.(c|ko|ko.gz|ko.xz|ko.zst)(-.)'
elif [[ $command == (check|show) ]]; then
	_lkm_paths '*.(ko|ko.gz|ko.xz|ko.zst)(-.)'
elif [[ $command == (build|adopt) ]]; then
	_lkm_paths '*.c(-.)'
elif [[ $command == (closure|why|modprobe|modinfo) ]]; then
	_lkm_names
	[[ $command == why ]] &&
		names+=(${(f)"$($lkm why --list 2>/dev/null)"})
	compadd -a names
	_files -g '*.ko(|.gz|.xz|.zst)(-.)'
else
	_files
fi
