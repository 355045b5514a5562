# SPDX-License-Identifier: GPL-2.0-or-later
"""Modules that need one another, and copies of them in which one thing of that
is wrong."""
import glob
import os
import subprocess

from elf import Elf


def tagged(data, old, new):
    """With another tag in .modinfo."""
    e = Elf(data)
    tags = e.modinfo()
    assert old in tags, old
    e.set_modinfo([new if t == old else t for t in tags])
    return bytes(e.b)


def versioned(data, name):
    """With a wrong version of one symbol."""
    e = Elf(data)
    assert name in [n for _, n in e.versions()], name
    e.set_versions([(c ^ 1 if n == name else c, n) for c, n in e.versions()])
    return bytes(e.b)


# Name of a copy: what it is made of, and how.
SPOILT = {
    'ch_top-nons': ('ch_top', lambda d: tagged(d, 'import_ns=CHAIN',
                                               'import_ns=CHAIX')),
    'ch_top-crc': ('ch_top', lambda d: versioned(d, 'chain_two')),
    'ch_top-shut': ('ch_top', lambda d: tagged(d, 'license=GPL',
                                               'license=Mine')),
    'ch_mid-crc': ('ch_mid', lambda d: versioned(d, 'chain_one')),
    'ch_mid-shut': ('ch_mid', lambda d: tagged(d, 'license=GPL',
                                               'license=Mine')),
    'ch_base-shut': ('ch_base', lambda d: tagged(d, 'license=GPL',
                                                 'license=Mine')),
    'ch_twin-dup': ('ch_twin', lambda d: d.replace(b'chain_0ne',
                                                   b'chain_one')),
}


def modules(folder):
    """{name: bytes} of tests/oracle/chain, built, and the spoilt copies."""
    ret = {}
    for path in sorted(glob.glob(f'{folder}/ch_*.ko')):
        subprocess.run(['strip', '-g', path], check=True)
        with open(path, 'rb') as f:
            ret[os.path.basename(path)[:-3]] = f.read()
    for name, (of, how) in SPOILT.items():
        ret[name] = how(ret[of])
    return ret
