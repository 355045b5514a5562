# SPDX-License-Identifier: GPL-2.0-or-later
# Where -C points at nothing its deny lines are gone: that is said, with -q and
# from MODPROBE_OPTIONS, too. The rest is as with an empty configuration.
. "$SRCDIR/tests/cli/modprobe/tree"
modprobe="$LKM_DROPIN_DIR/modprobe"
says="modprobe: ERROR: could not read the configuration 'nosuch': No such file or directory"
said() { # STATUS NAME
	if [ "$1" = 0 ] && echo "$says" | cmp - err; then
		echo "ok - $2"
	else
		sed 's/^/# /' err
		echo "not ok - $2: status $1"
	fi
}

"$modprobe" -C /dev/null -d root -S 1.0 -D mid >want
s=0
"$modprobe" -C nosuch -d root -S 1.0 -D mid >out 2>err || s=$?
cmp want out || s=1
said $s 'a wrong path'
s=0
"$modprobe" -C nosuch -d root -S 1.0 -q -n mid >out 2>err || s=$?
said $s 'with -q'
s=0
MODPROBE_OPTIONS='-C nosuch' "$modprobe" -d root -S 1.0 -D mid >out 2>err ||
	s=$?
said $s 'from MODPROBE_OPTIONS'
"$modprobe" -C nosuch -d root -S 1.0 -n -v mid 2>&1 >/dev/null |
	grep -q '^  fix: -C names a file or a folder' &&
	echo 'ok - what next' || echo 'not ok - what next'
