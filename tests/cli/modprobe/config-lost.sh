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
next() { # NAME WANTED COMMAND...
	name=$1 wanted=$2
	shift 2
	"$@" 2>err >/dev/null || :
	grep -qxF "  fix: -C names a file or a folder$wanted" err &&
		echo "ok - what next: $name" || {
		sed 's/^/# /' err
		echo "not ok - what next: $name"
	}
}
next modprobe ': look at the path' \
	"$modprobe" -C nosuch -d root -S 1.0 -n -v mid
next environment ', also where it stands in MODPROBE_OPTIONS' \
	env MODPROBE_OPTIONS='-C nosuch' "$modprobe" -d root -S 1.0 -n -v mid
next depmod ': look at the path' \
	"$LKM_DROPIN_DIR/depmod" -C nosuch -b root -n -v 1.0
next 'lkm why' ': look at the path' "$LKM" why -C nosuch -d root -S 1.0 mid
