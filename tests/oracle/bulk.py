# SPDX-License-Identifier: GPL-2.0-or-later
"""A kernel's own modules, hundreds in one guest: sizes, addresses, symbols.

Many a driver's init says that there is no such device, and then the module is
gone before anybody can look. So most are loaded without it: the relocation
that would tell the kernel of init is taken out, and nothing of the module is
run. With --init they are loaded as they are.
"""
import json
import os
import subprocess
import tempfile

import compare
import predict
from elf import Elf, strip_signature

KEEP = 0x200
BYTES_MAX = 60 << 20
COUNT_MAX = 400
MEMORY = '1536'
# Ends the machine, as it should, or takes all of it for itself.
NOT_RUN = {'softdog', 'rcutorture', 'locktorture', 'torture'}


def without_init(data):
    """The same module, whose init the kernel is not told of."""
    e = Elf(strip_signature(data))
    rel = e.find('.rela.gnu.linkonce.this_module')
    for i in range(e.s(rel, 'sh_size') // 24 if rel else 0):
        if e.sym_name(e.rela(rel, i, 'r_sym')) == 'init_module':
            e.rela(rel, i, 'r_type', 0)
    return bytes(e.b)


class Modules:
    """All modules of a kernel, with what they need."""

    def __init__(self, kernel):
        self.kernel = kernel
        self.data = {}
        self.needs = {}

    def load(self, name):
        """Bytes of one; kept while a group is made."""
        if name not in self.data:
            self.data[name] = self.kernel.module(name)
            self.needs[name] = [] if not self.data[name] else [
                n.replace('-', '_') for n in Elf(self.data[name]).needed()]
        return self.data[name]

    def closure(self, name, have, ret):
        """What is to be loaded before it, and it."""
        if name in have or name in ret or not self.load(name):
            return
        for n in self.needs[name]:
            self.closure(n, have, ret)
        ret.append(name)

    def group(self, todo):
        """As many of todo, with what they need, as go into one guest."""
        ret, size = [], 0
        for name in todo:
            more = []
            self.closure(name, set(ret), more)
            size += sum(len(self.data[n]) for n in more)
            if ret and (size > BYTES_MAX or len(ret) + len(more) > COUNT_MAX):
                break
            ret += more
        return ret

    def forget(self):
        """Gives the memory back."""
        self.data.clear()


def write_group(f, mods, names, init, record):
    """A batch of modules that stay loaded."""
    for n in names:
        data = mods.load(n)
        f.write(record(n, KEEP, '', data if init else without_init(data)))
    f.flush()


def ask(kernel, batch, append):
    """Answers of one guest, and what it told of those that stayed."""
    out = subprocess.run(
        kernel.rig() + ['-s', '-m', MEMORY, '-a', append, batch],
        stdout=subprocess.PIPE, check=False).stdout
    lines = [json.loads(x) for x in out.decode('ascii').splitlines()]
    return [x for x in lines if 'id' in x], \
        {x['kept']: x['lines'] for x in lines if 'kept' in x}


def groups(kernel, init, append, record, progress):
    """(names, answers, kept, batch file) for all modules of a kernel."""
    mods = Modules(kernel)
    todo = sorted(n for n in kernel.files if not (init and n in NOT_RUN))
    done = set()
    while todo:
        names = mods.group(todo)
        with tempfile.NamedTemporaryFile(prefix='lkm-oracle.') as b:
            write_group(b, mods, names, init, record)
            answers, kept = ask(kernel, b.name, append)
            if not answers:
                raise OSError('oracle-rig gave no answer')
            yield answers, kept, b.name
        mods.forget()
        done |= {a['id'] for a in answers}
        todo = [n for n in todo if n not in done]
        progress(f'{kernel.release}: {len(done)} of {len(kernel.files)} '
                 'modules')


def guesses(kernel, batch, answers):
    """The emulator's answers."""
    return predict.ask(kernel, '', batch,
                       compare.states(answers, True).encode())


def by_module(lines):
    """{module: lines} of /proc/kallsyms, as [(address, letter, name)].

    While something is traced, the functions that went with init are listed
    once more behind all modules: those do not count.
    """
    ret, last = {}, None
    for x in lines:
        head, _, mod = x.rpartition('\t')
        w = head.split(' ', 2)
        if len(w) != 3:
            continue
        if mod != last and mod in ret:
            break
        last = mod
        ret.setdefault(mod, []).append((int(w[0], 16), w[1], w[2]))
    return {mod.strip('[]'): v for mod, v in ret.items()}


def letters_differ(have, p):
    """The letters of /proc/kallsyms, upper case and all."""
    return [x[1:] for x in have] != [(s[1], s[0]) for s in p['symbols']]


def compare_one(a, p, kallsyms, init):
    """As compare.compare(), and with what only /proc/kallsyms tells."""
    ret = compare.compare(a, p)
    if init and a.get('errno') and p['verdict'] in ('loads', 'init-decides'):
        return ['(its init refused)']
    name = a.get('module', '').split(' ')[0]
    alike = p['verdict'] == 'loads' and not a.get('errno') and \
        'symbols' not in ret
    if alike and name in kallsyms and letters_differ(kallsyms[name], p):
        ret.append('letters')
    return ret


def save(path, answers, kept):
    """The truth, for others."""
    tmp = f'{path}.{os.getpid()}'
    with open(tmp, 'w', encoding='ascii') as f:
        for a in answers:
            f.write(json.dumps(a) + '\n')
        f.write(json.dumps({'kept': kept}) + '\n')
    os.rename(tmp, path)
