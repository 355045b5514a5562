# SPDX-License-Identifier: GPL-2.0-or-later
# Where a source is wanted stands a pipe, a device, a socket, a folder or
# something huge: told at once, for a compiler would wait, or read for ever.
. "$SRCDIR/tests/cli/build/common"
module hello >hello.c

at_once() { # TEXT...: build PATH refuses, now
	path=$1
	shift
	fails 2 timeout 10 "$LKM" build --kernel "$LKM_TEST_KERNEL_ROOT" "$path"
	says "$@" 'fix: '
	fails 2 timeout 10 "$LKM" try --kernel "$LKM_TEST_KERNEL_ROOT" "$path"
	says "$@"
	[ -z "$(ls -A "$TMPDIR")" ]
}

files() {
	mkfifo pipe.c
	at_once pipe.c 'pipe.c: is a named pipe, wanted a regular file'
	ln -s /dev/zero zero.c
	at_once zero.c 'zero.c: is a device, wanted a regular file'
	truncate -s 10G huge.c
	fails 3 timeout 10 "$LKM" build --kernel "$LKM_TEST_KERNEL_ROOT" huge.c
	says 'huge.c: found 10737418240 bytes, wanted at most'
	mkdir folder.c
	at_once folder.c 'has no source of a module'
}
case_is 'a C file that is none' files

folders() {
	for name in Kbuild Makefile hello.c hello.h; do
		mkdir folder
		echo 'obj-m := hello.o' >folder/Kbuild
		cp hello.c folder/
		rm -f "folder/$name"
		mkfifo "folder/$name"
		at_once folder "folder/$name: is a named pipe, wanted"
		rm "folder/$name"
		ln -s /dev/zero "folder/$name"
		at_once folder "folder/$name: is a device, wanted"
		rm -r folder
	done
}
case_is 'a file of a folder that is none' folders

# What no build reads may be anything.
others() {
	mkdir folder
	echo 'obj-m := hello.o' >folder/Kbuild
	cp hello.c folder/
	mkfifo folder/log
	ln -s /dev/log folder/socket
	ln -s ../nowhere folder/gone.h
	build -q folder
	[ -e folder/hello.ko ]
}
case_is 'what is no source may be a pipe' others

conf() {
	mkdir -p mine
	cp hello.c mine/
	mkfifo mine/try.conf
	at_try() { # STATUS TEXT
		fails "$1" timeout 10 "$LKM" try --kernel "$LKM_TEST_KERNEL_ROOT" mine
		says "$2"
		rm -r mine/try.conf
	}
	at_try 2 'mine/try.conf: is a named pipe, wanted a regular file'
	mkdir mine/try.conf
	at_try 3 'mine/try.conf: is a folder, wanted a regular file'
	ln -s /dev/zero mine/try.conf
	at_try 3 'mine/try.conf: larger than 65536 bytes'
	ln -s try.conf mine/try.conf
	at_try 3 'mine/try.conf: cannot open: Too many levels of symbolic links'
}
case_is 'a try.conf that is no file' conf
