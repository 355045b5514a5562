# SPDX-License-Identifier: GPL-2.0-or-later
# A file of this folder, by the name that a shell completes; and what else may
# be asked where there are no modules.
set +e
ok() { # name; judges the last status
	[ $? = 0 ] && echo "ok - $1" || {
		sed 's/^/# /' out
		echo "not ok - $1"
	}
}
for name in ring.ko ring.ko.gz ring.ko.xz ring.ko.zst; do
	: >$name
	"$LKM" why -S 0.0.0-none $name >out 2>&1 &&
		grep -qx 'ring would be loaded' out
	ok $name
done
why() {
	status=0
	"$LKM" why -S 0.0.0-none "$1" >out 2>&1 || status=$?
}
why none.ko
[ $status = 3 ] && grep -q "'none.ko' cannot be looked up: there is no folder" out
ok 'no file'
mkdir folder.ko && mkfifo pipe.ko && ln -s /dev/zero device.ko
refused() { # file; what it is
	why "$1"
	[ $status = 1 ] && grep -q "$1: is $2, wanted a regular file" out
	ok "no file: $2"
}
refused folder.ko 'a folder'
refused ./pipe.ko 'a named pipe'
refused device.ko 'a device'
: >health.ko
why health.ko
[ $status = 0 ]
ok 'a file with the name of a stage'
: >ring
why ring
[ $status = 3 ] && grep -q "'ring' cannot be looked up: there is no folder" out &&
	grep -q 'a message in quotes, an errno' out &&
	grep -q "'lkm why --list'" out
ok 'no folder'
