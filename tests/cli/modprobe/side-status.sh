# SPDX-License-Identifier: GPL-2.0-or-later
# The exit status is the same side by side as one after the other: of several
# modules that one name stands for the last one decides. Only commands are run.
. "$SRCDIR/tests/cli/modprobe/tree"

status() { # OPTION...
	s=0
	"$LKM_DROPIN_DIR/modprobe" -C conf -d root -S 1.0 -a "$@" >out 2>err ||
		s=$?
	echo $s
}
same() { # NAME STATUS NAME-OF-MODULE...
	name=$1 want=$2
	shift 2
	one=$(status "$@") side=$(status -j 4 "$@")
	if [ "$one $side" = "$want $want" ]; then
		echo "ok - $name"
	else
		echo "# one after the other $one, side by side $side"
		echo "not ok - $name"
	fi
}
conf 'alias two bad1' 'alias two good1' 'alias owt good2' 'alias owt bad2' \
	'install good* true' 'install bad* false'
same 'the last one is good' 0 two
same 'the last one is bad' 1 owt
same 'the last name is good' 1 owt two
same 'the first name is good' 1 two owt
same 'a name that is none' 1 nosuch two
