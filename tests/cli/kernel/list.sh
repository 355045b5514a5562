# SPDX-License-Identifier: GPL-2.0-or-later
# list and rm on a cache of made-up kernels.
export LKM_CACHE="$PWD/cache"

kernel() { # release suite
	k=cache/kernels/$1
	mkdir -p "$k/boot" "$k/lib/modules/$1/kernel" \
		"$k/usr/src/linux-headers-$1/include/generated"
	: >"$k/boot/vmlinuz-$1"
	: >"$k/usr/src/linux-headers-$1/Makefile"
	: >"$k/usr/src/linux-headers-$1/include/generated/autoconf.h"
	printf 'package=linux-image-%s_1-1\nsuite=%s\n' "$1" "$2" >"$k/.lkm-kernel"
}

ok() { echo "ok - $1"; }
bad() { echo "not ok - $1"; }
is() { # NAME COMMAND...
	n=$1
	shift
	("$@") >log 2>&1 && ok "$n" || { sed 's/^/# /' log; bad "$n"; }
}

kernel 8.1.0-7-cloud-amd64 bookworm
kernel 8.1.0-12-cloud-amd64 bookworm
kernel 8.2.9+deb99-amd64 sid
mkdir -p cache/kernels/.tmp-half/boot
: >cache/kernels/.tmp-half/boot/vmlinuz-8.9.9-amd64

listed() {
	"$LKM" kernel list >list
	grep '^8\.' list | awk '{ print $1, $2, $3, $4, $5 }' >found
	diff - found <<-EOM
	8.2.9+deb99-amd64 fetched yes yes yes
	8.1.0-12-cloud-amd64 fetched yes yes yes
	8.1.0-7-cloud-amd64 fetched yes yes yes
	EOM
	head -1 list | grep -q '^RELEASE  *ORIGIN  *IMAGE  *MODULES  *HEADERS  *SIZE$'
}
is 'newest first, unfinished ones not at all' listed

json() {
	"$LKM" kernel list --json >list.json
	python3 - <<-'EOM'
	import json
	l = [k for k in json.load(open("list.json")) if k["release"][0] == "8"]
	assert [k["suite"] for k in l] == ["sid", "bookworm", "bookworm"], l
	assert l[0]["headers"].endswith("/usr/src/linux-headers-8.2.9+deb99-amd64")
	assert l[0]["origin"] == "fetched" and l[0]["image_readable"], l
	EOM
}
is '--json' json

# "$RELEASE" of a script that has not set it is nobody's name.
unnamed() {
	for args in 'rm' 'rm --arch arm64' 'rm --all' 'get' 'show' 'build' \
		'build minimal --source'; do
		s=0
		"$LKM" kernel $args '' >said 2>&1 || s=$?
		[ "$s" = 2 ] && grep -q 'found an empty word, wanted a name' said ||
			{ echo "$args: $s"; cat said; return 1; }
	done
	[ "$(ls cache/kernels | wc -l)" = 3 ] || return 1
	echo 'int x;' >x.c
	"$LKM" build -k '' x.c >said 2>&1 && return 1
	grep -q -e '--kernel wants the name of a kernel' said
}
is 'an empty name is none, and removes nothing' unnamed

removed() {
	"$LKM" kernel rm 8.1.0-7-cloud-amd64 | grep -q '8.1.0-7-cloud-amd64 is removed'
	[ ! -e cache/kernels/8.1.0-7-cloud-amd64 ]
	"$LKM" kernel rm 8.1-cloud | grep -q '8.1.0-12-cloud-amd64 is removed'
	"$LKM" kernel rm 8.1 2>said && return 1
	grep -q "no fetched kernel '8.1'" said
	"$LKM" kernel rm ../../etc 2>/dev/null && return 1
	"$LKM" kernel rm --all | grep -q '8.2.9'
	[ -z "$(ls cache/kernels)" ]
	"$LKM" kernel rm --all | grep -q 'nothing is fetched'
}
is 'rm' removed

usage() {
	for args in '' 'nonsense' 'list x' 'get a b' 'get -x' 'rm' 'rm --all x' 'rm -x' 'get foo' 'get ../x'; do
		"$LKM" kernel $args >/dev/null 2>said && return 1
		[ $? = 2 ] || { "$LKM" kernel $args; echo "$args: $?"; }
		"$LKM" kernel $args >/dev/null 2>said || [ $? = 2 ]
		[ -s said ]
	done
	"$LKM" kernel --help | head -1 | grep -q 'lkm kernel get'
}
is 'wrong usage' usage

# Each word has a help of its own, which has every option of its usage.
helps() {
	for word in list show get build rm; do
		"$LKM" kernel $word x --help >out
		head -1 out | grep -q "^  lkm kernel $word "
		"$LKM" kernel --help | sed -n 's/^\(usage:\|      \) //p' |
			grep "^lkm kernel $word" >want
		sed -n 's/^\(usage:\|      \) lkm /lkm /p' out | diff want -
		for option in $(grep -o -e '--[a-z][a-z-]*' want); do
			grep -q "^  .... *$option " out
		done
		if grep '.\{81\}' out; then return 1; fi
	done
}
is 'help of each' helps
