# SPDX-License-Identifier: GPL-2.0-or-later
"""One answer of a real kernel against one prediction.

compare() gives the classes in which they differ; none: they agree. A class in
brackets is no disagreement, but no proof either: the emulator has said that it
does not know, or that the outcome is not the loader's.
"""
import re

PAGE = 4096
WARNED = 1 << 9
SLOW_MS = 1000  # for the emulator

# enum kern_said, by what a kernel prints once per boot.
SAID = [('loading out-of-tree module taints kernel', 1),
        ('module verification failed:', 2),
        ('taints kernel.', 4), ('TAINT_LIVEPATCH', 8),
        ('loading test module taints kernel', 16),
        (': kernel tainted.', 32), ('no symbol version for', 64),
        ('BTF mismatch detected', 128)]

# Written by others than the loader, whenever they like; or by the code of the
# bases themselves.
NOISE = re.compile(r'^(.*: init suspiciously returned |random: |clocksource: |'
                   r'perf: |sched: |audit: |tsc: |'
                   r'hrtimer: |rcu: |workqueue: |cfg80211: |'
                   r'dyndbg: |\w+: \d+ callbacks suppressed|NMI: |INFO: |systemd|\[init  \])')
NO_MEMORY = re.compile('Out of memory|oom-kill|invoked oom-killer')
RELOCATION = re.compile(r'((?:existing value is nonzero|overflow in relocation)'
                        r'.*\bval )[0-9a-f]+')
ADDRESS = re.compile(r'\b(0x)?[0-9a-f]{8,16}\b|0x[0-9a-f]+')
OTHERS = range(0xffffffffe0000000, 0xfffffffff0000000)  # modules' exports
TAINT_LETTERS = 'PFSRMBUDAWCIOELKXTNJ'


def said(lines):
    """What a kernel will not say again, as a number."""
    ret = 0
    for _, text in lines:
        for words, bit in SAID:
            if words in text and (bit != 4 or "license" in text):
                ret |= bit
    return ret


def states(answers, stay=False):
    """Lines for oracle-predict: the state in which each answer was given.

    With @stay a module that was loaded is still there for the next one.
    """
    ret, boot, heard = [], None, 0
    for a in answers:
        keep = int(stay and a.get('errno') == 0)
        fresh = a['boot'] != boot
        boot, heard = a['boot'], 0 if fresh else heard
        ret.append(f'{a.get("taint", 0)} {heard} {int(fresh)} {keep}')
        heard |= said(a.get('log', []))
    return '\n'.join(ret) + '\n'


def mask(text):
    """Without addresses and the caller's name."""
    text = re.sub(r'^Lockdown: .*?: ', 'Lockdown: @: ', text)
    # Each kernel numbers what it knows in its own way.
    text = re.sub(r'(Unsupported (?:data type|digest algo:|pkey algo:)) .*',
                  r'\1 @', text)
    text = re.sub(r'(Mismatch between global data type) \(.*?\)(.*) \(.*\)',
                  r'\1 @\2 @', text)
    # With many parts the distance of two is not known, either.
    text = RELOCATION.sub(r'\1@', text)
    return ADDRESS.sub('@', text.rstrip('\n'))


def without_dumps(lines):
    """Registers, stacks and the like are left out: from a cut on."""
    ret, inside = [], False
    for level, text in lines:
        if text.startswith('------------[ '):
            inside = True
        elif inside and text.startswith('---[ end trace'):
            inside = False
        elif not inside and not NOISE.match(text) and not is_dump(text):
            ret.append((level, mask(text)))
    return ret


def is_dump(text):
    """Part of a stack trace outside of a dump."""
    return bool(re.match(r'(CPU: |Hardware name: |Call [Tt]race:| ?<(TASK|/TASK)>|'
                         r'RIP: |RSP: |R..: |Modules linked in|Tainted: |Code: |FS: |CS: |'
                         r'CR2: |DR0: |DR3: | \S+\+0x| \? |BUG: |Oops: |#PF|PGD|'
                         r'note: .* exited|PKRU: |---\[ end trace|list_del |'
                         r'general protection fault|detected buffer overflow|'
                         r'WARNING: missing )', text))


