# SPDX-License-Identifier: GPL-2.0-or-later
# What the tools around modules say, as users paste it: each row of the table
# by a line of the tool's own, and errnos by their words.
ok() { # id, line
	if "$LKM" why "$2" >out 2>&1 && [ "$(sed -n 1p out)" = "$1" ] &&
		grep -q '^  why ' out && grep -q '^  says ' out
	then
		echo "ok - $1"
		echo "\"$1\"" >>seen
	else
		sed 's/^/# /' out
		echo "not ok - $1: $2"
	fi
}
ok outside.headers 'make: *** /lib/modules/6.1.0-9-amd64/build: No such file or directory.  Stop.'
ok outside.headers "make[1]: *** No rule to make target 'modules'.  Stop."
ok outside.path '../Makefile:1: *** source directory cannot contain spaces or colons.  Stop.'
ok outside.path 'Makefile:156: *** building multiple external modules is not supported.  Stop.'
ok outside.rust 'error: target file "./rust/target.json" does not exist'
ok outside.rust "error[E0463]: can't find crate for \`core\`"
ok outside.compiler '/bin/sh: 1: gcc-10: not found'
ok outside.sbin 'bash: insmod: command not found'
ok outside.sbin 'sh: 1: modprobe: not found'
ok outside.dmesg 'dmesg: read kernel buffer failed: Operation not permitted'
ok outside.no-modules 'modprobe: FATAL: Module hello not found in directory /lib/modules/6.1.0-9-amd64'
ok outside.no-file 'insmod: ERROR: could not load module hello.ko: No such file or directory'
ok outside.no-folder 'depmod: ERROR: could not open directory /lib/modules/5.15.90.1-microsoft: No such file or directory'
ok outside.no-folder "modprobe: ERROR: ../libkmod/libkmod.c:586 kmod_search_moddep() could not open moddep file '/lib/modules/1/modules.dep.bin'"
ok outside.in-use.modules 'rmmod: ERROR: Module llc is in use by: bridge stp'
ok outside.in-use 'modprobe: FATAL: Module loop is in use.'
ok outside.builtin 'rmmod: ERROR: Module ext4 is builtin.'
ok outside.not-loaded 'rmmod: ERROR: Module hello is not currently loaded'
ok outside.not-in-kernel 'modprobe: FATAL: Module hello is not in kernel.'
ok outside.killed 'Killed'
ok outside.segfault 'Segmentation fault (core dumped)'
ok outside.no-efi 'EFI variables are not supported on this system'
ok outside.secure-boot 'SecureBoot enabled'
ok modpost.undefined 'ERROR: modpost: "base_value" [/tmp/user.ko] undefined!'

# Each row of the table is among them.
grep -o '"outside\.[a-z.-]*"' "$SRCDIR/src/rules/outside.c" | sort -u >rows
sort -u seen | grep outside >tried
if cmp -s rows tried; then echo 'ok - all rows'; else
	diff rows tried | sed 's/^/# /'
	echo 'not ok - all rows'
fi

words() { # line, errno, pattern
	if "$LKM" why "$1" >out 2>&1 && grep -q "$2" out && grep -q "$3" out
	then
		echo "ok - words of $2"
	else
		sed 's/^/# /' out
		echo "not ok - words of $2: $1"
	fi
}
words 'insmod: ERROR: could not insert module x.ko: Invalid module format' \
	'^ENOEXEC (8' load.vermagic
[ "$(sed -n '5s/^  //p' out)" = load.vermagic ] &&
	grep -q "'lkm check x.ko'" out && echo 'ok - the usual one first' ||
	echo 'not ok - the usual one first'
words "modprobe: ERROR: could not insert 'x': Key was rejected by service" \
	'^EKEYREJECTED (129' load.sig.unsigned
words "modprobe: ERROR: could not insert 'x': Operation not permitted" \
	'EPERM (1' load.sig.lockdown
words "rmmod: ERROR: could not remove 'x': Resource temporarily unavailable" \
	'EAGAIN (11' unload.holders
words 'disagrees about version of symbol module_layout' 'ENOEXEC' \
	load.crc.layout
printf 'make: Entering directory\nKilled\nx: Unknown symbol y (err -2)\n' >two
words "$(cat two)" outside.killed load.symbol.unknown

# Names that nobody has: what is near, not a search among the modules.
near() { # ASKED LINE...
	asked=$1
	shift
	status=0
	"$LKM" why "$asked" >out 2>&1 || status=$?
	good=true
	[ $status = 1 ] || good=false
	for l; do
		grep -qF -e "$l" out || good=false
	done
	$good && echo "ok - near $asked" || { sed 's/^/# /' out; echo "not ok - near $asked"; }
}
near ENOEXE "no errno is called 'ENOEXE'" 'near: ENOEXEC'
near ENOFOO "no errno is called 'ENOFOO'"
near load.foo "no rule is called 'load.foo'" 'lkm check --rules'
near load.crc.lyout 'near: load.crc.layout, '
near -4711 'no errno is 4711'
for n in 8 -8 ENOEXEC enoexec; do
	"$LKM" why "$n" 2>&1 | sed -n 1p | grep -q '^ENOEXEC (8' &&
		echo "ok - why $n" || echo "not ok - why $n"
