# SPDX-License-Identifier: GPL-2.0-or-later
"""A module's file, field by field, so that one of them can be broken.

Offsets are kept, not values: what is read is what stands in the bytes now.
Nothing here checks anything; a broken file is the purpose.
"""
import struct

EHDR = {'e_type': (16, 'H'), 'e_machine': (18, 'H'), 'e_version': (20, 'I'),
        'e_entry': (24, 'Q'), 'e_phoff': (32, 'Q'), 'e_shoff': (40, 'Q'),
        'e_flags': (48, 'I'), 'e_ehsize': (52, 'H'), 'e_phentsize': (54, 'H'),
        'e_phnum': (56, 'H'), 'e_shentsize': (58, 'H'), 'e_shnum': (60, 'H'),
        'e_shstrndx': (62, 'H')}
SHDR = {'sh_name': (0, 'I'), 'sh_type': (4, 'I'), 'sh_flags': (8, 'Q'),
        'sh_addr': (16, 'Q'), 'sh_offset': (24, 'Q'), 'sh_size': (32, 'Q'),
        'sh_link': (40, 'I'), 'sh_info': (44, 'I'), 'sh_addralign': (48, 'Q'),
        'sh_entsize': (56, 'Q')}
SYM = {'st_name': (0, 'I'), 'st_info': (4, 'B'), 'st_other': (5, 'B'),
       'st_shndx': (6, 'H'), 'st_value': (8, 'Q'), 'st_size': (16, 'Q')}
RELA = {'r_offset': (0, 'Q'), 'r_type': (8, 'I'), 'r_sym': (12, 'I'),
        'r_addend': (16, 'Q')}
WIDTH = {'B': 1, 'H': 2, 'I': 4, 'Q': 8}

W, A, X = 1, 2, 4
PROGBITS, SYMTAB, STRTAB, RELA_T, NOBITS = 1, 2, 3, 4, 8
MARKER = b'~Module signature appended~\n'


def strip_signature(data):
    """Without what sign-file appended."""
    if not data.endswith(MARKER):
        return data
    end = len(data) - len(MARKER)
    size, = struct.unpack('>I', data[end - 4:end])
    return data[:end - 12 - size]


