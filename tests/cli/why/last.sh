# SPDX-License-Identifier: GPL-2.0-or-later
# The last refusal of a log, and the line before if that has the cause.
ok() { # name, status, pattern, what must not be there
	if [ "$status" = "$2" ] && cat out err | grep -q "$3" &&
		! grep -q "${4:-no such line}" out
	then
		echo "ok - $1"
	else
		sed 's/^/# /' out err
		echo "not ok - $1: status $status"
	fi
}
last() {
	status=0
	"$LKM" why "$@" >out 2>err || status=$?
}
cat >log <<'END'
[    1.000000] a: version magic 'x' should be 'y'
[    2.000000] usb 1-1: new device
[    3.000000] hello: loading out-of-tree module taints kernel.
[    4.000000] hello: disagrees about version of symbol printk
[    4.000001] hello: Unknown symbol printk (err -22)
[    5.000000] hello: nothing more
END
last --log log
ok 'the cause' 0 '^load\.crc$' load.vermagic
ok 'the symbol' 0 'Unknown symbol'
last --log - <log
ok 'standard input' 0 '^load\.crc$'
last --log log --json
ok 'json' 0 '"rule": "load.crc"'
sed '/Unknown/d;/disagrees/d;/magic/d' log >none
last --log none
ok 'none' 1 'no refusal of a module is in the 3 lines of none'
last --log nosuch
ok 'no log' 3 'nosuch'
last --log log x
ok 'and a module' 2 'besides'
: >empty
last --log empty
ok 'empty' 1 'in the 0 lines'
printf 'x\0y: Unknown symbol z (err -2)\n' >nul
last --log nul
ok 'a NUL' 0 '^load\.symbol\.unknown$'
