# SPDX-License-Identifier: GPL-2.0-or-later
"""What can be broken in a module for arm64 only."""

MACHINE = 183
SECTIONS = ['.plt', '.init.plt', '.text.ftrace_trampoline',
            '.init.text.ftrace_trampoline']

# Relocations: number, whether of a place, lowest and highest that fits.
FITS = {
    'ABS32': (258, False, 0, (1 << 32) - 1),
    'ABS16': (259, False, 0, (1 << 16) - 1),
    'PREL32': (261, True, -1 << 31, (1 << 31) - 1),
    'PREL16': (262, True, -1 << 15, (1 << 15) - 1),
    'MOVW_UABS_G0': (263, False, 0, (1 << 16) - 1),
    'MOVW_UABS_G1': (265, False, 0, (1 << 32) - 1),
    'MOVW_UABS_G2': (267, False, 0, (1 << 48) - 1),
    'MOVW_SABS_G0': (270, False, -1 << 16, (1 << 16) - 1),
    'MOVW_SABS_G1': (271, False, -1 << 32, (1 << 32) - 1),
    'MOVW_SABS_G2': (272, False, -1 << 48, (1 << 48) - 1),
    'LD_PREL_LO19': (273, True, -1 << 20, (1 << 20) - 1),
    'ADR_PREL_LO21': (274, True, -1 << 20, (1 << 20) - 1),
    'ADR_PREL_PG_HI21': (275, True, -1 << 32, (1 << 32) - 1),
    'TSTBR14': (279, True, -1 << 15, (1 << 15) - 1),
    'CONDBR19': (280, True, -1 << 20, (1 << 20) - 1),
    'JUMP26': (282, True, -1 << 27, (1 << 27) - 1),
    'CALL26': (283, True, -1 << 27, (1 << 27) - 1),
    'MOVW_PREL_G0': (287, True, -1 << 16, (1 << 16) - 1),
    'MOVW_PREL_G1': (289, True, -1 << 32, (1 << 32) - 1),
    'MOVW_PREL_G2': (291, True, -1 << 48, (1 << 48) - 1),
}
# Those that are never too large.
FREE = {'ABS64': 257, 'PREL64': 260, 'MOVW_UABS_G0_NC': 264,
        'MOVW_UABS_G1_NC': 266, 'MOVW_UABS_G2_NC': 268, 'MOVW_UABS_G3': 269,
        'ADR_PREL_PG_HI21_NC': 276, 'ADD_ABS_LO12_NC': 277,
        'LDST8_ABS_LO12_NC': 278, 'LDST16_ABS_LO12_NC': 284,
        'LDST32_ABS_LO12_NC': 285, 'LDST64_ABS_LO12_NC': 286,
        'MOVW_PREL_G0_NC': 288, 'MOVW_PREL_G1_NC': 290,
        'MOVW_PREL_G2_NC': 292, 'MOVW_PREL_G3': 293,
        'LDST128_ABS_LO12_NC': 299}
OVERFLOW = 'load.rela.arm64.overflow'
TYPE = 'load.rela.arm64.type'
MISSING = {'.plt': 'load.plt', '.init.plt': 'load.plt',
           '.text.ftrace_trampoline': 'load.ftrace.section',
           '.init.text.ftrace_trampoline': 'load.ftrace.section'}


def section_symbol(e, sec):
    """The symbol that stands for a section."""
    return next((i for i in range(1, e.n_syms)
                 if e.sym(i, 'st_info') & 15 == 3 and
                 e.sym(i, 'st_shndx') == sec), None)


def exact(e, sec, name):
    """One value at the border of what fits."""
    number, place, low, high = FITS[name]
    to = e.s(sec, 'sh_info')
    n = e.s(sec, 'sh_size') // 24
    own = section_symbol(e, to)
    for what, v in (('low-1', low - 1), ('low', low), ('high', high),
                    ('high+1', high + 1), ('0', 0), ('-1', -1)):
        def put(c, r, v=v):
            k = r.randrange(n)
            c.elf.rela(sec, k, 'r_type', number)
            if place:
                c.elf.rela(sec, k, 'r_sym', own)
                c.elf.rela(sec, k, 'r_addend',
                           c.elf.rela(sec, k, 'r_offset') + v)
            else:
                c.elf.rela(sec, k, 'r_sym',
                           c.elf.add_symbol('a_number', 0, 0xfff1, v))
                c.elf.rela(sec, k, 'r_addend', 0)
        if own or not place:
            yield f'arm64:{e.name(sec)}:{name}:{what}', OVERFLOW, put


