#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Modules with exactly one named thing broken.

    mutate.py names BASE.ko            what can be broken in it, with the rules
    mutate.py make BASE.ko NAME SEED   the file, to standard output
    mutate.py coverage BASE.ko...      rules that no mutant aims at

A mutant follows from base, name and seed alone. A name says what was broken:
"shdr:.text:sh_flags=+W". Two or three names joined by " & " are broken one
behind the other.
"""
import functools
import random
import re
import struct
import sys
from os.path import dirname, join

sys.dont_write_bytecode = True  # the tree stays as it is
# pylint: disable=wrong-import-position
import arm64
import params
import pkcs7
from elf import (A, Elf, EHDR, MARKER, NOBITS, PROGBITS, RELA_T, SHDR, STRTAB,
                 SYMTAB, W, X, strip_signature)

FILE = 0x100  # enum lab_how
BTF = 'load.btf note.btf note.btf.new note.bpf'
NO_INIT = ' & this:init_module dropped'
U32, U64 = (1 << 32) - 1, (1 << 64) - 1


class Case:
    """What is loaded, and how."""

    def __init__(self, data, world=None):
        self.elf = Elf(data)
        self.params = ''
        self.how = 0
        self.tail = b''  # behind the file
        self.cut = None  # only so many bytes of it
        self.world = world or {}

    def file(self):
        """The bytes."""
        b = bytes(self.elf.b)
        return (b if self.cut is None else b[:self.cut]) + self.tail


# -------------------------------------------------------------- the file, whole

def whole(e):
    """Cut short, or with something behind it."""
    ends = {'0': 0, '1': 1, '63': 63, '64': 64, '65': 65, 'half': len(e.b) // 2,
            'shoff': e.shoff, 'shoff+64': e.shoff + 64,
            'table-1': e.shoff + 64 * e.n - 1, 'end-1': len(e.b) - 1,
            'end-64': len(e.b) - 64, 'end-4096': max(0, len(e.b) - 4096)}
    for how in (0, FILE):
        way = '(file)' if how else ''
        for k, v in ends.items():
            def cut(c, _, v=v, how=how):
                c.cut, c.how = v, how
            yield (f'file:cut={k}{way}', 'load.elf.short load.file.empty '
                   'load.init.short load.elf.shoff load.elf.section.bounds', cut)
    for n in (1, 27, 28, 40, 4096):
        def tail(c, r, n=n):
            c.tail = r.randbytes(n)
        yield f'file:tail={n}', '', tail

    def text(c, _):
        c.elf.b[:] = b'not a module at all, but some text\n' * 40
    yield 'file:text', 'load.elf.magic', text
    for magic, name in ((b'\x1f\x8b\x08\0', 'gz'), (b'\xfd7zXZ\0', 'xz'),
                        (b'\x28\xb5\x2f\xfd', 'zstd')):
        def packed(c, _, m=magic):
            c.elf.b[:len(m)] = m
        yield f'file:magic={name}', 'load.elf.magic', packed
    for flags in (*range(8), 8, 16, 15):
        def flag(c, _, f=flags):
            c.how = FILE | f
        yield (f'file:flags={flags}', 'load.xz.magic load.gz.magic '
               'load.zstd.magic load.decompress.none load.flags '
               'note.force.vermagic note.force.symbol', flag)


def ehdr(e):
    """Fields of the ELF header."""
    for i in range(16):
        def ident(c, r, i=i):
            c.elf.b[i] ^= r.randrange(1, 256)
        yield f'ehdr:e_ident[{i}]', 'load.elf.magic' if i < 4 else '', ident
    size = len(e.b)
    some = [0, 1, U64, 1 << 31, 1 << 63]
    values = {
        'e_type': [0, 2, 3, 4, 0xffff], 'e_machine': [0, 3, 40, 183, 243,
                                                      0xffff],
        'e_version': [0, 2], 'e_entry': some, 'e_phoff': some,
        'e_shoff': [0, 1, size - 1, size, size + 1, size - 64, e.shoff - 64,
                    e.shoff + 1, e.shoff + 64, U64, U64 - 63, 1 << 63],
        'e_flags': some, 'e_ehsize': [0, 1, 0xffff], 'e_phentsize': [1],
        'e_phnum': [1, 0xffff], 'e_shentsize': [0, 40, 63, 65, 128, 0xffff],
        'e_shnum': [0, 1, 2, e.n - 1, e.n + 1, e.n + 2, 0xff00, 0xffff],
        'e_shstrndx': [0, e.n, e.n - 2, e.strtab, e.symtab, 1, 0xff00, 0xffff],
    }
    aims = {'e_type': 'load.elf.type', 'e_machine': 'load.elf.arch',
            'e_shoff': 'load.elf.shoff', 'e_shentsize': 'load.elf.shentsize',
            'e_shnum': 'load.elf.shoff load.elf.shstrndx',
            'e_shstrndx': 'load.elf.shstrndx load.elf.shstrtab.type '
                          'load.elf.shstrtab.nul'}
    for f, vs in values.items():
        for v in vs:
            yield (f'ehdr:{f}={v:#x}', aims.get(f, ''),
                   lambda c, _, f=f, v=v: c.elf.e(f, v))


# ------------------------------------------------------------------- sections

SPECIAL = ['.modinfo', '__versions', '.gnu.linkonce.this_module', '__ksymtab',
           '__ksymtab_gpl', '__kcrctab', '__kcrctab_gpl', '__param',
           '.init.text', '.init.data', '.exit.text', '.data..percpu',
           '.data..ro_after_init', '__jump_table', '.ctors', '.init_array',
           '__obsparm', '.BTF', '.symtab', '.strtab', '__ex_table',
           '__bug_table', '.static_call_sites', '__tracepoints_ptrs',
           '__mcount_loc', '.return_sites', '.retpoline_sites',
           '.altinstructions', '.parainstructions', '.smp_locks',
           '.orc_unwind', '.orc_unwind_ip', '__dyndbg', '.noinstr.text',
           '__kflagstab', '__version_ext_crcs', '__version_ext_names',
           '.klp.rela.vmlinux..text', '_error_injection_whitelist',
           '.call_sites', '.ibt_endbr_seal', 'unheard.of', '', '.text',
           '.codetag.alloc_tags', 'with/slash', '__bpf_raw_tp_map',
           '__srcu_struct_ptrs', '_ftrace_events', '_kprobe_blacklist']


def shdr_values(e, i, f):
    """What a field of section header i is set to."""
    size, n = len(e.b), e.s(i, 'sh_size')
    return {
        'sh_name': [0, e.s(e.names, 'sh_size') - 1, e.s(e.names, 'sh_size'),
                    e.s(e.names, 'sh_size') + 2048, U32],
        'sh_type': [0, 1, 2, 3, 4, 7, 8, 9, 11, 14, 0x6ffffff5, U32],
        'sh_addr': [1, 4096, U64],
        'sh_offset': [0, e.s(i, 'sh_offset') + 1, size, size - n, size - n + 1,
                      U64, U64 - n, U64 - n + 1, 1 << 63],
        'sh_size': [0, n - 1, n + 1, n // 2, n + 24, n + 4096, size, 1 << 31,
                    1 << 32, U64, 1 << 63],
        'sh_link': [0, e.n - 1, e.n, e.strtab, e.names, U32, 1 << 31],
        'sh_info': [0, 1, e.n - 1, e.n, e.symtab, U32],
        'sh_addralign': [0, 1, 2, 3, 5, 64, 4096, 8192, 1 << 20, 1 << 31,
                         1 << 32, (1 << 32) + 16, 1 << 40, U64],
        'sh_entsize': [0, 1, 7, U64],
    }[f]


SHDR_AIMS = {'sh_name': 'load.elf.section.name', 'sh_offset':
             'load.elf.section.bounds', 'sh_size': 'load.elf.section.bounds',
             'sh_addralign': 'note.percpu.align load.mem'}


def shdr_aims(e, i, f):
    """The rules about one field of one section header."""
    name, aims = e.name(i), SHDR_AIMS.get(f, '')
    if i == 0:
        return 'load.elf.section0'
    if i == e.symtab:
        aims += {'sh_link': ' load.elf.symtab.link load.elf.strtab.type',
                 'sh_type': ' load.stripped'}.get(f, '')
    if i == e.names:
        aims += {'sh_size': ' load.elf.shstrtab.empty load.elf.shstrtab.bounds '
                            'load.elf.shstrtab.nul',
                 'sh_offset': ' load.elf.shstrtab.bounds',
                 'sh_type': ' load.elf.shstrtab.type'}.get(f, '')
    if i == e.strtab:
        aims += {'sh_type': ' load.elf.strtab.type', 'sh_size':
                 ' load.elf.strtab.empty load.elf.strtab.nul'}.get(f, '')
    if name == '.gnu.linkonce.this_module':
        aims += {'sh_size': ' load.this_module.size',
                 'sh_type': ' load.this_module.nobits',
                 'sh_flags': ' load.this_module.alloc',
                 'sh_name': ' load.this_module.none'}.get(f, '')
    if e.s(i, 'sh_type') == RELA_T and f == 'sh_type':
        aims += ' load.rel'
    if name == '.data..percpu' and f == 'sh_size':
        aims += ' load.percpu'
    if name == '.BTF':
        aims += ' ' + BTF
    return aims


FLAGS = {'+W': (W, 0), '+X': (X, 0), '+WX': (W | X, 0), '+A': (A, 0),
         '-A': (0, A), '-W': (0, W), '-X': (0, X), '+M': (0x10, 0),
         '+klp': (0x100000, 0), '+ro': (0x200000, 0), '+WAX': (7, 0),
         '=0': (0, U64), '=all': (U64, 0), '+compressed': (0x800, 0)}


def shdr(e):
    """Fields of the section headers."""
    for i in range(e.n):
        name = e.name(i) or str(i)
        if e.by_name[e.name(i)] != i:
            name += f'#{i}'
        for f in SHDR:
            if f == 'sh_flags':
                continue
            for v in shdr_values(e, i, f):
                if v >= 0:
                    yield (f'shdr:{name}:{f}={v:#x}', shdr_aims(e, i, f),
                           lambda c, _, i=i, f=f, v=v: c.elf.s(i, f, v))
        for f, (on, off) in FLAGS.items():
            def flags(c, _, i=i, on=on, off=off):
                old = c.elf.s(i, 'sh_flags')
                c.elf.s(i, 'sh_flags', (old & ~off) | on)
            yield (f'shdr:{name}:sh_flags={f}', shdr_aims(e, i, 'sh_flags') +
                   (' load.wx' if on & X or on & W else '') +
                   (' load.livepatch.section' if f == '+klp' else ''), flags)


RENAME_AIMS = {'.modinfo': 'load.elf.modinfo.many', '.ctors': 'load.ctors',
               '.gnu.linkonce.this_module': 'load.this_module.one '
               'load.this_module.one.new', '__obsparm': 'note.param.obsolete',
               '.BTF': BTF, '__ksymtab': 'load.symbol.flags '
               'note.force.exports', '__ksymtab_gpl': 'note.exports.obsolete',
               '__version_ext_crcs': 'load.crc.ext.pair',
               '.static_call_sites': 'load.staticcall'}


def names(e):
    """Section names: another one, or a letter wrong."""
    for i in range(1, e.n):
        old = e.name(i)

        def letter(c, r, i=i):
            at = c.elf.s(i, 'sh_name') + c.elf.s(c.elf.names, 'sh_offset')
            c.elf.b[at + r.randrange(max(1, len(c.elf.name(i))))] ^= 0x20
        yield (f'name:{old}:letter', 'load.this_module.none load.crc.layout.none',
               letter)
        yield (f'name:{old}:gone', 'load.this_module.none load.crc.layout.none '
               'note.force.exports note.force.symbol',
               lambda c, _, i=i: c.elf.rename(i, 'gone.by'))
        yield (f'name:{old}:random', '', lambda c, r, i=i: c.elf.rename(
            i, r.choice(SPECIAL)))

    def unterminated(c, _):
        c.elf.b[c.elf.s(e.names, 'sh_offset') + c.elf.s(e.names, 'sh_size')
                - 1] = 0x41
    yield 'shstrtab:last', 'load.elf.shstrtab.nul', unterminated

    def first(c, _):
        c.elf.b[c.elf.s(e.names, 'sh_offset')] = 0x41
    yield 'shstrtab:first', '', first


def added(e):
    """Sections that the build did not make."""
    for name in SPECIAL:
        for size in (0, 1, 16, 64, 5000):
            for flags in (0, A, A | W, A | X):
                def add(c, r, name=name, size=size, flags=flags):
                    c.elf.add_section(name, PROGBITS, flags, bytes(size),
                                      sh_addralign=r.choice([1, 8, 64]))
                yield (f'add:{name}:{size}:{flags}', RENAME_AIMS.get(name, ''),
                       add)

    def both(c, _):
        c.elf.add_section('.ctors', PROGBITS, A | W, bytes(8))
        c.elf.add_section('.init_array', PROGBITS, A | W, bytes(8))
    yield 'add:.ctors+.init_array', 'load.ctors', both

    def symtab(c, _):
        c.elf.add_section('.symtab2', SYMTAB, 0, bytes(24), sh_link=e.strtab)
    yield 'add:symtab', 'load.stripped', symtab
    for size in (1 << 12, 1 << 20, 1 << 26, 1 << 28, 1750 << 20, 1 << 31,
                 (1 << 32) - 1, 1 << 32, 1 << 40):
        for name in ('.bss.big', '.init.bss', '.data..percpu2'):
            def bss(c, _, size=size, name=name):
                c.elf.add_section(name, NOBITS, A | W, b'', sh_size=size)
            yield f'add:{name}:{size:#x}', 'load.mem', bss
    for name in ('.modinfo', '.gnu.linkonce.this_module', '__versions',
                 '__ksymtab', '__param', '.symtab', '.text', '.BTF', '.data',
                 '.note.gnu.build-id', '.rodata', '.strtab'):
        if not e.find(name):
            continue

        def twice(c, _, name=name):
            i = c.elf.find(name)
            c.elf.add_section(name, c.elf.s(i, 'sh_type'),
                              c.elf.s(i, 'sh_flags'), c.elf.data(i),
                              sh_link=c.elf.s(i, 'sh_link'),
                              sh_addralign=c.elf.s(i, 'sh_addralign'))
        yield (f'twice:{name}', 'load.sysfs.duplicate ' +
               RENAME_AIMS.get(name, ''), twice)
    for n in (100, 1000):
        def many(c, _, n=n):
            for i in range(n):
                c.elf.add_section(f'many.{i}', PROGBITS, A, b'12345678')
        if len(e.b) < 60000:
            yield f'add:many:{n}', '', many


# -------------------------------------------------------------------- symbols

KINDS = {
    'undef': lambda e, i: e.sym(i, 'st_shndx') == 0,
    'section': lambda e, i: e.sym(i, 'st_info') & 15 == 3,
    'global': lambda e, i: e.sym(i, 'st_info') >> 4 == 1 and
    0 < e.sym(i, 'st_shndx') < 0xff00,
    'local': lambda e, i: e.sym(i, 'st_info') >> 4 == 0 and
    0 < e.sym(i, 'st_shndx') < 0xff00 and e.sym(i, 'st_info') & 15 != 3,
    'any': lambda e, i: True,
}
SYM_AIMS = {('st_shndx', 0xfff2): 'load.symbol.common',
            ('st_shndx', 0xff20): 'load.livepatch.symbol',
            ('st_shndx', 0xffff): 'load.symbol.section',
            ('st_shndx', 0): 'load.symbol.unknown'}


def sym_values(e, f):
    """What a field of a symbol is set to."""
    strings = e.s(e.strtab, 'sh_size')
    return {'st_name': [0, 1, strings - 1, strings, strings + 2048, U32],
            'st_info': [0, 1, 2, 3, 4, 0x10, 0x12, 0x20, 0x22, 0x1a, 0xff],
            'st_other': [2, 0xff],
            'st_shndx': [0, 1, 0xfff1, 0xfff2, 0xff20, 0xff00, 0xffff, e.n,
                         e.n - 1, e.symtab, e.strtab],
            'st_value': [0, 1, 0x7fffffff, 1 << 31, 1 << 32, 1 << 47, U64],
            'st_size': [0, U64]}[f]


def symbols(e):
    """One symbol, chosen by the seed among those of its kind."""
    for kind, want in KINDS.items():
        all_ = e.syms(lambda i, w=want: w(e, i))
        if not all_:
            continue
        for f in ('st_name', 'st_info', 'st_other', 'st_shndx', 'st_value',
                  'st_size'):
            for v in sym_values(e, f):
                def field(c, r, a=all_, f=f, v=v):
                    c.elf.sym(r.choice(a), f, v)
                yield (f'sym:{kind}:{f}={v:#x}', 'load.elf.symbol.name' if
                       f == 'st_name' else SYM_AIMS.get((f, v), ''), field)

        def rename(c, r, a=all_):
            c.elf.sym(r.choice(a), 'st_name', c.elf.add_string(
                f'nobody_has_{r.randrange(1 << 30)}'))
        yield f'sym:{kind}:renamed', 'load.symbol.unknown', rename

        def swap(c, r, a=all_):
            i, j = r.choice(a), r.randrange(c.elf.n_syms)
            c.elf.sym(i, 'st_name', c.elf.sym(j, 'st_name'))
        yield f'sym:{kind}:name of another', '', swap
    for word, aims in ADDED_SYMBOLS.items():
        for bind in (1, 2):
            def add(c, r, word=word, bind=bind):
                name = word
                if word.startswith('@'):
                    some = c.world.get(word[1:])
                    if not some:
                        return False
                    name = r.choice(some)
                c.elf.add_symbol(name, bind << 4, 0, 0)
            yield f'sym:add:{word}:bind={bind}', aims, add
    for name in ('__gnu_lto_slim', 'common_one', ''):
        yield (f'sym:add common:{name}', 'load.symbol.common',
               lambda c, r, n=name: c.elf.add_symbol(n, 0x11, 0xfff2, 8, 8)
               and None)

    def strtab_end(c, _):
        at = c.elf.s(e.strtab, 'sh_offset') + c.elf.s(e.strtab, 'sh_size') - 1
        c.elf.b[at] = 0x41
    yield 'strtab:last', 'load.elf.strtab.nul', strtab_end

    def strtab_start(c, _):
        c.elf.b[c.elf.s(e.strtab, 'sh_offset')] = 0x41
    yield 'strtab:first', 'load.elf.strtab.first', strtab_start


# "@list" is one of that list of the kernel's symbols.
ADDED_SYMBOLS = {
    'nobody_has_this': 'load.symbol.unknown', '_GLOBAL_OFFSET_TABLE_': '',
    '': 'load.symbol.unknown', '@plain': 'load.crc.none',
    '@gpl': 'load.crc.none', '@ns': 'load.ns load.crc.none',
    '@modules': 'load.symbol.unknown', '@plain+crc': '', '@gpl+crc': '',
}


def needs(e):
    """A symbol more that another defines, with its CRC as it should be."""
    for kind, aims in (('plain', ''), ('gpl', 'load.symbol.unknown'),
                       ('ns', 'load.ns'), ('modules', 'load.symbol.unknown'),
                       ('loaded', 'load.symbol.unknown'),
                       ('shut', 'note.inherit load.gpl.mixed '
                        'note.inherit.old load.gpl.mixed.old')):
        for how in ('', ':crc+1', ':high', ':no crc', ':twice', ':imported',
                    ':proprietary', ':weak', ':early'):
            def need(c, r, kind=kind, how=how):
                some = c.world.get(kind)
                if not some or not c.elf.find('__versions'):
                    return False
                name, (crc, ns) = r.choice(some), (0, '')
                crc, ns = c.world['exports'][name]
                i = c.elf.add_symbol(name, 0x20 if how == ':weak' else 0x10,
                                     0, 0)
                if how == ':early':  # in the place of a file's name
                    files = c.elf.syms(lambda k: c.elf.sym(k, 'st_info') == 4)
                    if not files:
                        return False
                    for f in ('st_name', 'st_info', 'st_shndx', 'st_value'):
                        c.elf.sym(files[0], f, c.elf.sym(i, f))
                v = c.elf.versions()
                if how == ':twice':
                    v.append((crc ^ 1, name))
                if how != ':no crc':
                    v.append((crc + (how == ':crc+1') +
                              ((how == ':high') << 40), name))
                c.elf.set_versions(v)
                tags = c.elf.modinfo()
                if how == ':imported':
                    tags.append(f'import_ns={ns}')
                if how == ':proprietary':
                    tags = [t for t in tags if not t.startswith('license=')]
                c.elf.set_modinfo(tags)
                return None
            yield (f'need:{kind}{how}', aims + (' load.crc' if how else ''),
                   need)


# ---------------------------------------------------------------- relocations

def rela_target(e, sec, n):
    """Section and offset that a relocation writes to."""
    return e.s(sec, 'sh_info'), e.rela(sec, n, 'r_offset')


def relocations(e):
    """One relocation, chosen by the seed, of each section that has some."""
    for sec in e.relas():
        name = e.name(sec)
        n = e.s(sec, 'sh_size') // 24
        size = e.s(e.s(sec, 'sh_info'), 'sh_size')
        values = {'r_type': list(range(0, 45)) + [U32],
                  'r_offset': [0, size - 8, size - 4, size - 1, size, size + 1,
                               size + 4096, 1 << 31, 1 << 32, U64, U64 - 7],
                  'r_sym': [0, 1, e.n_syms - 1, e.n_syms, e.n_syms + 1,
                            1 << 20, U32],
                  'r_addend': [0, 1, U64, 1 << 31, (1 << 31) - 1, 1 << 32,
                               1 << 63, U64 - (1 << 31), 0x12345678]}
        aims = {'r_type': 'load.rela.type load.rela.overflow '
                          'load.rela.mcmodel', 'r_addend':
                'load.rela.overflow load.rela.mcmodel'}
        for f, vs in values.items():
            for v in vs:
                def field(c, r, sec=sec, n=n, f=f, v=v):
                    c.elf.rela(sec, r.randrange(n), f, v)
                if v >= 0:
                    yield f'rela:{name}:{f}={v:#x}', aims.get(f, ''), field

        def nonzero(c, r, sec=sec, n=n):
            t, off = rela_target(c.elf, sec, r.randrange(n))
            if c.elf.s(t, 'sh_type') == NOBITS:
                return False
            c.elf.poke(t, off + r.randrange(4), bytes([r.randrange(1, 256)]))
            return None
        yield (f'rela:{name}:target', 'load.rela.nonzero load.rela.nonzero.new '
               'load.rela.nonzero.6.3',
               nonzero)

        def twice(c, r, sec=sec, n=n):
            d = c.elf.data(sec)
            k = 24 * r.randrange(n)
            c.elf.replace(sec, d + d[k:k + 24])
        yield (f'rela:{name}:twice', 'load.rela.nonzero load.rela.nonzero.new '
               'load.rela.nonzero.6.3',
               twice)

        def dropped(c, r, sec=sec, n=n):
            c.elf.rela(sec, r.randrange(n), 'r_type', 0)
        yield f'rela:{name}:dropped', '', dropped
        yield (f'rela:{name}:all dropped', '',
               lambda c, _, sec=sec: c.elf.s(sec, 'sh_type', PROGBITS))
        for new in ('.klp.rela.vmlinux..text', '.klp.rela.x', '.klp.rela..x'):
            def klp(c, _, sec=sec, new=new):
                c.elf.rename(sec, new)
                c.elf.s(sec, 'sh_flags', c.elf.s(sec, 'sh_flags') | 0x100000)
            yield (f'rela:{name}:{new}', 'load.livepatch.section '
                   'load.livepatch.symbol load.livepatch.mark '
                   'load.livepatch.mark.new', klp)


# ------------------------------------------------------------------- modinfo

LICENSES = ['GPL', 'GPL v2', 'GPL and additional rights', 'Dual BSD/GPL',
            'Dual MIT/GPL', 'Dual MPL/GPL', 'Proprietary', 'GPL v2+', 'GPL ',
            '', 'gpl', 'MIT', 'BSD', 'x' * 300, 'GPL\x01', 'a%sb%n']
TAG_AIMS = {'license': 'note.license note.lockdep load.symbol.unknown',
            'intree': 'note.outoftree', 'retpoline': 'note.retpoline '
            'note.spectre', 'vermagic': 'load.vermagic note.force.vermagic '
            'load.vermagic.none',
            'import_ns': 'load.ns load.ns.module', 'name': 'load.vermagic'}


def without(tags, key):
    """All tags but those of a key."""
    return [t for t in tags if not t.startswith(key + '=')]


def vermagics(old):
    """(what, value) for the tag vermagic."""
    release, _, rest = old.partition(' ')
    yield 'release', f'9.9.9-other {rest}'
    yield 'no space', old.rstrip(' ')
    yield 'two spaces', old + ' '
    yield 'empty', ''
    yield 'release only', release
    yield 'release and space', release + ' '
    yield 'no modversions', old.replace('modversions ', '')
    yield 'no SMP', old.replace('SMP ', '')
    yield 'no release', rest
    yield 'leading space', ' ' + old
    yield 'double space', old.replace(' ', '  ', 1)
    yield 'upper', old.upper()
    yield 'long', old + 'x' * 900
    yield 'RT', old.replace('SMP', 'SMP preempt_rt')


def tag_values(e, key):
    """(what, list of "key=value") that take a tag's place."""
    old = [t for t in e.modinfo() if t.startswith(key + '=')]
    yield 'gone', []
    yield 'empty', [key + '=']
    yield 'no value', [key]
    yield 'twice', old + [key + '=other']
    yield 'other first', [key + '=other'] + old
    yield 'Y', [key + '=Y']
    if key == 'license':
        for v in LICENSES:
            yield v[:20], [f'license={v}']
    if key == 'vermagic' and old:
        for what, v in vermagics(old[0][9:]):
            yield what, [f'vermagic={v}']
    if key == 'import_ns':
        for v in ('CRYPTO_INTERNAL', 'module:x', 'module:*', 'NO_SUCH'):
            yield v, old + [f'import_ns={v}']
    if key == 'name':
        for v in ('other', 'a' * 55, 'a' * 56, 'a' * 200, 'printk', 'a%s',
                  'oracle_denied'):
            yield v[:20] + str(len(v)), [f'name={v}']