# Where only what is signed loads, nothing else tells what a base prints.
UNBROKEN = ('none', 'sig:of this file')


def own_lines(answers):
    """{base: lines} that the code of a base prints by itself."""
    ret = {}
    for a in answers:
        base, name, _ = split(a['id'])
        if name in UNBROKEN and not a.get('errno'):
            ret.setdefault(base, set()).update(
                t for _, t in without_dumps(a['log']))
    return ret


def split(id_):
    """Base, name and seed."""
    base, rest = id_.split('|', 1)
    return (base, *rest.rsplit('|', 1))


# -------------------------------------------------------------------- outcome

def real_outcome(a):
    """loads, refused, lost, or init: it was lost in the module's own code."""
    if a.get('lost_in') == 'insert':
        text = '\n'.join(t for _, t in a['log']) + \
            '\n'.join(a.get('console', []))
        return 'init' if 'do_init_module' in text or \
            'do_one_initcall' in text else 'lost'
    return 'refused' if a.get('errno') else 'loads'


def outcome(a, p):
    """Classes of verdict and errno; None: both load, look closer."""
    real, said_ = real_outcome(a), p['verdict']
    if real in ('lost', 'init') and NO_MEMORY.search(
            '\n'.join([t for _, t in a['log']] + a.get('console', []))):
        return ['(no memory)']
    if said_ == 'crashed':
        return ['lkm crashed']
    if said_ == 'unknown':
        return ['(unknown)']
    if said_ == 'init-decides':
        return ['(init decides)'] if real != 'lost' else ['lost, not seen']
    if said_ == 'undefined':
        return [] if real in ('lost', 'init') else ['(undefined, lived)']
    if real == 'lost':
        return ['lost, not seen']
    if a.get('errno') == 12 and 'exceeds total pages' in '\n'.join(
            t for _, t in a['log']):
        return ['(no memory)']
    if real == 'init':
        return [] if said_ == 'loads' else ['refused, went on']
    if real == 'refused':
        if said_ == 'loads':
            return ['loads, was refused']
        return None if p['errno'] == a['errno'] else ['errno']
    return None if said_ == 'loads' else ['refused, loaded']


# --------------------------------------------------------------------- detail

def log(a, p, own):
    """Lines, in their order."""
    have = without_dumps(a['log'])
    want = [(lv, mask(t)) for lv, t in p['log']]
    texts = {t for _, t in want}
    if not any(t.startswith('Lockdown: ') for _, t in have):
        # It is printed ten times in five seconds, no oftener.
        want = [x for x in want if not x[1].startswith('Lockdown: ')]
    have = [x for x in have if x[1] in texts or x[1] not in own]
    if have == want:
        return []
    if [t for _, t in have] == [t for _, t in want]:
        return ['log level']
    return ['log']


def letters(module):
    """The taints of a line of /proc/modules."""
    m = re.search(r'\(([A-Z]+)[+-]?\)$', module)
    return set(m.group(1)) if m else set()


def taints(a, p):
    """Of the module, and of the kernel."""
    ret = []
    bits = {c for i, c in enumerate(TAINT_LETTERS) if p['taints'] >> i & 1}
    whole = '\n' not in p.get('name', '')  # the line, with its taints
    if 'module' in a and whole and letters(a['module']) != bits:
        ret.append('taint')
    harmful = 1 << 9 | 1 << 7
    got = a.get('taint_after', a['taint']) & ~a['taint'] & ~harmful
    if got != p['kernel_taints'] & ~a['taint'] & ~harmful:
        ret.append('kernel taint')
    return ret


def pairs(lines):
    """[(name, address)] of "name address"."""
    ret = []
    for x in lines:
        name, _, addr = x.rpartition(' ')
        try:
            ret.append((name, int(addr, 16)))
        except ValueError:
            pass
    return ret


