# SPDX-License-Identifier: GPL-2.0-or-later
"""What the benchmarks share: run two sides in turn, print medians and ratio.

Never a test: nothing here fails because something was slow. A run whose exit
status is not the wanted one stops the benchmark, for its time means nothing.
"""
import gzip
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(HERE)


def skip(why):
    """Ends the benchmark: this machine lacks something."""
    print(f'skipped: {why}')
    sys.exit(77)


class Bench:
    """One benchmark: its build folder, its kernel, its scratch folder."""

    def __init__(self, title):
        if len(sys.argv) > 2 or sys.argv[1:2] in (['-h'], ['--help']):
            print(f'usage: {sys.argv[0]} [BUILD]\n{title}', file=sys.stderr)
            sys.exit(2)
        build = sys.argv[1] if len(sys.argv) > 1 else \
            os.path.join(ROOT, 'build')
        self.title, self.build = title, os.path.abspath(build)
        self.name = os.path.basename(sys.argv[0])
        self.lkm = os.path.join(self.build, 'tools', 'lkm')
        if not os.path.exists(self.lkm):
            skip(f'{self.lkm} is not built: make')
        self._tmp = tempfile.TemporaryDirectory(prefix='lkm-bench.')
        self.tmp = self._tmp.name
        self.kernel = self._kernel()
        # A cache of its own: what other runs left behind does not count. Only
        # the fetched kernels are in it, too.
        self.env = dict(os.environ, LKM_CACHE=self.path('cache'))
        fetched = self.kernel['modules'].split('/kernels/')[0] + '/kernels'
        os.mkdir(self.path('cache'))
        if self.kernel['origin'] == 'fetched':
            os.symlink(fetched, self.path('cache', 'kernels'))
        print(f'{self.name}: {title}')

    def _kernel(self):
        """The kernel of the tests, as `lkm kernel list` describes it."""
        r = subprocess.run([os.path.join(ROOT, 'scripts', 'kernel-at-hand'),
                            self.lkm], capture_output=True, text=True,
                           check=False)
        if r.returncode:
            skip('no kernel with headers at hand: lkm kernel get')
        release = r.stdout.split()[1]
        r = subprocess.run([self.lkm, 'kernel', 'list', '--json'],
                           capture_output=True, text=True, check=True)
        return next(k for k in json.loads(r.stdout)
                    if k['release'] == release)

    def try_(self, *args):
        """The command line of `lkm try` in that kernel."""
        return [self.lkm, 'try', '--kernel', self.kernel['release'], *args]

    def path(self, *parts):
        """A path in the scratch folder."""
        return os.path.join(self.tmp, *parts)

    def must(self, *cmd, cwd=None):
        """A step that is not measured."""
        r = subprocess.run(cmd, env=self.env, cwd=cwd, text=True, check=False,
                           stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                           stderr=subprocess.STDOUT)
        if r.returncode:
            sys.exit(f"{' '.join(cmd)}: status {r.returncode}\n{r.stdout}")
        return r.stdout

    def module(self, source=os.path.join(ROOT, 'examples/hello/hello.c')):
        """The module built from a source: a copy in the scratch folder."""
        c = self.path(os.path.basename(source))
        if not os.path.exists(c) or not os.path.samefile(c, source):
            shutil.copy(source, c)
        self.must(self.lkm, 'build', '--kernel', self.kernel['release'],
                  '-o', self.tmp, c)
        return c[:-2] + '.ko'

    def big_module(self, mib):
        """hello.ko, with so many MiB of data that must be carried along."""
        with open(os.path.join(ROOT, 'examples/hello/hello.c'),
                  encoding='utf-8') as f:
            text = f.read()
        with open(self.path('big.c'), 'w', encoding='utf-8') as f:
            f.write(text + f'\nstatic const char ballast[{mib} << 20] '
                    '__attribute__((used)) = { 1 };\n')
        return self.module(self.path('big.c'))

    def time(self, side):
        """Seconds of one run."""
        if side.before:
            side.before()
        with open(os.devnull, 'r+b') as null:
            actions = [(os.POSIX_SPAWN_DUP2, null.fileno(), i)
                       for i in range(3)]
            start = time.perf_counter()
            pid = os.posix_spawnp(side.cmd[0], side.cmd, side.env or self.env,
                                  file_actions=actions)
            _, status, used = os.wait4(pid, 0)
            spent = time.perf_counter() - start
        status = os.waitstatus_to_exitcode(status)
        side.cpu.append(used.ru_utime + used.ru_stime)
        if status not in side.wanted:
            sys.exit(f"{side.name}: {' '.join(side.cmd)}: status {status}")
        return spent

    def compare(self, what, sides, rounds, budget=''):
        """Runs the sides in turn; the first is ours, the others are peers."""
        for s in sides:
            self.time(s)  # fills the page cache
            s.cpu.clear()
        spent = [[] for _ in sides]
        for _ in range(rounds):
            for s, t in zip(sides, spent):
                t.append(self.time(s))
        medians = [statistics.median(t) for t in spent]
        for s, t, m in zip(sides, spent, medians):
            print(f'  {seconds(m):>9}  {s.name}  (of {rounds}: '
                  f'{seconds(min(t))} to {seconds(max(t))}; '
                  f'{seconds(statistics.median(s.cpu))} of CPU)')
        for s, m in zip(sides[1:], medians[1:]):
            print(f'  {medians[0] / m:9.2f}  of the time of: {s.name}')
        if budget:
            print(f'  {budget:>9}  is the budget')
        for s, m in list(zip(sides, medians))[1:]:
            self.row(what, seconds(medians[0]), f'{seconds(m)} ({s.name})',
                     f'{medians[0] / m:.2f}')
        if len(sides) == 1:  # nothing to compare with: what it really took
            cpu = statistics.median(sides[0].cpu)
            self.row(what, f'{seconds(medians[0])}, {seconds(cpu)} of CPU',
                     '-', '-')
        return medians

    def row(self, what, ours, peer, ratio):
        """A line for the table of the README; bench/run collects them."""
        print(f'| {what} | {ours} | {peer} | {ratio} | `bench/{self.name}` |')


