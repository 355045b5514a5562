# SPDX-License-Identifier: GPL-2.0-or-later
# timeout: 600
# A full disk, a broken one, a signal or the end at any system call: there is a
# whole project or none, and the status says which.
. "$SRCDIR/tests/cli/try/lib"
inject=$BUILDDIR/tests/inject/inject
export LKM_CACHE="$PWD/cache" LKM_EXAMPLES="$SRCDIR/examples"

status=0
"$inject" calls 0 kill "$LKM" new x -q || status=$?
[ $status != 77 ] || { echo "processes cannot be traced here"; exit 77; }
[ $status = 0 ] || exit $status
mv x whole
read -r count number <calls

# Before the program itself runs, the loader of libraries may crash.
"$inject" calls 0 kill "$LKM" --version >out
read -r start number <calls
start=$((start - 4))

# left: what is there; $1: the action
judge() {
	left=$(ls -A | grep '^\.\{0,1\}x')
	if grep 'cannot write: No space' err; then
		grep -q '^lkm new: x/' err && grep -q '^  fix: free some' err ||
			return 1
	fi
	case $1,$status,$left in
	kill,*,x | *,0,x) diff -r whole x ;;
	kill,*) ;;
	*,0,*) echo "status 0, and there is: $left"; false ;;
	*) [ -z "$left" ] || { echo "status $status, and there is: $left"; false; }
	esac
}

try() { # ACTION
	wrong=
	i=$start
	while [ "$i" -le "$count" ]; do
		status=0
		timeout 20 "$inject" calls "$i" "$1" "$LKM" new x -q \
			>out 2>err || status=$?
		judge "$1" >said 2>&1 || {
			sed "s/^/# call $i: /" said
			wrong=1
		}
		rm -rf x .x.*
		i=$((i + 1))
	done
	[ -z "$wrong" ] && echo "ok - $1 at each call" ||
		echo "not ok - $1 at each call"
}
try 28
try 5
try INT
try TERM
try kill
