# SPDX-License-Identifier: GPL-2.0-or-later
# What is wrong with the command line, and what cannot be told: statuses.
. "$SRCDIR/tests/cli/closure/common"
make_root

is_status() { # name, status, pattern of err
	if [ "$status" = "$2" ] && grep -q -- "$3" err && [ ! -s out ]; then
		echo "ok - $1"
	else
		echo "# status $status"
		sed 's/^/# /' out err
		echo "not ok - $1"
	fi
}
run() {
	status=0
	"$LKM" closure "$@" >out 2>err || status=$?
}

run
is_status 'no request' 2 'what is wanted'
run --no-such base
is_status 'no such option' 2 "no option '--no-such'"
run -d
is_status 'an option without its value' 2 "'-d' takes a value"
run --json -0 base
is_status 'two forms of output' 2 'exclude'
run --from nosuch
is_status 'no list of requests' 2 'nosuch: .*No such file'
run -d root -S 2.0 base
is_status 'no such kernel' 3 'root/lib/modules/2.0: no such folder'
run -d nosuch -S 1.0 base
is_status 'no such root' 3 'nosuch/lib/modules/1.0: no such folder'
run -d root -S 1.0 -C nosuch base
is_status 'no such configuration' 3 "the configuration 'nosuch': No such file"
mkdir -p bare/lib/modules/1.0
run -d bare -S 1.0 base
is_status 'no index' 3 'bare/lib/modules/1.0: no modules.dep.bin'
says 'no index: a fix' "fix: 'depmod'"
# For programs the same as an object.
if command -v python3 >/dev/null; then
	for args in '-d root -S 2.0' '-d root -S 1.0 -C nosuch' '-d bare -S 1.0'; do
		# shellcheck disable=SC2086
		run --json $args base
		[ "$status" = 3 ] && python3 -c '
import json
doc = json.load(open("out"))
assert list(doc) == ["error"], doc
assert doc["error"]["what"] and doc["error"]["errno"] == 2, doc
assert doc["error"]["fix"], doc
' && echo "ok - error as JSON: $args" || echo "not ok - error as JSON: $args"
	done
fi
printf '\260\007\364\127\0\2\0\1\377\377\377\377' \
	>bare/lib/modules/1.0/modules.dep.bin
run -d bare -S 1.0 base
is_status 'a damaged index' 3 'modules.dep.bin'
status=0
"$LKM" closure --help >out 2>err || status=$?
[ "$status" = 0 ] && [ ! -s err ] && grep -q '^usage: lkm closure ' out &&
	echo "ok - help"

# A file that the index lists and that is gone; one that is no module.
rm "$mods/kernel/fs/sub/middle.ko"
closure top_one
is 'a file is gone' 1 'base top-one '
says 'a file is gone: which' 'sub/middle.ko: No such file or directory'
echo text >"$mods/kernel/fs/base.ko"
closure top_one
is 'a file is no module' 3 'base top-one '
says 'a file is no module: which' 'fs/base.ko: '
closure --no-firmware last base
is 'not read without firmware' 0 'last base '
if "$LKM" closure -d root -S $V -q --no-firmware last >/dev/full 2>err; then
	echo "not ok - a full disk"
else
	echo "ok - a full disk"
fi

# Softdeps of an absurd length, in a circle, all of them with wildcards.
i=0
mkdir many
while [ $i -lt 300 ]; do
	echo "softdep m$i pre: m$((i + 1))" >>many/a.conf
	echo "alias m$i base" >>many/a.conf
	i=$((i + 1))
done
echo 'softdep * pre: m0 last post: m7 first' >>many/b.conf
status=0
"$LKM" closure -d root -S $V -q --no-firmware -C many m1 >out 2>err ||
	status=$?
if [ "$status" = 0 ] && grep -q 'base.ko$' out && grep -q 'last.ko$' out &&
	[ "$(sort out | uniq -d)" = '' ]; then
	echo "ok - softdeps of everything"
else
	echo "# status $status"
	sed 's/^/# /' out err
	echo "not ok - softdeps of everything"
fi
