# SPDX-License-Identifier: GPL-2.0-or-later
"""Modules that need one another, one behind the other in one guest, against
what `lkm check A.ko B.ko ...` says to the same.

Some are copies in which one thing of their bonds is wrong; the order is right,
wrong or random; some have parameters, good and bad ones.
"""
import glob
import json
import os
import random
import subprocess
import tempfile

import compare
import params
from elf import Elf
from plan import record

FRESH, KEEP = 0x2000, 0x200


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
    if name not in [n for _, n in e.versions()]:
        return None
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
    return {n: d for n, d in ret.items() if d}


# Orders in which all are had, for the random ones to deviate from.
RIGHT = [['ch_base', 'ch_mid', 'ch_top'],
         ['ch_shut', 'ch_heir', 'ch_last'],
         ['ch_base', 'ch_shut', 'ch_mixed'],
         ['ch_base', 'ch_weak', 'ch_mid', 'ch_top'],
         ['ch_shut', 'ch_base', 'ch_heir', 'ch_mid', 'ch_last', 'ch_top']]
DEPTHS = ['depth=2', 'depth=1', 'depth=x', 'depth=', 'depth', 'depth=99999999999',
          'nosuch=1', 'depth=1 depth=3', 'ch_mid.depth=2', '--', 'depth=3 nosuch']


def words_for(name, lines, r):
    """Parameters of a module, often none."""
    if name == 'oracle_params':
        return r.choice(lines)
    return r.choice(DEPTHS) if name == 'ch_mid' and r.random() < .5 else ''


def sequence(names, lines, seed):
    """[(name, parameters)]: one of the right orders, with faults."""
    r = random.Random(f'chain {seed}')
    v = list(r.choice(RIGHT))
    for _ in range(r.choice([0, 1, 1, 2, 3])):
        i = r.randrange(len(v))
        what = r.randrange(5)
        if what == 0 and len(v) > 1:
            del v[i]
        elif what == 1:
            v.insert(i, r.choice(names))
        elif what == 2:
            like = [n for n in names if n.startswith(v[i])]
            v[i] = r.choice(like or names)
        elif what == 3:
            j = r.randrange(len(v))
            v[i], v[j] = v[j], v[i]
        else:
            v.append('oracle_params')
    return [(n, words_for(n, lines, r)) for n in v]


class Chains:
    """The sequences for one kernel."""

    def __init__(self, kernel):
        self.kernel = kernel
        self.lines = []
        self.data = {}
        folder = kernel.built('chain')
        if not folder:
            return
        self.data = modules(folder)
        own = kernel.own()
        if 'oracle_params' in own:
            self.data['oracle_params'] = own['oracle_params']
            # What init returns is not the loader's; nor can a program be
            # given every word.
            self.lines = [w for w, _ in params.lines(Elf(own['oracle_params']))
                          if not w.startswith('ret=') and '\0' not in w]

    def all(self, first, n):
        """Sequences by number."""
        names = sorted(self.data)
        ret = [sequence(names, self.lines, i) for i in range(first, first + n)]
        return [[x for x in s if x[0] in self.data] for s in ret]

    def write(self, f, chains):
        """A batch: each sequence in a guest of its own."""
        for i, chain in enumerate(chains):
            for k, (name, words) in enumerate(chain):
                f.write(record(f'{i}/{k}|{name}|{words}', KEEP |
                               (0 if k else FRESH), words, self.data[name]))
        f.flush()

    def real(self, chains, append):
        """What the kernel answers, a list for each."""
        ret = [[] for _ in chains]
        with tempfile.NamedTemporaryFile(prefix='lkm-oracle.') as b:
            self.write(b, chains)
            out = subprocess.run(
                [self.kernel.build + '/tests/oracle/oracle-rig', '-k',
                 self.kernel.name, '-a', append, b.name],
                stdout=subprocess.PIPE, check=True).stdout
        for line in out.decode('ascii').splitlines():
            a = json.loads(line)
            if 'id' in a:
                a['symbols'] = []
                ret[int(a['id'].split('/')[0])].append(a)
        return ret

    def check(self, folder, args):
        """What `lkm check` says."""
        out = subprocess.run(
            [self.kernel.build + '/tools/lkm', 'check', '--insmod', '--json',
             '-k', self.kernel.name, *args], cwd=folder, check=False,
            stdout=subprocess.PIPE).stdout
        return [compare.of_json(m) for m in
                json.loads(out.decode('utf8'))['modules']]

    def guesses(self, folder, chain):
        """The same files on one command line."""
        args = ['--']
        for name, words in chain:
            args += [f'./{name}.ko'] + ([words.encode('latin1')] if words
                                        else [])
        return self.check(folder, args)

    def last(self, folder, chain):
        """The last one, behind all others with --with."""
        args = []
        for name, _ in chain[:-1]:
            args += ['--with', f'./{name}.ko']
        name, words = chain[-1]
        return self.check(folder, args + ['--', f'./{name}.ko'] + (
            [words.encode('latin1')] if words else []))[0]

    def compare(self, first, n, append):
        """(answer, guess, classes) of each module of each sequence."""
        chains = self.all(first, n)
        with tempfile.TemporaryDirectory(prefix='lkm-oracle.') as folder:
            for name, data in self.data.items():
                with open(f'{folder}/{name}.ko', 'wb') as f:
                    f.write(data)
            for chain, answers in zip(chains, self.real(chains, append)):
                guesses = self.guesses(folder, chain)
                for a, p in zip(answers, guesses):
                    yield a, p, compare.compare(a, p)
                # --with takes no parameters, and only what loads.
                if len(answers) == len(chain) > 1 and not any(
                        w for _, w in chain[:-1]) and not any(
                        a.get('errno', 1) for a in answers[:-1]):
                    a = answers[-1] | {'id': 'with ' + answers[-1]['id']}
                    p = self.last(folder, chain)
                    yield a, p, compare.compare(a, p)
