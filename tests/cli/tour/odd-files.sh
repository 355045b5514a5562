# SPDX-License-Identifier: GPL-2.0-or-later
# Anything but files and folders where the lesson keeps its own: told at once,
# with a way out.
. "$SRCDIR/tests/cli/tour/lib"
small_lesson
need_kernel
mine=$XDG_STATE_HOME/lkm/tour

says() { # STATUS TEXT ARGUMENT...
	want=$1 text=$2 got=0
	shift 2
	timeout 20 "$LKM" tour "$@" >out 2>&1 || got=$?
	cat out
	[ "$got" = "$want" ] && grep -qF -e "$text" out
}
both() { # TEXT
	says 3 "$1" --list && grep -q 'fix: remove it' out &&
		says 3 "$1" hint second
}
mkdir -p "$mine"
mkfifo "$mine/progress"
try 'a pipe for the progress' both 'progress: is a named pipe, wanted'
rm "$mine/progress"
mkdir "$mine/progress"
try 'a folder for it' both 'progress: is a folder, wanted a regular file'
rmdir "$mine/progress"
ln -s /dev/zero "$mine/progress"
try 'a device for it' both 'progress: larger than 65536 bytes'
rm "$mine/progress"

for kind in file pipe link; do
	case $kind in
	file) echo mine >"$mine/02-second" ;;
	pipe) mkfifo "$mine/02-second" ;;
	link) ln -s nowhere "$mine/02-second" ;;
	esac
	try "a $kind for the folder of a step" says 3 \
		"fix: 'lkm tour reset 02-second' puts aside what is there" second
	try "a $kind for it, when it is to be judged" says 3 \
		"fix: 'lkm tour reset 02-second' puts aside what is there" check second
	try "a $kind is put aside" says 0 'begins anew' reset second
	try "and then it goes on" says 0 'Say yes' second
	rm -r "$mine/02-second"
done
try 'nothing of them was lost' sh -c 'grep -q mine "$1/02-second.before" &&
	[ -p "$1/02-second.before.2" ] && [ -L "$1/02-second.before.3" ]' - "$mine"

: >state.file
XDG_STATE_HOME=$PWD/state.file try 'no place for any of it' says 3 \
	'fix: set XDG_STATE_HOME' --list

# Two at once: what the second terminal has done stays when the first is through.
rm -rf "$mine"
printf '# Slow\n\n```run\nsleep 3\n```\n' >lesson/01-first/step.md
two() {
	"$LKM" tour first >first.out 2>&1 &
	sleep 1
	"$LKM" tour hint second
	cp "$LKM_TOUR/02-second/solution/say.sh" "$mine/02-second/" 2>/dev/null ||
		{ mkdir -p "$mine/02-second" &&
			cp "$LKM_TOUR/02-second/solution/say.sh" "$mine/02-second/"; }
	"$LKM" tour check second
	wait $!
	"$LKM" tour --list
	"$LKM" tour --list | grep 'first' | grep -qF '[x]' &&
		"$LKM" tour --list | grep 'second' | grep -qF '[x]' &&
		"$LKM" tour hint second | grep -q 'hint 2 of 2'
}
try 'two at once: both are done' two