class Side:
    """A command to measure."""

    def __init__(self, name, cmd, wanted=(0,), before=None, env=None):
        self.name, self.cmd, self.wanted = name, cmd, wanted
        self.before, self.env = before, env
        self.cpu = []


def seconds(s):
    """Three digits that mean something."""
    return f'{s * 1e3:.2f} ms' if s < 0.01 else \
        f'{s * 1e3:.0f} ms' if s < 1 else f'{s:.2f} s'


def mib(n):
    """Bytes as MiB."""
    return f'{n / 2**20:.0f} MiB'


def cpio(files):
    """A newc archive of {name: (mode, bytes)}: what an initramfs is."""
    out = bytearray()
    for i, (name, (mode, data)) in enumerate(
            [*files.items(), ('TRAILER!!!', (0, b''))]):
        n = name.encode() + b'\0'
        fields = [i + 1, mode, 0, 0, 1, 0, len(data), 0, 0, 0, 0, len(n), 0]
        out += b'070701' + b''.join(b'%08x' % f for f in fields) + n
        out += b'\0' * (-len(out) % 4) + data
        out += b'\0' * (-len(out) % 4)
    return bytes(out)


def cold_boot(bench, ko):
    """The peer of `lkm try`: QEMU started by hand with a one-page init.

    The same kernel, the leanest machine of QEMU's that boots it, an initramfs
    with nothing but an init that inserts the module and ends the machine. No
    verdict, no removal, no log: less work than ours.
    """
    qemu = shutil.which('qemu-system-x86_64')
    if not qemu:
        skip('no qemu-system-x86_64')
    init = bench.path('peer_init')
    bench.must('cc', '-O2', '-static', '-o', init,
               os.path.join(HERE, 'peer_init.c'))
    with open(init, 'rb') as f, open(ko, 'rb') as g:
        archive = cpio({'init': (0o100755, f.read()),
                        'module.ko': (0o100644, g.read()),
                        'dev': (0o040755, b'')})
    initrd = bench.path('peer-' + os.path.basename(ko) + '.gz')
    with open(initrd, 'wb') as f:
        f.write(gzip.compress(archive, 1))
    return [qemu, '-nodefaults', '-no-user-config', '-no-reboot', '-display',
            'none', '-M', 'pc', '-accel', 'tcg', '-m', '128', '-device',
            'isa-debug-exit', '-kernel', bench.kernel['image'], '-initrd',
            initrd, '-append', 'quiet panic=-1']
