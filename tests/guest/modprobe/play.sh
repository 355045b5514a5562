# SPDX-License-Identifier: GPL-2.0-or-later
# How a case is played with kmod's tools and with ours, and judged. Read with
# "." by main.sh, in a throw-away kernel where it may do what it likes.
# shellcheck shell=sh
#
# A case is a name and a few lines of shell. It is played from the same start:
# no module loaded that main.sh did not find, no configuration, no /alt. In it:
#
#   modprobe, rmmod, insmod, depmod ARG...
#                     the tool that is looked at; all that it does is recorded
#   conf NAME LINE... writes /etc/modprobe.d/NAME.conf
#   have MODULE...    loads it with kmod, unrecorded
#   hold, let_go      keeps /dev/loop-control open, which uses loop; ends that
#   alt MODULE...     a module tree in /alt (for -d) with these and what they
#                     depend on, and its indexes, made by kmod
#   as_nobody modprobe ARG...
#                     not as root
#   in_any_order modprobe ARG...
#                     the order of the calls is not compared, nor how often one
#                     ended in the same way, nor the arguments
#   $M, $R, $K        the modules' folder, the kernel's release, and what the
#                     names of its own modules end in behind .ko: "" or ".xz"
#   $D                the folder of the tools, for commands in configurations
#   ran TEXT...       (a program) is recorded as a line of its own
#
# A record says what was printed, the status, the system calls that load and
# unload with their results, in order, and what is loaded afterwards, newest
# first, with its count of users and their names. Only this is not compared:
# the lines of kmod's source that its messages name. And where the kernel can
# decompress modules and kmod, being older than 31, does not let it, the name
# and the flags of the call that loads: $any_way is set, and patterns that name
# the call are read as if they did not.
#
#   same NAME SCRIPT  one case: both tools must leave the same record
#   differs NAME WHY SCRIPT PATTERN...
#                     the records must differ, in lines that the patterns
#                     match and each of the patterns: WHY tells why that is
#   ours NAME SCRIPT PATTERN...
#                     kmod cannot do this: each pattern must be in our record,
#                     but "! PATTERN" must not
#   since VERSION NAME SCRIPT PATTERN...
#                     kmod can do it in this version: then as same, else as ours
T=/tmp/play
mkdir -p $T
R=$(uname -r)
M=/lib/modules/$R
K=$(find "$M/kernel" -name 'dummy.ko*')
K=${K##*.ko}
export M R K
verbose=${VERBOSE:-}
only=${ONLY:-}

loaded() { # their names in $names, newest first
	names=
	while read -r name rest; do
		case " $stay " in
		*" $name "*) ;;
		*) names="$names $name" ;;
		esac
	done </proc/modules
}

stay=
loaded
stay=$names

reset() {
	[ ! -e /alt ] || rm -r /alt
	set -- /etc/modprobe.d/*
	[ "$*" = '/etc/modprobe.d/*' ] || rm "$@"
	tried=
	# What could not be removed then may be gone now.
	loaded_at_all=" $(cut -d ' ' -f 1 /proc/modules | tr '\n' ' ') "
	for name in $stay; do
		case $loaded_at_all in
		*" $name "*) echo "$name" ;;
		esac
	done >$T/stay
	stay=$(tr '\n' ' ' <$T/stay)
	loaded
	while [ -n "$names" ] && [ "$names" != "$tried" ]; do
		tried=$names
		# shellcheck disable=SC2086
		busybox rmmod $names 2>/dev/null
		loaded
	done
	[ -z "$names" ] && return
	echo "# cannot be removed any more:$names"
	stay="$stay$names"
}

cat >/bin/ran <<'END'
#!/bin/sh
echo "$*" >>/tmp/play/ran
END
chmod 755 /bin/ran
mkdir -p /etc/modprobe.d

conf() {
	_file=/etc/modprobe.d/$1.conf
	shift
	printf '%s\n' "$@" >"$_file"
}

have() {
	/kmod/modprobe -a -C /dev/null "$@" || echo "cannot have $*"
}

hold() {
	exec 4</dev/loop-control
}

let_go() {
	exec 4<&-
}

alt() {
	mkdir -p "/alt$M"
	cp "$M"/modules.order "$M"/modules.builtin "$M"/modules.builtin.modinfo \
		"/alt$M"
	for _file in $(/kmod/modprobe -a -D "$@" | sed -n 's/^insmod \([^ ]*\).*/\1/p')
	do
		mkdir -p "/alt${_file%/*}"
		cp "$_file" "/alt$_file"
	done
	/kmod/depmod -b /alt "$R"
}

# What is traced: the calls, and the names of files and parameters. Those are
# read where they have been read before, for a probe cannot wait for a page.
# 112, 104, 96: pt_regs.di, .si, .dx.
tracing=/sys/kernel/tracing
trace() {
	mount -t tracefs tracefs $tracing || return
	cat >$tracing/kprobe_events <<-'END' || return
	p:lkm/lkm_open do_sys_openat2 path=+u0(%si):ustring
	p:lkm/lkm_memfd __x64_sys_memfd_create
	p:lkm/lkm_finit __x64_sys_finit_module flags=+96(%di):s32
	p:lkm/lkm_init __x64_sys_init_module len=+104(%di):s64
	r64:lkm/lkm_args strndup_user args=+0($retval):string
	r64:lkm/lkm_loaded __x64_sys_finit_module ret=$retval:s64
	r64:lkm/lkm_loaded2 __x64_sys_init_module ret=$retval:s64
	p:lkm/lkm_delete __x64_sys_delete_module name=+u0(+112(%di)):ustring flags=+104(%di):s32
	r64:lkm/lkm_deleted __x64_sys_delete_module ret=$retval:s64
	END
	echo 'path ~ "*.ko*"' >$tracing/events/lkm/lkm_open/filter || return
	echo global >$tracing/trace_clock
	echo 1 >$tracing/events/lkm/enable
}