KEYS = ['vermagic', 'license', 'intree', 'retpoline', 'name', 'import_ns',
        'livepatch', 'staging', 'test', 'depends', 'version', 'srcversion',
        'parm', 'alias', 'description']


def modinfo(e):
    """Tags of .modinfo."""
    for key in KEYS:
        for what, new in tag_values(e, key):
            def put(c, _, key=key, new=tuple(new)):
                c.elf.set_modinfo(without(c.elf.modinfo(), key) + list(new))
            yield (f'modinfo:{key}:{what}', TAG_AIMS.get(key, f'note.{key}'),
                   put)

    def unterminated(c, _):
        c.elf.replace(c.elf.find('.modinfo'), b'\0'.join(
            t.encode('latin1') for t in c.elf.modinfo()))
    yield 'modinfo::no NUL', '', unterminated

    def empty(c, _):
        c.elf.set_modinfo([])
    yield 'modinfo::empty', 'note.force.vermagic note.license', empty

    def padded(c, r):
        tags = c.elf.modinfo()
        r.shuffle(tags)
        c.elf.replace(c.elf.find('.modinfo'), b'\0\0\0' + b'\0\0'.join(
            t.encode('latin1') for t in tags) + b'\0\0')
    yield 'modinfo::shuffled', '', padded

    def flip(c, r):
        i = c.elf.find('.modinfo')
        c.elf.poke(i, r.randrange(c.elf.s(i, 'sh_size')),
                   bytes([r.randrange(256)]))
    yield 'modinfo::byte', '', flip