def types(e, sec):
    """Another type for what is there; for a symbol of the kernel's."""
    n = e.s(sec, 'sh_size') // 24
    undefined = e.undefined()
    all_ = {k: v[0] for k, v in FITS.items()} | FREE | \
        {'NONE': 256, 'TLS': 512, 'GOT': 311, 'COPY': 1024, 'FIRST': 1,
         'BEHIND': 294, 'HUGE': 0xffffffff}
    for name, number in all_.items():
        def other(c, r, number=number):
            c.elf.rela(sec, r.randrange(n), 'r_type', number)
        yield f'arm64:{e.name(sec)}:{name}', OVERFLOW + ' ' + TYPE, other

        def abroad(c, r, number=number):
            k = r.randrange(n)
            c.elf.rela(sec, k, 'r_type', number)
            c.elf.rela(sec, k, 'r_sym', r.choice(undefined))
        if undefined:
            yield (f'arm64:{e.name(sec)}:{name} of the kernel', OVERFLOW + ' '
                   + TYPE, abroad)

        def nowhere(c, r, number=number):
            k = r.randrange(n)
            c.elf.rela(sec, k, 'r_type', number)
            c.elf.rela(sec, k, 'r_sym', 0)
        yield (f'arm64:{e.name(sec)}:{name} of nothing', OVERFLOW + ' ' + TYPE,
               nowhere)


def branches(e):
    """More of them than were counted, or as many as ever."""
    for sec in e.relas():
        n = e.s(sec, 'sh_size') // 24
        own = section_symbol(e, e.s(sec, 'sh_info'))

        def all_of(c, _, sec=sec, n=n):
            for k in range(n):
                c.elf.rela(sec, k, 'r_type', 283)

        def far(c, r, sec=sec, own=own, n=n):
            for k in r.sample(range(n), min(n, 4)):
                c.elf.rela(sec, k, 'r_type', 282)
                c.elf.rela(sec, k, 'r_sym', own)
                c.elf.rela(sec, k, 'r_addend', r.choice(
                    [1 << 28, 1 << 40, 1 << 62, -1 << 28]))
        yield f'arm64:{e.name(sec)}:all call', 'load.plt.full', all_of
        if own:
            yield f'arm64:{e.name(sec)}:far calls', 'load.plt.full', far


def sections(e):
    """The sections that the linker script makes."""
    for name in SECTIONS:
        i = e.find(name)
        if not i:
            continue
        yield (f'arm64:{name}:gone', MISSING[name],
               lambda c, _, i=i: c.elf.rename(i, 'gone.by'))
        for f, v in (('sh_type', 8), ('sh_type', 2), ('sh_type', 0),
                     ('sh_flags', 0), ('sh_flags', 3), ('sh_size', 0),
                     ('sh_size', 1 << 40), ('sh_addralign', 1 << 16)):
            yield (f'arm64:{name}:{f}={v:#x}', 'load.plt.symtab',
                   lambda c, _, i=i, f=f, v=v: c.elf.s(i, f, v))
        for k in range(1, e.n):
            def other(c, _, k=k, name=name):
                c.elf.rename(k, name)
            yield f'arm64:{e.name(k)} is {name}', MISSING[name], other


def family(e):
    """All of them; nothing for others."""
    if e.e('e_machine') != MACHINE:
        return
    for v in (62, 40, 182):
        yield (f'arm64:e_machine={v}', 'load.elf.arch',
               lambda c, _, v=v: c.elf.e('e_machine', v))
    for sec in e.relas():
        for name in FITS:
            yield from exact(e, sec, name)
        yield from types(e, sec)
    yield from branches(e)
    yield from sections(e)
    i = e.find('.altinstructions')
    for k in range(e.s(i, 'sh_size') // 12 if i else 0):
        for off in (0, 3, 4, 7, 8, 9, 10, 11):
            yield (f'arm64:alternative {k}+{off}', 'load.alternatives',
                   lambda c, r, k=k, off=off: c.elf.poke(
                       i, 12 * k + off, bytes([r.randrange(256)])))