def bases_of(real, want):
    """{part: address} by the first section of each; and whether all fit."""
    base, fits = {}, True
    for name, addr in real:
        for part, off in want.get(name, [])[:1]:
            b = base.setdefault(part, addr - off)
            fits = fits and b == addr - off
    return base, fits and all(b % PAGE == 0 for b in base.values())


def layout(a, p):
    """Name, size and where the sections lie."""
    ret, name = [], p.get('name', '')
    if not a['module'].startswith(name.split('\n')[0]):
        ret.append('name')
    elif '\n' not in name and \
            a['module'][len(name) + 1:].split(' ')[0] != str(p['live_size']):
        ret.append('size')
    want, real = {}, pairs(a['sections'])
    for name, part, off, size in p['sections']:
        if size:
            want.setdefault(name, []).append((part, off))
    # One name that sysfs does not take keeps the whole folder away.
    # (With a slash in it, the rest of the folder cannot be listed.)
    if not real or any('/' in n for n in want):
        return ret + ['(sections not listed)'], {}
    if {n for n, _ in real} != set(want) - {''}:
        ret.append('section names')
    base, fits = bases_of(real, want)
    if not fits:
        ret.append('section addresses')
    return ret, base


def symbols(a, p, base):
    """Lines of /proc/kallsyms, letters small."""
    if not a['symbols']:
        return []
    have = [tuple(x.split(' ', 2)) for x in a['symbols']]
    have = [(int(x[0], 16), x[1].lower(), x[2]) for x in have if len(x) == 3]
    want = []
    for i, (name, letter, part, off) in enumerate(p['symbols']):
        if part >= 0 and part not in base and i < len(have):
            base[part] = have[i][0] - off
        if part < 0 and off in OTHERS and i < len(have):
            off = have[i][0]
        want.append(((off + base.get(part, 0)) & (1 << 64) - 1,
                     letter.lower(), name))
    return [] if [told(x) for x in have] == [told(x) for x in want] else \
        ['symbols']


def told(sym):
    """A symbol; without an address that nobody can know: of the data of a
    processor, of the copy of the file that was read."""
    addr, letter, name = sym
    known = letter != 'a' and addr >> 40 != 0xffffc9
    return (addr if known else 0, letter, name)


def of_json(m):
    """A module of `lkm check --json` as oracle-predict tells it."""
    mask = {k: sum(1 << TAINT_LETTERS.index(c) for c in m.get(k, ''))
            for k in ('taints', 'kernel_taints')}
    ret = {'verdict': m['verdict'], 'errno': m.get('errno_number', 0),
           'log': [[x['level'], x['text']] for x in m.get('log', [])],
           'live_size': m.get('size', 0), 'name': m.get('name', ''),
           'parts': [[x['name'], x['size'], int(x['init'])]
                     for x in m.get('parts', [])], 'uses': m.get('uses', [])}
    nth = [x[0] for x in ret['parts']]
    ret['sections'] = [[x['name'], nth.index(x['part']), x['offset'],
                        x['size']] for x in m.get('sections', [])]
    for k in ('rule', 'step', 'unknown'):
        if m.get(k):
            ret[k] = m[k]
    return ret | mask


def compare(a, p, own=()):
    """Classes in which they differ."""
    if 'log' not in a:
        return ['(emulator died)']
    if p.get('ms', 0) > SLOW_MS:
        return ['lkm slow']
    ret = outcome(a, p)
    if ret is not None:
        return ret
    ret = taints(a, p)
    # What a kernel warns of is not the loader's, and may end anything.
    if a.get('taint_after', 0) & ~a['taint'] & WARNED:
        ret.append('(kernel warned)')
    else:
        ret += log(a, p, own)
    if not a.get('errno') and 'sections' in a:
        more, base = layout(a, p)
        ret += more + symbols(a, p, base)
    return ret
