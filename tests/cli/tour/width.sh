# SPDX-License-Identifier: GPL-2.0-or-later
# Any width: prose is wrapped to it, commands and output are left alone; without
# a terminal nothing but text comes out.
. "$SRCDIR/tests/cli/tour/lib"
need_kernel
small_lesson

fits() { # COLUMNS
	COLUMNS=$1 "$LKM" tour 1 >out && cat out &&
		! sed -n '/^Some/,/^$/p' out | grep -q ".\{$(($1 + 1))\}" &&
		grep -qx '  \$ echo one; echo two' out
}
for columns in 20 40 80 100; do
	try "$columns columns" fits $columns
done
wide() { COLUMNS=$1 "$LKM" tour 1 >out && cat out && grep -q '^Some prose with code' out; }
for columns in 0 nonsense 99999999999999999999; do
	try "COLUMNS=$columns" wide "$columns"
done
try 'no escape sequence' sh -c '! "$LKM" tour 1 | grep "$(printf "\033")"'

# What a step says must not steer the terminal.
printf '# T\n\nA \033[31mred\033[0m `\001`.\n\n```run\nprintf "\\033[2J\\n"\n```\n' \
	>lesson/01-first/step.md
try 'nor one of the lesson or its commands' sh -c \
	'! "$LKM" tour 1 | grep "$(printf "\033")"'

# On a terminal of 40 columns it asks before it runs anything; q leaves.
cat >terminal.py <<'END'
import fcntl, os, pty, struct, sys, termios

def run(keys):
    pid, fd = pty.fork()
    if pid == 0:
        fcntl.ioctl(1, termios.TIOCSWINSZ, struct.pack('HHHH', 20, 40, 0, 0))
        os.environ['TERM'] = 'linux'
        os.environ.pop('NO_COLOR', None)
        os.execv(os.environ['LKM'], ['lkm', 'tour', '1'])
    os.write(fd, keys)
    out = b''
    while True:
        try:
            new = os.read(fd, 4096)
        except OSError:
            break
        if not new:
            break
        out += new
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]), out

status, out = run(b'q\n')
assert status == 0 and b'two\r\n' not in out and b'goes on here' in out, out
status, out = run(b'\n')
assert status == 0 and b'two\r\n' in out and b'\x1b[1m' in out, out
prose = out.split(b'Some')[1].split(b'\r\n\r\n')[0]
assert b'\r\n' in prose, prose
END
small_lesson
try 'on a terminal' timeout 60 python3 terminal.py