done
"$LKM" why --json -8 | grep -q '"asked": "8"' &&
	echo 'ok - why -8, json' || echo 'not ok - why -8, json'
# A line gets the general row, not one that knows more.
"$LKM" why "x: version magic 'a' should be 'b'" | grep -qx load.vermagic &&
	echo 'ok - nothing is made up' || echo 'not ok - nothing is made up'

# Of an errno with many causes each is told once, in a group, with its line.
for e in EPERM ENOENT EBUSY ENOEXEC EINVAL EBADMSG EKEYREJECTED; do
	"$LKM" why -v $e >out
	"$LKM" check --rules | awk -F'\t' -v e=$e '$2 == "refuses" && $3 == e' \
		>rules
	"$LKM" why --json $e | grep -o '"rule": "[^"]*"' | cut -d'"' -f4 |
		sort >wanted
	grep -E '^  (un)?load\.' out | tr -d ' ' | sort >told
	cmp -s wanted told && [ -s told ] && echo "ok - $e, each once" ||
		{ diff wanted told | sed 's/^/# /'; echo "not ok - $e, each once"; }
	grep '^    why ' out | sort | uniq -d >twice
	[ ! -s twice ] && echo "ok - $e, no text twice" ||
		{ sed 's/^/# /' twice; echo "not ok - $e, no text twice"; }
	! grep '^Something else' out && echo "ok - $e, all are in a group" ||
		echo "not ok - $e, all are in a group"
	while IFS='	' read -r id _ _ _ line; do
		grep -qx "$id" wanted || continue
		[ "$line" != - ] || line='(nothing)'
		grep -A1 -x "  $id" out | grep -qxF "    log  $line" ||
			echo "not ok - $e, $id has its line"
	done <rules
	echo "ok - $e, lines"
done

# Of very many only the usual ones are told, and how many there are besides;
# of fewer, and of those that are asked for, all.
for e in ENOEXEC EINVAL; do
	"$LKM" why $e >few
	"$LKM" why --verbose $e | grep -cE '^  load\.' >all
	shown=$(grep -cE '^  load\.' few)
	more=$(($(cat all) - shown))
	[ "$shown" -ge 6 ] && [ "$shown" -le 10 ] && [ "$(wc -l <few)" -lt 55 ] &&
		tail -1 few | grep -q "^And $more more, .*'lkm why -v $e'$" &&
		echo "ok - $e, the usual ones" ||
		{ sed 's/^/# /' few; echo "not ok - $e, the usual ones"; }
	grep -E '^  load\.' few
done >shown
grep ok shown
# None of those that are called usual is idle.
sed -n '/ usual\[\] = {/,/^};/p' "$SRCDIR/tools/why_errno.c" | grep -o '"[^"]*"' |
	tr -d '"' | sort >rows
grep -E '^  load\.' shown | tr -d ' ' | sort -u | cmp -s rows - &&
	echo 'ok - usual ones' || echo 'not ok - usual ones'
"$LKM" why EPERM >few
"$LKM" why -v EPERM | cmp -s few - && ! grep '^And' few &&
	echo 'ok - EPERM, all' || echo 'not ok - EPERM, all'
"$LKM" why 'insmod: ERROR: could not insert module x.ko: Invalid module format' |
	tail -1 | grep -q '^And [0-9]* more, ' &&
	echo 'ok - the usual ones of a message' || echo 'not ok - the usual ones of a message'
"$LKM" why -v ENOEXEC | grep -cE '^  load\.' >all
"$LKM" why --json ENOEXEC | grep -c '"rule": ' | cmp -s all - &&
	echo 'ok - all in json' || echo 'not ok - all in json'

# Of few, too, the usual one comes first, and for programs.
first() { # ERRNO RULE
	"$LKM" why "$1" | sed -n 1p | grep -qx "$2" &&
		"$LKM" why --json "$1" | grep -m1 '"rule":' | grep -qF "\"$2\"" &&
		echo "ok - first of $1" || echo "not ok - first of $1"
}
first ENOMEM load.mem
first EACCES load.lsm.acces
first EEXIST load.loaded
first EINTR load.interrupted

# No row of the groups is idle.
sed -n '/ causes\[\] = {/,/^};/s/^	{ \(NULL\|"[^"]*"\), "\([^"]*\)".*/\2/p' \
	"$SRCDIR/tools/why_errno.c" >rows
"$LKM" check --rules | cut -f1 >ids
while read -r row; do
	while read -r id; do
		# shellcheck disable=SC2254 # a row is a pattern
		case $id in $row) continue 2 ;; esac
	done <ids
	echo "not ok - groups: $row is no rule"
done <rows
[ "$(wc -l <rows)" -gt 50 ] && echo 'ok - groups' || echo 'not ok - groups'