# ------------------------------------------------------------------ versions

def versions(e):
    """Entries of __versions."""
    if not e.find('__versions'):
        return
    n = len(e.versions())
    pick = {'module_layout': lambda v, r: [x[1] for x in v].index(
        'module_layout'), 'any': lambda v, r: r.randrange(len(v))}
    change = {
        'crc+1': lambda v, i: v.__setitem__(i, (v[i][0] ^ 1, v[i][1])),
        'crc=0': lambda v, i: v.__setitem__(i, (0, v[i][1])),
        'high word': lambda v, i: v.__setitem__(i, (v[i][0] | 1 << 32, v[i][1])),
        'gone': lambda v, i: v.pop(i),
        'wrong first': lambda v, i: v.insert(0, (1, v[i][1])),
        'wrong last': lambda v, i: v.append((1, v[i][1])),
        'renamed': lambda v, i: v.__setitem__(i, (v[i][0], 'nobody')),
        'name of 56': lambda v, i: v.__setitem__(i, (v[i][0], 'n' * 56)),
    }
    for p, choose in pick.items():
        for w, do in change.items():
            def edit(c, r, choose=choose, do=do):
                v = c.elf.versions()
                do(v, choose(v, r))
                c.elf.set_versions(v)
            yield (f'versions:{p}:{w}', 'load.crc load.crc.layout '
                   'load.crc.none load.crc.layout.none note.crc.none '
                   'load.crc.force', edit)
    for cut in (0, 1, 63, 64, 64 * (n - 1), 64 * n - 1, 64 * n - 8):
        def tail(c, _, cut=cut):
            c.elf.s(c.elf.find('__versions'), 'sh_size', cut)
        yield (f'versions:size={cut}', 'load.crc.none load.crc.layout.none',
               tail)

    def shuffled(c, r):
        v = c.elf.versions()
        r.shuffle(v)
        c.elf.set_versions(v)
    yield 'versions:shuffled', '', shuffled
    for crcs, names_ in ((1, 0), (0, 1), (1, 1)):
        def ext(c, r, crcs=crcs, names_=names_):
            v = c.elf.versions()
            if r.randrange(2):
                v[r.randrange(len(v))] = (1, v[0][1])
            if crcs:
                c.elf.add_section('__version_ext_crcs', PROGBITS, A, b''.join(
                    struct.pack('<I', x[0]) for x in v))
            if names_:
                c.elf.add_section('__version_ext_names', PROGBITS, A, b''.join(
                    x[1].encode() + b'\0' for x in v[r.randrange(2):]))
        yield (f'versions:ext:{crcs}{names_}', 'load.crc.ext.pair '
               'load.crc.ext.count note.crc.ext.none', ext)


