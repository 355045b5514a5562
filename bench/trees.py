# SPDX-License-Identifier: GPL-2.0-or-later
"""Debian's full set of modules, packed in each way, for depmod's benchmarks."""
import os
import shutil
import subprocess

from measure import ROOT, skip

PACK = {'raw': None, 'zstd': (['zstd', '-q', '--rm'], '.zst'),
        'xz': (['xz', '--check=crc32'], '.xz'), 'gzip': (['gzip', '-n'], '.gz')}


class Trees:
    """Made once, from what scripts/full-tree fetches, and kept in the cache."""

    def __init__(self):
        r = subprocess.run([os.path.join(ROOT, 'scripts', 'full-tree')],
                           text=True, stdout=subprocess.PIPE, check=False)
        if r.returncode:
            skip('no full set of modules: scripts/full-tree')
        self.full, self.release = r.stdout.split()
        self.cache = os.environ.get('LKM_CACHE') or os.path.join(
            os.environ.get('XDG_CACHE_HOME') or os.path.expanduser('~/.cache'),
            'lkm')
        self.kmod = shutil.which(
            'depmod', path=os.environ['PATH'] + ':/usr/sbin:/sbin')
        if not self.kmod:
            skip('kmod is not installed')

    def tree(self, kind):
        """The root of a tree whose modules are packed so."""
        root = os.path.join(self.cache, 'full-tree', kind)
        if os.path.exists(root):
            return root
        print(f'  making the {kind} tree, once')
        new = f'{root}.{os.getpid()}'
        shutil.copytree(os.path.join(self.full, 'lib', 'modules', self.release),
                        os.path.join(new, 'lib', 'modules', self.release),
                        symlinks=True)
        if PACK[kind]:
            subprocess.run(
                ['sh', '-c', 'find "$0" -name "*.ko" -print0 | xargs -0 '
                 '-n 64 -P "$(nproc)" "$@"', new, *PACK[kind][0]], check=True)
        os.rename(new, root)
        return root

    def kmod_reads(self, kind):
        """Has this kmod been built with the library for it?"""
        v = subprocess.run([self.kmod, '-V'], capture_output=True, text=True,
                           check=True).stdout
        return kind == 'raw' or \
            {'zstd': '+ZSTD', 'xz': '+XZ', 'gzip': '+ZLIB'}[kind] in v

    def peer_kind(self, kind):
        """The tree that kmod is timed with: zstd where it cannot read this."""
        return kind if self.kmod_reads(kind) else 'zstd'
