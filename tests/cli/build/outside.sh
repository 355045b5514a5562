# SPDX-License-Identifier: GPL-2.0-or-later
# What is missing or broken that is not the source, and wrong usage.
. "$SRCDIR/tests/cli/build/common"
module hello >hello.c

usage() {
	fails 2 "$LKM" build
	fails 2 build --nonsense hello.c
	says "no option '--nonsense'"
	fails 2 build -j none hello.c
	fails 2 build nothing.c
	says 'nothing.c: No such file'
	fails 2 build --jsn hello.c
	says "no option '--jsn'; did you mean '--json'?"
	fails 2 build -k 6.1,6.12 hello.c
	says "takes one kernel here, not '6.1,6.12'"
	mkdir 'my folder'
	: >'my folder/x.ko'
	fails 2 build 'my folder/x.ko'
	says "'lkm try 'my folder/x.ko'' tries it"
	rm -r 'my folder'
	"$LKM" build --help | head -1 | grep -q 'lkm build hello.c'
}
case_is 'wrong usage' usage

folders() {
	fails 2 build empty
	says 'empty: has no source of a module'
	fails 2 build several
	says 'several: has 2 C files' 'lkm build a.c b.c'
	fails 2 build empty hello.c
	says 'one folder at a time'
	fails 2 build 'not a name.c'
	says 'no module can have this name'
}
mkdir empty several
touch several/a.c several/b.c 'not a name.c'
case_is 'folders without a module' folders

# Without what root may.
plain_user() {
	[ "$(id -u)" != 0 ] || set -- setpriv \
		--bounding-set=-dac_override,-dac_read_search "$@"
	"$@"
}

# What may not be read or written is not the source's doing.
permissions() {
	for command in build 'try -q'; do
		fails 3 plain_user "$LKM" $command \
			--kernel "$LKM_TEST_KERNEL_ROOT" "$1"
		says "$2: " 'Permission denied' 'fix: '
		[ -z "$(ls -A "$TMPDIR")" ]
	done
}
mkdir shut shut-kbuild
cp hello.c shut/
echo 'obj-m := x.o' >shut-kbuild/Kbuild
chmod 0 shut
chmod 600 shut-kbuild
case_is 'a folder that may not be read' permissions shut shut
case_is 'a folder of which only names may' permissions shut-kbuild shut-kbuild
chmod 755 shut shut-kbuild
rm -r shut shut-kbuild
cp hello.c secret.c
cp hello.c uses.c
echo '#include "secret.h"' >>uses.c
: >secret.h
chmod 0 secret.c secret.h
case_is 'a source that may not be read' permissions secret.c secret.c
case_is 'a header that may not' permissions uses.c '(secret.h'
rm -f secret.c secret.h uses.c

read_only() {
	mkdir fixed
	cd fixed
	chmod 555 .
	fails 3 plain_user "$LKM" build --kernel "$LKM_TEST_KERNEL_ROOT" \
		../hello.c >"$TMPDIR/said" || true
	cd ..
	cp "$TMPDIR/said" said
	says 'hello.ko: cannot write' 'Permission denied' "fix: '-o FOLDER'"
	rm -r fixed "$TMPDIR/said"
}
case_is 'a folder that may not be written' read_only

as_json() { # STATUS ARGUMENT...
	want=$1
	shift
	"$LKM" build --json "$@" >answer 2>/dev/null && found=0 || found=$?
	[ "$found" = "$want" ]
	python3 -c '
import json
d = json.load(open("answer"))
assert d["built"] is False and d["modules"] == [] == d["messages"], d
assert d["error"]["what"] and d["error"]["errno"], d
'
	rm answer
}
case_is 'a missing source, as JSON' as_json 2 nothing.c
case_is 'a missing kernel, as JSON' as_json 3 --kernel "$PWD/empty" hello.c

# A header of the current folder is named as the user does.
header() {
	echo 'static int f(void) { return nosuch; }' >here.h
	(echo '#include "here.h"'; cat hello.c) >top.c
	fails 1 build top.c
	grep -q "^here.h:1:.*'nosuch' undeclared" said
	rm here.h top.c
}
case_is "the current folder's header" header

headers() {
	fails 3 "$LKM" build --kernel "$PWD/bare" hello.c
	says 'headers of kernel 6.1.0-1-amd64 are not at hand' fix:
	fails 3 "$LKM" build --kernel 9.9-cloud hello.c
	says "kernel '9.9-cloud' is not at hand" "lkm kernel get 9.9-cloud"
	fails 3 "$LKM" build --kernel "$PWD/empty" hello.c
	says 'holds no kernel'
	only bare empty hello.c 'not a name.c' several
}
mkdir -p bare/lib/modules/6.1.0-1-amd64/kernel
case_is 'no headers' headers

# The same without a compiler, a linker, make.
tools() {
	mkdir bin
	for missing in gcc ld make; do
		rm -f bin/*
		for dir in $(echo "$PATH" | tr : ' '); do
			for p in "$dir"/*; do
				case ${p##*/} in
				gcc* | *-gcc* | ld | make | clang*)
					case ${p##*/} in
					$missing | *gcc*) [ $missing = gcc ] && continue ;;
					esac
					[ "${p##*/}" = $missing ] && continue ;;
				esac
				[ -e "bin/${p##*/}" ] || ln -s "$p" bin/
			done
		done
		PATH=$PWD/bin fails 3 build hello.c
		says 'which is not installed' fix:
		grep -q "'.*$missing.*', which" said
	done
	rm -r bin
}
case_is 'no compiler, linker, make' tools

# Ended in the middle: no folder and no module is left.
interrupted() {
	mkdir slow
	cat >slow/gcc <<'EOM'
#!/bin/sh
touch "${0%/*}/started"
sleep 300
EOM
	chmod +x slow/gcc
	for name in gcc-10 gcc-12 gcc-13 gcc-14 gcc-15 gcc-16 x86_64-linux-gnu-gcc-12; do
		ln -s gcc slow/$name
	done
	mkdir run
	cd run
	# (A job in the background of a shell ignores SIGINT, but SIGTERM not.)
	PATH=$PWD/../slow:$PATH "$LKM" build --kernel "$LKM_TEST_KERNEL_ROOT" \
		../hello.c >said 2>&1 &
	pid=$!
	for i in $(seq 300); do
		[ -e ../slow/started ] && break
		sleep 0.2
	done
	kill -TERM $pid
	wait $pid && return 1
	says interrupted
	[ -z "$(ls -A "$TMPDIR")" ] || { ls -A "$TMPDIR"; return 1; }
	[ "$(ls)" = said ]
}
case_is 'a signal leaves nothing behind' interrupted
