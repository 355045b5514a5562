# SPDX-License-Identifier: GPL-2.0-or-later
"""Which mutants a kernel gets, in which order, and the file they travel in."""
import hashlib
import os
import random
import re
import struct

import bases
import mutate

SOURCE = os.path.dirname(os.path.abspath(__file__))
BATCH = 500
DEP = 0x1000

# Cases in a kernel with a policy: more parameters, files written before, and
# which names of mutants are of interest.
POLICIES = {
    '': ('', [], '.'),
    'enforce': ('module.sig_enforce=1', [], 'sig:|none|file:flags|modinfo:'),
    'lockdown': ('', ['/sys/kernel/security/lockdown=integrity'],
                 'sig:|none|file:flags|args:p_|param:'),
    'blacklist': ('module_blacklist=oracle_denied,em_u32', [],
                  'this:name|modinfo:name|none|ehdr:'),
    'disabled': ('', ['/proc/sys/kernel/modules_disabled=1'],
                 'none|ehdr:e_type|sig:|file:'),
}


def mixed(names, seed):
    """Shuffled; a kind of few names comes early, one of many often."""
    kinds, r = {}, random.Random(seed)
    for n in names:
        kinds.setdefault(n.split(':')[0], []).append(n)
    keyed = []
    for v in kinds.values():
        r.shuffle(v)
        keyed += [(i / len(v) ** .5, n) for i, n in enumerate(v)]
    return [n for _, n in sorted(keyed)]


class Plan:
    """All cases for a kernel, by number; the same ones every time."""

    def __init__(self, kernel, policy=''):
        self.kernel = kernel
        self.policy = policy
        self.groups = bases.groups(kernel)
        self.want = re.compile(POLICIES[policy][2])
        self.order = {}

    def names(self, group, base):
        """Names of what is broken in a base, mixed."""
        if base not in self.order:
            self.order[base] = mixed(
                [n for n in mutate.cached_catalogue(group.data[base])
                 if self.want.match(n)], base)
        return self.order[base]

    def name(self, group, base, k):
        """The k-th name for a base: each in turn, one in seven combined."""
        all_ = self.names(group, base)
        if k % 7 == 6:
            return mutate.combination(all_, random.Random(f'{base} {k}'))
        return all_[(k - k // 7) % len(all_)]

    def ids(self, batch, size=BATCH):
        """Group and ids of one batch; every sixth is of the second group."""
        which = 1 if len(self.groups) > 1 and batch % 6 == 5 else 0
        group = self.groups[which]
        nth = batch // 6 if which else batch - (batch + 1) // 6
        if len(self.groups) == 1:
            nth = batch
        ret = []
        for i in range(size):
            k = nth * size + i
            base = group.names[k % len(group.names)]
            k //= len(group.names)
            ret.append(f'{base}|{self.name(group, base, k)}|{k}')
        return group, ret

    def group_of(self, base):
        """The group that has a base."""
        return next(g for g in self.groups if base in g.names)


def make(group, id_):
    """The Case of an id, or None."""
    base, rest = id_.split('|', 1)
    name, seed = rest.rsplit('|', 1)
    world = dict(group.world, signed=group.signed[base])
    return mutate.mutant(group.data[base], name, int(seed), world)


def record(id_, how, params, data):
    """One record of a batch."""
    i, p = id_.encode('latin1', 'replace'), params.encode('latin1')
    return struct.pack('<IIIIQ', 0x45534143, how, len(i), len(p),
                       len(data)) + i + p + data


def write_batch(f, group, ids):
    """Writes deps and cases; what a base has not is left out."""
    for name, data in group.deps.items():
        f.write(record(name, DEP, '', data))
    for id_ in ids:
        c = make(group, id_)
        if c:
            f.write(record(id_, c.how, c.params.split('\0')[0], c.file()))
    f.flush()


def fingerprint():
    """Answers belong to the mutants they were given for."""
    h = hashlib.sha256()
    for f in ('mutate.py', 'params.py', 'pkcs7.py', 'elf.py', 'arm64.py'):
        with open(os.path.join(SOURCE, f), 'rb') as t:
            h.update(t.read())
    return h.hexdigest()[:12]
