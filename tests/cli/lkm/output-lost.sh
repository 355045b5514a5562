# SPDX-License-Identifier: GPL-2.0-or-later
# What could not be written is told, also of the help and the version.
[ -c /dev/full ] || { echo "there is no /dev/full"; exit 77; }

lost() { # WORD...
	s=0
	"$LKM" "$@" >/dev/full 2>err || s=$?
	if [ "$s" = 3 ] && grep -q 'cannot write to standard output: No space' err; then
		echo "ok - $*, on a full disk"
	else
		sed 's/^/# /' err
		echo "not ok - $*, on a full disk: status $s"
	fi
	s=0
	"$LKM" "$@" >&- 2>err || s=$?
	if [ "$s" = 3 ] && grep -q 'cannot write to standard output: Bad file' err; then
		echo "ok - $*, without an output"
	else
		sed 's/^/# /' err
		echo "not ok - $*, without an output: status $s"
	fi
}
export LKM_CACHE="$PWD/cache" XDG_STATE_HOME="$PWD/state" LKM_TOUR="$SRCDIR/tour"
lost --help
lost help
lost help new
lost --version
lost new --list
lost new --list --json
lost tour --list
lost tour --list --json
lost tour hint 4
lost tour solution 4
lost kernel build minimal --print-config

# Whom nobody listens to ends as other programs do, and says nothing.
unread() { # WORD...
	if python3 - "$LKM" "$@" <<'END'
import os, signal, subprocess, sys
read, write = os.pipe()
os.close(read)
p = subprocess.run(sys.argv[1:], stdout=write, stderr=subprocess.PIPE)
assert p.returncode == -signal.SIGPIPE and not p.stderr, p
END
	then
		echo "ok - $*, unread"
	else
		echo "not ok - $*, unread"
	fi
}
unread --help
unread tour --list
unread try --json no-such.ko
