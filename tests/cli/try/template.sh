# SPDX-License-Identifier: GPL-2.0-or-later
# timeout: 900
# The saved guest: made once, shared by many runs at a time, and made anew
# when anything about it is not as it was.
. "$SRCDIR/tests/cli/try/lib"
need_kernel
build good/base_mod
export LKM_CACHE="$PWD/cache"
root=$LKM_CACHE/templates
try() {
	"$LKM" try --engine tcg --kernel "$kernel" "$@"
}
warm() {
	run try --json ko/base_mod.ko
	grep -q '"warm": true' out || status=cold
}
# The one folder that there is, and what tells its files from others.
one() {
	set -- "$root"/*
	[ $# = 1 ] && echo "$1"
}
identity() {
	(cd "$(one)" && stat -c '%n %i %Z.%z' ram state meta)
}

run try -q ko/base_mod.ko
is 0 'the first run makes one' '^PASS'
check 'one folder, and nothing else' one
# shellcheck disable=SC2012 # the modes, in the order of names
check 'nobody else may look at it' \
	test "$(cd "$(one)" && stat -c %a . meta ram state | tr '\n' ' ')" = \
	'700 600 600 600 '
before=$(identity)
warm
is 0 'the second run takes it' '"verdict": "pass"'
check 'and leaves it as it is' test "$(identity | grep -v meta)" = \
	"$(echo "$before" | grep -v meta)"

# --------------------------------------------------------------------- damage
damage() { # NAME COMMAND...: in the folder of the template
	name=$1
	shift
	(cd "$(one)" && "$@") || {
		echo "not ok - $name: cannot be done"
		return
	}
	before=$(identity 2>/dev/null || echo none)
	run try -q ko/base_mod.ko
	[ "$(identity)" != "$before" ] || status=untouched
	is 0 "$name: made anew" '^PASS'
}
flip() { # FILE OFFSET
	printf 'XYZ' | dd of="$1" bs=1 seek="$2" conv=notrunc status=none
}
link() {
	mv "$1" ../../elsewhere
	ln -s ../../elsewhere "$1"
}
same_bytes() {
	cp "$1" copy
	mv copy "$1"
	chmod 600 "$1"
}
damage 'bytes of the devices changed' flip state 5000
damage 'the devices cut short' truncate -s 1000 state
damage 'bytes of memory changed' flip ram 70000000
damage 'memory cut short' truncate -s 1M ram
damage 'memory is a copy' same_bytes ram
damage 'another description' sed -i 's/^memory 128$/memory 129/' meta
damage 'an endless description' truncate -s 1G meta
damage 'no description' rm meta
damage 'a link' link state
damage 'open to others' chmod 644 ram
if [ "$(id -u)" = 0 ]; then
	damage "somebody else's" chown 65534 ram
else
	echo "ok - somebody else's # SKIP only root can give files away"
fi
path=$(one)
rm -r "$path"
echo 'a file' >"$path"
mkdir -p "$root/tmp.killed"
echo 'half a template' >"$root/tmp.killed/ram"
run try -q ko/base_mod.ko
is 0 'a file stands in its place' '^PASS'
check 'then there is a folder' test -d "$path"
check 'and halves of killed runs are swept' one

# ------------------------------------------------------------------ at once
at_once() { # N: that many runs; each must pass
	pids='' bad=0
	for i in $(seq "$1"); do
		try -q ko/base_mod.ko >"out.$i" 2>&1 </dev/null &
		pids="$pids $!"
	done
	for pid in $pids; do
		wait "$pid" || bad=1
	done
	[ $bad = 0 ] || cat out.*
	return $bad
}
check 'ten at once' at_once 10
rm -r "$(one)"
check 'two at once, none there' at_once 2
check 'leave one' one
rm -r "$(one)"
check 'ten at once, none there' at_once 10
check 'leave one, too' one

# -------------------------------------------------------------------- purge
foreign=$root/9.9.9-none-0123456789abcdef
mkdir "$foreign"
: >"$foreign/meta"
run try --memory 96 -q ko/base_mod.ko
is 0 'another configuration has its own' '^PASS'
check 'beside the first' test "$(templates | wc -l)" = 3
printf '#!/bin/sh\nsleep 2\n' >sleeps
chmod +x sleeps
env LKM_TRY_MARK=$$ "$LKM" try -q --engine tcg --kernel "$kernel" --rounds 1 \
	--test ./sleeps ko/base_mod.ko >out.run 2>&1 </dev/null &
us=$!
machine() { # has it begun? Then it has the template open.
	for pid in $(marked LKM_TRY_MARK=$$); do
		[ "$pid" = $us ] || return 0
	done
	return 1
}
until machine || ! kill -0 $us; do
	sleep 0.1
done
run try --purge
is 0 'the templates of one kernel go' '^templates removed: [1-9][0-9]* MB$'
check 'those of others stay' test "$(one)" = "$foreign"
status=0
wait $us || status=$?
cp out.run out
is 0 'a run that uses one goes on' '^PASS'
run "$LKM" try --purge --quiet
is 0 'all go'
check 'and none is left' test -z "$(templates)"
check 'nothing is said of it' test ! -s out
run "$LKM" try --purge
is 0 'there is none to remove' '^templates removed: 0 MB$'
run "$LKM" try --purge --kernel 4.4
is 3 'of a kernel that is not here' "kernel '4.4' is not at hand"

# --------------------------------------------------------------------- room
# More than a gigabyte in a template that nobody has used for long.
mkdir -p "$foreign"
touch -d '2001-01-01' "$foreign/meta"
free=$(df -k --output=avail "$root" | tail -n 1)
if [ "$free" -gt 4000000 ] && fallocate -l 1100M "$foreign/ram" 2>/dev/null
then
	run try -q ko/base_mod.ko
	is 0 'a cache that is too large' '^PASS'
	check 'loses what was not used for longest' test ! -e "$foreign"
	check 'and keeps what was just made' one
else
	echo "ok - a cache that is too large # SKIP no room for one"
fi