class Elf:
    """One module."""

    def __init__(self, data):
        self.b = bytearray(data)
        self.shoff = self.e('e_shoff')
        self.n = self.e('e_shnum')
        self.names = self.e('e_shstrndx')
        self.symtab = next(i for i in range(self.n)
                           if self.s(i, 'sh_type') == SYMTAB)
        self.strtab = self.s(self.symtab, 'sh_link')
        self.n_syms = self.s(self.symtab, 'sh_size') // 24
        self.by_name = {}
        for i in range(self.n):
            self.by_name.setdefault(self.name(i), i)

    # ------------------------------------------------------------- fields
    def _get(self, at, fmt):
        return struct.unpack_from('<' + fmt, self.b, at)[0]

    def _set(self, at, fmt, v):
        v &= (1 << 8 * WIDTH[fmt]) - 1
        struct.pack_into('<' + fmt, self.b, at, v)

    def e(self, field, v=None):
        """A field of the header, read or set."""
        at, fmt = EHDR[field]
        return self._get(at, fmt) if v is None else self._set(at, fmt, v)

    def s(self, i, field, v=None):
        """A field of section header i."""
        at, fmt = SHDR[field]
        at += self.shoff + 64 * i
        return self._get(at, fmt) if v is None else self._set(at, fmt, v)

    def sym(self, i, field, v=None):
        """A field of symbol i."""
        at, fmt = SYM[field]
        at += self.s(self.symtab, 'sh_offset') + 24 * i
        return self._get(at, fmt) if v is None else self._set(at, fmt, v)

    def rela(self, sec, i, field, v=None):
        """A field of relocation i of section sec."""
        at, fmt = RELA[field]
        at += self.s(sec, 'sh_offset') + 24 * i
        return self._get(at, fmt) if v is None else self._set(at, fmt, v)

    # ------------------------------------------------------------ strings
    def string(self, sec, off):
        """The string at an offset of a section."""
        at = self.s(sec, 'sh_offset') + off
        end = self.b.find(b'\0', at)
        return self.b[at:end].decode('latin1')

    def name(self, i):
        """The name of section i."""
        return self.string(self.names, self.s(i, 'sh_name'))

    def sym_name(self, i):
        """The name of symbol i; sections have none."""
        return self.string(self.strtab, self.sym(i, 'st_name'))

    def find(self, name):
        """Index of a section, or None."""
        return self.by_name.get(name)

    # ------------------------------------------------------------ content
    def data(self, i):
        """A section's bytes."""
        if self.s(i, 'sh_type') == NOBITS:
            return b''
        at = self.s(i, 'sh_offset')
        return bytes(self.b[at:at + self.s(i, 'sh_size')])

    def poke(self, i, off, data):
        """Overwrites bytes of a section."""
        at = self.s(i, 'sh_offset') + off
        self.b[at:at + len(data)] = data

    def append(self, data, align=16):
        """Bytes at the end of the file; their offset."""
        self.b += bytes(-len(self.b) % align)
        at = len(self.b)
        self.b += data
        return at

    def replace(self, i, data):
        """A section gets other bytes."""
        self.s(i, 'sh_offset', self.append(data))
        self.s(i, 'sh_size', len(data))

    def add_name(self, name):
        """A new section name; its offset."""
        old = self.data(self.names)
        self.replace(self.names, old + name.encode('latin1') + b'\0')
        return len(old)

    def rename(self, i, name):
        """Section i gets another name; others keep theirs."""
        self.s(i, 'sh_name', self.add_name(name))

    def add_string(self, text):
        """A new symbol name; its offset."""
        old = self.data(self.strtab)
        self.replace(self.strtab, old + text.encode('latin1') + b'\0')
        return len(old)

    def add_section(self, name, kind, flags, data, **fields):
        """A new section behind the last; its index."""
        off = self.append(data)
        sh_name = self.add_name(name)
        table = bytes(self.b[self.shoff:self.shoff + 64 * self.n])
        head = bytearray(64)
        self.shoff = self.append(table + head)
        self.e('e_shoff', self.shoff)
        self.n += 1
        self.e('e_shnum', self.n)
        values = {'sh_name': sh_name, 'sh_type': kind, 'sh_flags': flags,
                  'sh_offset': off, 'sh_size': len(data), 'sh_addralign': 1}
        values.update(fields)
        for k, v in values.items():
            self.s(self.n - 1, k, v)
        return self.n - 1

    def add_symbol(self, name, info, shndx, value, size=0):
        """A new symbol behind the last; its index."""
        off = self.add_string(name)
        self.replace(self.symtab, self.data(self.symtab) +
                     struct.pack('<IBBHQQ', off, info, 0, shndx, value, size))
        self.n_syms += 1
        return self.n_syms - 1

    # ---------------------------------------------------------- questions
    def alloc(self):
        """Sections that stay in memory."""
        return [i for i in range(1, self.n) if self.s(i, 'sh_flags') & A]

    def relas(self, alloc=True):
        """Sections of relocations of sections that stay in memory."""
        return [i for i in range(1, self.n) if self.s(i, 'sh_type') == RELA_T
                and self.s(i, 'sh_size')
                and (not alloc or self.s(self.s(i, 'sh_info'), 'sh_flags') & A)]

    def syms(self, want):
        """Indexes of symbols for which want(index) holds."""
        return [i for i in range(1, self.n_syms) if want(i)]

    def undefined(self):
        """Symbols that others define."""
        return self.syms(lambda i: self.sym(i, 'st_shndx') == 0)

    def modinfo(self):
        """The tags, as "key=value"."""
        i = self.find('.modinfo')
        return [x.decode('latin1') for x in self.data(i).split(b'\0') if x]

    def set_modinfo(self, tags):
        """Replaces all tags."""
        self.replace(self.find('.modinfo'),
                     b''.join(t.encode('latin1') + b'\0' for t in tags))

    def versions(self):
        """(crc, name) of each entry of __versions."""
        i = self.find('__versions')
        d = self.data(i) if i else b''
        return [(struct.unpack_from('<Q', d, k)[0],
                 d[k + 8:k + 64].split(b'\0')[0].decode('latin1'))
                for k in range(0, len(d) - 63, 64)]

    def set_versions(self, entries):
        """Replaces all entries."""
        self.replace(self.find('__versions'), b''.join(
            struct.pack('<Q', c) + n.encode('latin1').ljust(56, b'\0')
            for c, n in entries))

    def needed(self):
        """The modules that it names in depends=."""
        for t in self.modinfo():
            if t.startswith('depends='):
                return [x for x in t[8:].split(',') if x]
        return []

    def module_name(self):
        """The name in struct module."""
        i = self.find('.gnu.linkonce.this_module')
        return self.data(i)[24:80].split(b'\0')[0].decode('latin1')
