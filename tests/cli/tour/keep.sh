# SPDX-License-Identifier: GPL-2.0-or-later
# --keep: a shell in the throw-away kernel, from a pipe and on a terminal.
. "$SRCDIR/tests/cli/tour/lib"
need_kernel
export LKM_TOUR="$PWD/lesson"
mkdir -p lesson/01-only
printf '# Only\n\n```guest append="lkm.word=1"\nls\n```\n' >lesson/01-only/step.md
echo content >lesson/01-only/file

typed() { # WORDS: what is typed; then the output must have these
	timeout 60 "$LKM" tour 1 --keep >out 2>&1 && cat out && grep -qF "$1" out
}
printf 'cat file\n' >in
try 'the files of the step are there' typed content <in
printf 'cat /proc/cmdline; uname -r\nexit 7\n' >in
try 'the kernel that the step wants' typed lkm.word=1 <in
printf 'echo b > /proc/sysrq-trigger\n' >in
try 'a kernel that goes away' typed 'is gone: it reset itself' <in
try 'no machine is left' sh -c '! pgrep -P $$ qemu'

# On a terminal: Ctrl-C is the guest's, and the terminal is as it was after it.
cat >terminal.py <<'END'
import os, pty, re, select, sys, termios, time

pid, fd = pty.fork()
if pid == 0:
    os.execv(os.environ['LKM'], ['lkm', 'tour', '1', '--keep'])
before = termios.tcgetattr(fd)
seen = b''

def until(words, limit=60):
    global seen
    end = time.time() + limit
    while not re.search(words, seen):
        if time.time() > end:
            sys.exit(f'no {words} in {seen!r}')
        if select.select([fd], [], [], 0.2)[0]:
            try:
                new = os.read(fd, 4096)
            except OSError:
                new = b''
            # What the shell asks a terminal: where is the cursor?
            if b'\x1b[6n' in new:
                os.write(fd, b'\x1b[1;1R')
            if not new and not re.search(words, seen):
                sys.exit(f'it ended without {words}: {seen!r}')
            seen += new
    seen = b''

until(rb'guest# ')
os.write(fd, b'sleep 100\n')
time.sleep(1)
os.write(fd, b'\x03')
until(rb'guest# ', 20)
os.write(fd, b'echo $((6*7))\n')
until(rb'42', 20)
os.write(fd, b'stty size\n')
until(rb'guest# ', 20)
os.write(fd, b'\x04')
_, status = os.waitpid(pid, 0)
assert termios.tcgetattr(fd) == before, 'the terminal is not as it was'
sys.exit(os.waitstatus_to_exitcode(status))
END
try 'on a terminal' timeout 120 python3 terminal.py