# "kmod version 30" and a second line.
version=$(/kmod/modprobe -V)
version=${version#kmod version }
version=${version%%[!0-9]*}
any_way=
[ ! -r /sys/module/compression ] || [ "$version" -ge 31 ] || any_way=1

step() {
	_tool=$1
	shift
	if [ -z "$_set_only" ]; then
		echo "\$ $_tool $*"
	else
		echo "\$ $_tool"
	fi
	: >$T/ran
	: >$tracing/trace
	# shellcheck disable=SC2016
	[ -z "$_as_nobody" ] ||
		set -- -p -s /bin/sh -c 'exec "$0" "$@"' nobody "$D/$_tool" "$@"
	"${_as_nobody:-$D/$_tool}" "$@" >$T/out 2>$T/err
	_status=$?
	awk -v ours="$D" -v mods="$M" -v set_only="$_set_only" \
		-v any_way="$any_way" -f /mods/calls.awk $T/out $T/err $T/ran $tracing/trace
	echo "  status: $_status"
	_list=
	while read -r _name _size _refs _users _rest; do
		case " $stay " in
		*" $_name "*) ;;
		*) _list="$_list $_name/$_refs:${_users#-}" ;;
		esac
	done </proc/modules
	# shellcheck disable=SC2086
	[ -z "$_set_only" ] || _list=$(printf ' %s' \
		$(printf '%s\n' $_list | sed 's/:.*//' | sort))
	echo "  loaded:$_list"
}
_set_only=
_as_nobody=

modprobe() { step modprobe "$@"; }
insmod() { step insmod "$@"; }
rmmod() { step rmmod "$@"; }
depmod() { step depmod "$@"; }

as_nobody() {
	_as_nobody=su
	"$@"
	_as_nobody=
}

in_any_order() {
	_set_only=yes
	"$@"
	_set_only=
}

play() { # folder of the tools, script, record
	reset
	D=$1
	export D
	PATH=$D:/bin
	(eval "$2") >"$3" 2>&1 </dev/null
	PATH=/bin
}

skipped() {
	[ -n "$only" ] || return 1
	case $1 in
	$only) return 1 ;;
	esac
}

both() {
	play /kmod "$1" $T/kmod
	play /ours "$1" $T/ours
	diff -U 99 $T/kmod $T/ours >$T/diff
}

read_as() { # pattern: $_pattern is what it means here
	_pattern=$1
	[ -z "$any_way" ] || _pattern=$(echo "$1" | sed 's/finit_module(/load(/
		s/\.ko, /.ko[.xz]*, /; s/, [0-7]) = /) = /')
}

told() { # file
	[ -z "$verbose" ] || sed 's/^/# /' "$1"
}

same() {
	skipped "$1" && return
	if both "$2"; then
		told $T/ours
		echo "ok - $1"
	else
		sed '1,3d;s/^/# /' $T/diff
		echo "not ok - $1"
	fi
}

differs() {
	_name=$1 _why=$2 _script=$3
	shift 3
	skipped "$_name" && return
	both "$_script"
	sed -n '1,3d;/^[-+]/p' $T/diff >$T/lines
	_bad=
	for _pattern; do
		read_as "$_pattern"
		grep -q -e "$_pattern" $T/lines || _bad="$_bad
no line $_pattern"
		grep -v -e "$_pattern" $T/lines >$T/rest
		mv $T/rest $T/lines
	done
	[ ! -s $T/lines ] || _bad="$_bad
not in the table: $(cat $T/lines)"
	if [ -z "$_bad" ]; then
		told $T/diff
		echo "ok - $_name (other than kmod: $_why)"
	else
		sed '1,3d;s/^/# /' $T/diff
		echo "$_bad" | sed '1d;s/^/# /'
		echo "not ok - $_name (other than kmod: $_why)"
	fi
}

ours() {
	_name=$1 _script=$2
	shift 2
	skipped "$_name" && return
	play /ours "$_script" $T/ours
	_bad=
	for _pattern; do
		read_as "$_pattern"
		case $_pattern in
		'! '*)
			! grep -q -e "${_pattern#! }" $T/ours || _bad="$_bad
there is ${_pattern#! }"
			;;
		*)
			grep -q -e "$_pattern" $T/ours || _bad="$_bad
no line $_pattern"
			;;
		esac
	done
	if [ -z "$_bad" ]; then
		told $T/ours
		echo "ok - $_name"
	else
		sed 's/^/# /' $T/ours
		echo "$_bad" | sed '1d;s/^/# /'
		echo "not ok - $_name"
	fi
}

since() {
	_since=$1
	shift
	if [ "$version" -ge "$_since" ]; then
		same "$1" "$2"
	else
		ours "$@"
	fi
}