# -------------------------------------------------------------- struct module

THIS = '.gnu.linkonce.this_module'
NAMES = ['', 'a', 'a' * 55, 'a/b', '..', '.', 'with space', 'printk', 'kernel',
         'vmlinux', 'ndiswrapper', 'driverloader', 'lve', 'a-b', 'a%s%n',
         '\xff\xfe', 'oracle_denied', 'module', 'tcp_cubic', 'line\nbreak',
         'rcupdate', '/', 'x!y', 'oracle_base']


def this_module(e):
    """Bytes of struct module in the file."""
    i = e.find(THIS)
    size = e.s(i, 'sh_size')
    for name in NAMES:
        def call(c, _, name=name):
            c.elf.poke(i, 24, name.encode('latin1').ljust(56, b'\0'))
        yield (f'this:name={name!r}', 'load.builtin load.builtin.log '
               'load.livepatch.vmlinux note.license.name load.loaded '
               'load.livepatch.module load.sysfs.duplicate load.blacklist '
               'load.name.empty',
               call)

    def endless(c, _):
        c.elf.poke(i, 24, b'b' * 56)
    yield 'this:name without end', '', endless
    for off in range(0, size, 8):
        if 24 <= off < 80:
            continue
        for v in (1, 0x1000, 0x200, U64):
            def word(c, _, off=off, v=v):
                c.elf.poke(i, off, struct.pack('<Q', v))
            yield f'this:+{off}={v:#x}', 'load.symbol.unknown', word

    def noise(c, r):
        off = r.randrange(80, size)
        c.elf.poke(i, off, r.randbytes(r.randrange(1, 9))[:size - off])
    yield 'this:noise', '', noise
    for d in (-64, -8, -1, 1, 8, 64, 4096):
        yield (f'this:size{d:+}', 'load.this_module.size',
               lambda c, _, d=d: c.elf.replace(
                   i, (c.elf.data(i) + bytes(4096))[:size + d]))
    rel = e.find('.rela' + THIS)
    for k in range(e.s(rel, 'sh_size') // 24 if rel else 0):
        what = e.sym_name(e.rela(rel, k, 'r_sym'))
        yield (f'this:{what} dropped', 'unload.permanent',
               lambda c, _, k=k: c.elf.rela(rel, k, 'r_type', 0))
        yield (f'this:{what} moved', '', lambda c, r, k=k: c.elf.rela(
            rel, k, 'r_offset', 8 * r.randrange(size // 8)))


# ------------------------------------------------------------ exports, tables

def exports(e):
    """__ksymtab and its fellows."""
    for t in ('__ksymtab', '__ksymtab_gpl', '__kcrctab', '__kcrctab_gpl',
              '__kflagstab', '__ksymtab_strings'):
        i = e.find(t)
        if not i:
            continue
        size = e.s(i, 'sh_size')
        for cut in {0, 1, 4, 12, size - 4, size - 12, size - 1, size // 2}:
            if cut >= 0:
                yield (f'exports:{t}:size={cut}', 'note.force.exports '
                       'load.exports.crc load.symbol.flags',
                       lambda c, _, i=i, v=cut: c.elf.s(i, 'sh_size', v))
    i = e.find('__ksymtab_strings')
    if not i:
        return
    for word in ('_printk', 'printk', 'kfree', 'memcpy', 'jiffies',
                 'param_ops_int', 'oracle_base_one', 'same_name_twice'):
        def clash(c, r, word=word):
            d = c.elf.data(i)
            at = [m.start() for m in re.finditer(b'[^\0]+', d)
                  if len(m.group()) >= len(word)]
            if not at:
                return False
            end = len(word) + 1
            for k in at[:1 + (word == 'same_name_twice')]:
                c.elf.poke(i, k, (word.encode() + b'\0')[:end])
            return None
        yield f'exports:name={word}', 'load.symbol.duplicate', clash


def tables(e):
    """A byte of a section's content, chosen by the seed."""
    for i in e.alloc():
        if not e.s(i, 'sh_size') or e.s(i, 'sh_type') == NOBITS:
            continue
        for width in (1, 4, 8):
            def noise(c, r, i=i, width=width):
                n = c.elf.s(i, 'sh_size')
                c.elf.poke(i, r.randrange(n), r.randbytes(width)[:n])
            yield f'bytes:{e.name(i)}:{width}', '', noise
    p = e.find('__param')
    for k in range(e.s(p, 'sh_size') // 40 if p else 0):
        for off, v in ((24, 0), (24, 0o644), (24, 0o777), (26, 0xff), (27, 1),
                       (27, 2), (27, 4), (0, 1), (8, 1), (16, 1), (32, 1)):
            yield (f'param:{k}+{off}={v:#x}', 'load.rela.nonzero '
                   'note.param.unsafe load.param.lockdown',
                   lambda c, _, k=k, off=off, v=v: c.elf.poke(
                       p, 40 * k + off, bytes([v & 255])))


def btf(e):
    """.BTF."""
    i = e.find('.BTF')
    if not i:
        return
    for off in list(range(24)):
        yield (f'btf:head+{off}', BTF,
               lambda c, r, off=off: c.elf.poke(
                   i, off, bytes([r.randrange(256)])))
    for n in range(8):
        yield (f'btf:byte#{n}', BTF, lambda c, r: c.elf.poke(
            i, r.randrange(24, c.elf.s(i, 'sh_size')),
            bytes([r.randrange(256)])))
    for cut in (0, 1, 23, 24, 40, e.s(i, 'sh_size') - 1,
                e.s(i, 'sh_size') - 4):
        yield (f'btf:size={cut}', BTF,
               lambda c, _, v=cut: c.elf.s(i, 'sh_size', max(v, 0)))


# ------------------------------------------------------------------ signature

def trailer(sig_len, algo=0, hash_=0, kind=2, signer=0, key=0, pad=b'\0\0\0'):
    """struct module_signature and the marker."""
    return bytes([algo, hash_, kind, signer, key]) + pad + \
        struct.pack('>I', sig_len) + MARKER


SIG = 'load.sig.broken load.sig.params note.sig.type load.sig.rejected ' \
      'load.sig.crypto load.sig.nokey note.unsigned load.sig.unsigned ' \
      'load.sig.lockdown'


def signature(e):
    """What stands behind the file."""
    forms = {
        'marker': MARKER, 'half marker': MARKER[:-1], 'two markers': MARKER * 2,
        'marker+1': MARKER + b'x', 'empty': trailer(0),
        'huge': trailer(U32), 'all': trailer(len(e.b)),
        'all-1': trailer(len(e.b) - 1), 'pgp': trailer(0, kind=0),
        'x509': trailer(0, kind=1), 'kind 3': trailer(0, kind=3),
        'kind 255': trailer(0, kind=255), 'algo': trailer(0, algo=1),
        'hash': trailer(0, hash_=4), 'signer': trailer(0, signer=1),
        'key': trailer(0, key=1), 'pad0': trailer(0, pad=b'\1\0\0'),
        'pad2': trailer(0, pad=b'\0\0\1'),
        'zeros': bytes(200) + trailer(200), 'der': b'\x30\x03\x02\x01\x01'
        + trailer(5), 'der open': b'\x30\x80' + bytes(30) + trailer(32),
        'der long': b'\x30\x82\xff\xff' + bytes(30) + trailer(34),
    }
    for k, v in forms.items():
        def put(c, _, v=v):
            c.tail = v
        yield f'sig:{k}', SIG, put

    def real(c, _, edit=None):
        if not c.world.get('signed'):
            return False
        c.tail = c.world['signed']
        return None
    yield 'sig:of this file', SIG, real
    for n in range(12):
        def damaged(c, r):
            if not c.world.get('signed'):
                return False
            t = bytearray(c.world['signed'])
            t[r.randrange(len(t) - len(MARKER))] ^= 1 << r.randrange(8)
            c.tail = bytes(t)
            return None
        yield f'sig:damaged#{n}', SIG, damaged

    def tampered(c, r):
        if not c.world.get('signed'):
            return False
        c.tail = c.world['signed']
        i = c.elf.find('.modinfo')
        c.elf.poke(i, r.randrange(c.elf.s(i, 'sh_size')), b'x')
        return None
    yield 'sig:tampered', SIG, tampered

    def forced(c, _):
        if not c.world.get('signed'):
            return False
        c.tail, c.how = c.world['signed'], FILE | 1
        return None
    yield 'sig:of this file, forced', SIG, forced
    for k, (aims, _) in pkcs7.MADE.items():
        def made(c, _, k=k):
            if not c.world.get('signed'):
                return False
            m = pkcs7.made(c.world['signed'][:-len(trailer(0))], k)
            c.tail = m + trailer(len(m))
            return None
        yield f'sig:made:{k}', aims, made


def command_line(e):
    """What stands behind insmod's file name."""
    for text, aims in params.lines(e):
        def put(c, _, text=text):
            c.params = text
        yield f'args:{text[:60]}' + (f'...{len(text)}' if len(text) > 60
                                     else ''), aims, put


FAMILIES = [whole, ehdr, shdr, names, added, symbols, needs, relocations,
            modinfo, versions, this_module, exports, tables, btf, signature,
            command_line, arm64.family]


# ------------------------------------------------------------------- the list

def catalogue(data):
    """{name: (rules, function)} for a base."""
    e = Elf(data)
    ret = {'none': ('', lambda c, r: None)}
    for family in FAMILIES:
        for name, aims, do in family(e):
            ret.setdefault(name, (aims.split(), do))
    return ret


@functools.lru_cache(maxsize=32)
def cached_catalogue(data):
    """The same, kept."""
    return catalogue(data)


def mutant(data, name, seed, world=None):
    """A Case; None where the base has no such thing."""
    table = cached_catalogue(data)
    chosen = name.removesuffix(NO_INIT)  # the rest is to stay as it was
    c = Case(data, world)
    for part in name.split(' & '):
        if part not in table:
            return None
        r = random.Random(f'{chosen}/{part}/{seed}')
        try:
            if table[part][1](c, r) is False:
                return None
        except (struct.error, IndexError, TypeError, ValueError):
            # One breakage has taken away what the next one needs.
            return None
    return c


def combination(table, r):
    """Two or three names."""
    names_ = sorted(table)
    return ' & '.join(r.sample(names_, r.choice([2, 2, 3])))


def rules(src):
    """Ids of the rules about loading, from the tables."""
    ret = []
    for f in ('entry', 'elf', 'symbol', 'init', 'note'):
        with open(join(src, f'src/rules/reason_{f}.c'), encoding='utf-8') as t:
            ret += re.findall(r'\.id = "([^"]+)"', t.read())
    return ret


def load_base(path):
    """A base as it is broken: without its signature."""
    with open(path, 'rb') as f:
        return strip_signature(f.read())


def coverage(paths):
    """Prints how many mutants aim at each rule."""
    count = dict.fromkeys(rules(join(dirname(__file__), '../..')), 0)
    total = 0
    for p in paths:
        for aims, _ in catalogue(load_base(p)).values():
            total += 1
            for a in aims:
                count[a] = count.get(a, 0) + 1
    for rule, n in sorted(count.items()):
        if n:
            print(f'{n:7} {rule}')
    print(f'{total:7} names in all')
    print('without a mutant:', ' '.join(k for k, n in count.items() if not n))


def main(args):
    """See the top."""
    if len(args) == 2 and args[0] == 'names':
        for name, (aims, _) in catalogue(load_base(args[1])).items():
            print(name, ' '.join(aims), sep='\t')
    elif len(args) == 4 and args[0] == 'make':
        c = mutant(load_base(args[1]), args[2], int(args[3]))
        if not c:
            print('no such mutant', file=sys.stderr)
            return 1
        sys.stdout.buffer.write(c.file())
    elif len(args) > 1 and args[0] == 'coverage':
        coverage(args[1:])
    else:
        print(__doc__, file=sys.stderr)
        return 2
    return 0


if __name__ == '__main__':
    sys.exit(main(sys.argv[1:]))
