/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Damages one named thing in a module that mkko_build() made, by a table:
 * where it is, and what is written there. The module is trusted here.
 */
#include <elf.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "internal.h"

enum kind {
	EHDR, /* field of the file header                                    */
	SHDR, /* field of a section header                                   */
	DATA, /* bytes of a section; from its end where the offset is < 0    */
	SYM,  /* field of a symbol                                           */
	REL,  /* field of the first relocation of a section                  */
	TEXT, /* a string in a section becomes another one of that length    */
	CUT,  /* the file ends here; < 0: inside the section table */
	TAIL, /* bytes before the end of the file, big-endian                */
};

enum field {
	E_CLASS,
	E_DATA,
	E_TYPE,
	E_MACHINE,
	E_SHOFF,
	E_SHENTSIZE,
	E_SHNUM,
	E_SHSTRNDX,
	SH_NAME,
	SH_TYPE,
	SH_FLAGS,
	SH_ADDR,
	SH_OFFSET,
	SH_SIZE,
	SH_LINK,
	SH_INFO,
	SH_ALIGN,
	ST_NAME,
	ST_INFO,
	ST_SHNDX,
	ST_VALUE,
	ST_SIZE,
	R_OFFSET,
	R_SYM,
	R_TYPE,
	BYTES, /* not a field, but an offset */
};

struct brk {
	struct mkko_break b;
	enum kind kind;
	const char *at; /* section or symbol; TEXT: the text to find   */
	enum field field;
	int64_t off;	/* of BYTES                                    */
	unsigned width; /* of BYTES                                    */
	uint64_t value;
	const char *text; /* TEXT: the new one                           */
};

#define WORD 0xffff    /* the width of a pointer */
#define FAR 0x7ffffff0 /* outside any module, and no overflow          */
#define MOD ".gnu.linkonce.this_module"

#define E(name, what, f, v)                            \
	{                                              \
		{ name, what }, EHDR, NULL, f, 0, 0, v \
	}
#define SH(name, what, sec, f, v)                     \
	{                                             \
		{ name, what }, SHDR, sec, f, 0, 0, v \
	}
#define D(name, what, sec, off, w, v)                       \
	{                                                   \
		{ name, what }, DATA, sec, BYTES, off, w, v \
	}
#define SY(name, what, sym, f, v)                    \
	{                                            \
		{ name, what }, SYM, sym, f, 0, 0, v \
	}
#define RE(name, what, sec, f, v)                    \
	{                                            \
		{ name, what }, REL, sec, f, 0, 0, v \
	}
#define TX(name, what, old, new)                               \
	{                                                      \
		{ name, what }, TEXT, old, BYTES, 0, 0, 0, new \
	}
#define FILE_CUT(name, what, off)                     \
	{                                             \
		{ name, what }, CUT, NULL, BYTES, off \
	}
#define TA(name, what, off, w, v)                            \
	{                                                    \
		{ name, what }, TAIL, NULL, BYTES, off, w, v \
	}

/* clang-format off */
static const struct brk breaks[] = {
	FILE_CUT("elf.len", "the file ends inside the ELF header", 40),
	FILE_CUT("elf.cut", "the file ends inside the section table", -100),
	E("elf.magic", "the first byte of the file is not 0x7f", BYTES, 0x7e),
	E("elf.class", "the ELF class is neither 1 nor 2", E_CLASS, 7),
	E("elf.data", "the byte order is neither 1 nor 2", E_DATA, 9),
	E("elf.type", "a shared library instead of an object file", E_TYPE, ET_DYN),
	E("elf.machine", "made for a machine that does not exist", E_MACHINE, 0x7777),
	E("elf.shentsize", "section headers of 63 bytes", E_SHENTSIZE, 63),
	E("elf.shoff", "the section table is outside the file", E_SHOFF, FAR),
	E("elf.shnum", "more section headers than the file has room for", E_SHNUM, 0xfff0),
	E("elf.shnum.zero", "no section headers", E_SHNUM, 0),
	E("elf.shstrndx", "no section has the section names", E_SHSTRNDX, 0),
	E("elf.shstrndx.range", "the section names' section does not exist", E_SHSTRNDX, 0xfef0),
	SH("elf.secstrings.offset", "the section names are outside the file", ".shstrtab", SH_OFFSET, FAR),
	SH("elf.secstrings.empty", "the section name table is empty", ".shstrtab", SH_SIZE, 0),
	D("elf.secstrings.nul", "the section name table does not end in NUL", ".shstrtab", -1, 1, 'x'),
	SH("elf.section0", "section 0 has a type", "", SH_TYPE, SHT_PROGBITS),
	SH("elf.section0.size", "section 0 has a size", "", SH_SIZE, 1),
	SH("section.offset", ".init.text is outside the file", ".init.text", SH_OFFSET, FAR),
	SH("section.size", ".init.text reaches past the end of the file", ".init.text", SH_SIZE, FAR),
	SH("section.wrap", ".init.text ends before it starts", ".init.text", SH_SIZE, (uint64_t)-1),
	SH("section.name", "the name of .init.text is outside the name table", ".init.text", SH_NAME, FAR),
	SH("section.align", ".init.text is aligned to 3 bytes", ".init.text", SH_ALIGN, 3),
	SH("section.wx", ".init.text is writable, too", ".init.text", SH_FLAGS, SHF_ALLOC | SHF_EXECINSTR | SHF_WRITE),
	SH("symtab.missing", ".symtab is of another type", ".symtab", SH_TYPE, SHT_PROGBITS),
	SH("symtab.link", ".symtab names no string table", ".symtab", SH_LINK, 0),
	SH("symtab.link.range", ".symtab's string table does not exist", ".symtab", SH_LINK, 0xfff0),
	SH("symtab.offset", ".symtab is outside the file", ".symtab", SH_OFFSET, FAR),
	SH("symtab.size", ".symtab is not made of whole symbols", ".symtab", SH_SIZE, 1),
	SY("symtab.name", "the name of init_module is outside .strtab", "init_module", ST_NAME, FAR),
	SY("symtab.shndx", "the section of init_module does not exist", "init_module", ST_SHNDX, 0xfef0),
	SY("symtab.common", "cleanup_module is a common symbol", "cleanup_module", ST_SHNDX, SHN_COMMON),
	SY("symtab.value", "init_module starts outside its section", "init_module", ST_VALUE, FAR),
	D("strtab.nul", ".strtab does not end in NUL", ".strtab", -1, 1, 'x'),
	D("strtab.start", ".strtab does not start with NUL", ".strtab", 0, 1, 'x'),
	SH("strtab.offset", ".strtab is outside the file", ".strtab", SH_OFFSET, FAR),
	TX("modinfo.missing", ".modinfo has another name", ".modinfo", ".modinfx"),
	SH("modinfo.empty", ".modinfo is empty", ".modinfo", SH_SIZE, 0),
	SH("modinfo.noalloc", ".modinfo is not to be loaded", ".modinfo", SH_FLAGS, 0),
	D("modinfo.nonul", ".modinfo does not end in NUL", ".modinfo", -1, 1, 'x'),
	TX("modinfo.vermagic", "no vermagic", "vermagic=", "vermagix="),
	TX("modinfo.license", "no licence", "license=", "licensx="),
	TX("modinfo.name", "no name in .modinfo", "name=", "namx="),
	TX("modinfo.equals", "a string without '='", "depends=", "depends-"),
	TX("this_module.missing", "no struct module", MOD, ".gnu.linkonce.this_modulx"),
	SH("this_module.size", "struct module is too small", MOD, SH_SIZE, 16),
	SH("this_module.noalloc", "struct module is not to be loaded", MOD, SH_FLAGS, SHF_WRITE),
	SH("this_module.nobits", "struct module has no bytes", MOD, SH_TYPE, SHT_NOBITS),
	D("this_module.name.empty", "struct module has no name", MOD, 0, 0, 0),
	D("this_module.name.nonul", "the name in struct module does not end", MOD, 1, 0, 0),
	SH("versions.short", "__versions is not made of whole entries", "__versions", SH_SIZE, 65),
	D("versions.nonul", "a name in __versions does not end", "__versions", 8, 56, 'x'),
	D("versions.crc", "another CRC in __versions", "__versions", 0, WORD, 0xdeadbeef),
	TX("versions.missing", "no __versions", "__versions", "__versionx"),
	SH("versions.ext.crcs", "more names than CRCs", "__version_ext_crcs", SH_SIZE, 4),
	SH("versions.ext.names", "more CRCs than names", "__version_ext_names", SH_SIZE, 3),
	D("versions.ext.nonul", "the last name does not end", "__version_ext_names", -1, 1, 'x'),
	SH("ksymtab.size", "__ksymtab is not made of whole entries", "__ksymtab", SH_SIZE, 7),
	SH("ksymtab.offset", "__ksymtab is outside the file", "__ksymtab", SH_OFFSET, FAR),
	RE("ksymtab.reloc", "a relocation of __ksymtab names no symbol", "__ksymtab", R_SYM, 0xfffff),
	RE("ksymtab.hole", "a relocation of __ksymtab is outside of it", "__ksymtab", R_OFFSET, FAR),
	SH("ksymtab.norelocs", "__ksymtab has no relocations", "@rel__ksymtab", SH_TYPE, SHT_PROGBITS),
	D("ksymtab.strings", "the last exported name does not end", "__ksymtab_strings", -1, 1, 'x'),
	SH("kcrctab.size", "fewer CRCs than exported symbols", "__kcrctab", SH_SIZE, 4),
	RE("reloc.offset", "a relocation is outside its section", MOD, R_OFFSET, FAR),
	RE("reloc.symbol", "a relocation is for no symbol", MOD, R_SYM, 0xfffff),
	RE("reloc.type", "a relocation of a type that does not exist", MOD, R_TYPE, 0xee),
	SH("reloc.section", "relocations for a section that does not exist", "@rel" MOD, SH_INFO, 0xfff0),
	D("note.size", "the build id says that it is longer", ".note.gnu.build-id", 4, 4, FAR),
	TA("sig.marker", "the signature's end mark is damaged", 1, 1, 'x'),
	TA("sig.length", "the signature is longer than the file", 32, 4, FAR),
	TA("sig.length.zero", "the signature is empty", 32, 4, 0),
	TA("sig.idtype", "the signature is of a kind that does not exist", 38, 1, 9),
	TA("sig.pad", "the signature's trailer is not zero where it should be", 34, 1, 1),
	TA("sig.der", "the signature is no PKCS#7 message", 40, 0, 0),
};
/* clang-format on */

struct img {
	struct bytes *b;
	bool is64, be;
	unsigned w;
	uint64_t shoff, shnum, shstr;
};

static uint64_t get(const struct img *m, uint64_t off, unsigned width)
{
	uint64_t v = 0;

	(void)span_uint(bytes_span(m->b), off, width, m->be, &v);
	return v;
}

static int set(const struct img *m, uint64_t off, unsigned width, uint64_t v)
{
	if (off > m->b->n || width > m->b->n - off)
		return -ENOENT;
	poke(m->b->p + off, v, width, m->be);
	return 0;
}

static uint64_t shdr(const struct img *m, uint64_t i, enum field f,
		     unsigned *width)
{
	unsigned w = m->w;
	uint64_t h = m->shoff + i * (m->is64 ? 64 : 40);

	*width = 4;
	switch (f) {
	case SH_NAME:
		return h;
	case SH_TYPE:
		return h + 4;
	case SH_LINK:
		return h + 8 + 4 * w;
	case SH_INFO:
		return h + 12 + 4 * w;
	case SH_FLAGS:
		*width = w;
		return h + 8;
	case SH_ADDR:
		*width = w;
		return h + 8 + w;
	case SH_OFFSET:
		*width = w;
		return h + 8 + 2 * w;
	case SH_SIZE:
		*width = w;
		return h + 8 + 3 * w;
	default:
		*width = w;
		return h + 16 + 4 * w;
	}
}

static uint64_t sh(const struct img *m, uint64_t i, enum field f)
{
	unsigned width;
	uint64_t off = shdr(m, i, f, &width);

	return get(m, off, width);
}

static const char *str_at(const struct img *m, uint64_t off)
{
	return off < m->b->n ? (const char *)m->b->p + off : "";
}

/* "@relX" is the section with the relocations of X. */
static bool is_section(const char *name, const char *want)
{
	if (want[0] != '@')
		return str_eq(name, want);
	if (!str_starts(name, ".rel"))
		return false;
	name += 4 + (name[4] == 'a' && name[5] != 0);
	return str_eq(name, want + 4);
}

static bool find_section(const struct img *m, const char *name, uint64_t *ret)
{
	uint64_t strs = sh(m, m->shstr, SH_OFFSET);

	for (uint64_t i = 0; i < m->shnum; i++) {
		if (!is_section(str_at(m, strs + sh(m, i, SH_NAME)), name))
			continue;
		*ret = i;
		return true;
	}
	return false;
}

static int break_ehdr(const struct img *m, const struct brk *b)
{
	unsigned w = m->w;

	switch (b->field) {
	case BYTES:
		return set(m, 0, 1, b->value);
	case E_CLASS:
		return set(m, EI_CLASS, 1, b->value);
	case E_DATA:
		return set(m, EI_DATA, 1, b->value);
	case E_TYPE:
		return set(m, 16, 2, b->value);
	case E_MACHINE:
		return set(m, 18, 2, b->value);
	case E_SHOFF:
		return set(m, 24 + 2 * w, w, b->value);
	case E_SHENTSIZE:
		return set(m, 34 + 3 * w, 2, b->value);
	case E_SHNUM:
		return set(m, 36 + 3 * w, 2, b->value);
	default:
		return set(m, 38 + 3 * w, 2, b->value);
	}
}

static int break_shdr(const struct img *m, const struct brk *b)
{
	uint64_t i;
	unsigned width;

	if (!find_section(m, b->at, &i))
		return -ENOENT;

	uint64_t off = shdr(m, i, b->field, &width);

	return set(m, off, width, b->value);
}

/* Fills @n bytes of struct module's name, which stands behind 3 words. */
static int break_name(const struct img *m, uint64_t at, const struct brk *b)
{
	if (b->off)
		memset(m->b->p + at + 3 * m->w, 'x', 64 - m->w);
	else
		memset(m->b->p + at + 3 * m->w, 0, 64 - m->w);
	return 0;
}

static int break_data(const struct img *m, const struct brk *b)
{
	uint64_t i;

	if (!find_section(m, b->at, &i))
		return -ENOENT;

	uint64_t at = sh(m, i, SH_OFFSET);

	if (!b->width)
		return break_name(m, at, b);
	at += b->off < 0 ? sh(m, i, SH_SIZE) + (uint64_t)b->off
			 : (uint64_t)b->off;
	if (b->width == WORD)
		return set(m, at, m->w, b->value);
	if (b->width <= 8)
		return set(m, at, b->width, b->value);
	if (at > m->b->n || b->width > m->b->n - at)
		return -ENOENT;
	memset(m->b->p + at, (int)b->value, b->width);
	return 0;
}

static uint64_t sym_field(const struct img *m, uint64_t s, enum field f,
			  unsigned *width)
{
	bool x = m->is64;

	*width = m->w;
	switch (f) {
	case ST_NAME:
		*width = 4;
		return s;
	case ST_INFO:
		*width = 1;
		return s + (x ? 4 : 12);
	case ST_SHNDX:
		*width = 2;
		return s + (x ? 6 : 14);
	case ST_VALUE:
		return s + (x ? 8 : 4);
	default:
		return s + (x ? 16 : 8);
	}
}

static int break_sym(const struct img *m, const struct brk *b)
{
	uint64_t tab, str, size = m->is64 ? 24 : 16;
	unsigned width;

	if (!find_section(m, ".symtab", &tab) ||
	    !find_section(m, ".strtab", &str))
		return -ENOENT;
	str = sh(m, str, SH_OFFSET);
	for (uint64_t o = 0; o < sh(m, tab, SH_SIZE); o += size) {
		uint64_t s = sh(m, tab, SH_OFFSET) + o;

		if (!str_eq(str_at(m, str + get(m, s, 4)), b->at))
			continue;
		s = sym_field(m, s, b->field, &width);
		return set(m, s, width, b->value);
	}
	return -ENOENT;
}

static int break_rel(const struct img *m, const struct brk *b)
{
	_cleanup_free_ char *name = NULL;
	uint64_t i, info;

	if (asprintf(&name, "@rel%s", b->at) < 0) {
		name = NULL;
		return -ENOMEM;
	}
	if (!find_section(m, name, &i))
		return -ENOENT;

	uint64_t at = sh(m, i, SH_OFFSET);
	unsigned shift = m->is64 ? 32 : 8;
	uint64_t low = (UINT64_C(1) << shift) - 1;

	if (b->field == R_OFFSET)
		return set(m, at, m->w, b->value);
	if (m->is64 && get(m, 18, 2) == EM_MIPS)
		return b->field == R_SYM ? set(m, at + 8, 4, b->value)
					 : set(m, at + 15, 1, b->value);
	info = get(m, at + m->w, m->w);
	if (b->field == R_SYM)
		info = b->value << shift | (info & low);
	else
		info = (info & ~low) | b->value;
	return set(m, at + m->w, m->w, info);
}

/* The first place where @old starts a string. */
static int break_text(const struct img *m, const struct brk *b)
{
	size_t n = strlen(b->at);

	for (size_t i = 1; i + n < m->b->n; i++) {
		if (m->b->p[i - 1] || memcmp(m->b->p + i, b->at, n))
			continue;
		memcpy(m->b->p + i, b->text, n);
		return 0;
	}
	/* In .modinfo the first string follows code. */
	uint8_t *p = memmem(m->b->p, m->b->n, b->at, n);

	if (!p)
		return -ENOENT;
	memcpy(p, b->text, n);
	return 0;
}

static int break_tail(const struct img *m, const struct brk *b)
{
	static const char mark[] = "~Module signature appended~\n";
	size_t n = m->b->n;

	if (n < 40 || memcmp(m->b->p + n - 28, mark, 28))
		return -ENOENT;
	if (b->width) {
		poke(m->b->p + n - b->off, b->value, b->width, true);
		return 0;
	}
	/* The first byte of the message itself. */
	uint64_t len = 0;

	(void)span_uint(bytes_span(m->b), n - 32, 4, true, &len);
	m->b->p[n - 40 - len] = 0x31;
	return 0;
}

static int apply(const struct img *m, const struct brk *b)
{
	switch (b->kind) {
	case EHDR:
		return break_ehdr(m, b);
	case SHDR:
		return break_shdr(m, b);
	case DATA:
		return break_data(m, b);
	case SYM:
		return break_sym(m, b);
	case REL:
		return break_rel(m, b);
	case TEXT:
		return break_text(m, b);
	case CUT:
		m->b->n = b->off < 0 ? (size_t)(m->shoff + 100) :
				       (size_t)b->off;
		return 0;
	case TAIL:
		return break_tail(m, b);
	}
	return -EINVAL;
}

int mkko_break(struct bytes *b, const char *name)
{
	struct img m = { .b = b };

	m.is64 = b->p[EI_CLASS] == ELFCLASS64;
	m.be = b->p[EI_DATA] == ELFDATA2MSB;
	m.w = m.is64 ? 8 : 4;
	m.shoff = get(&m, 24 + 2 * m.w, m.w);
	m.shnum = get(&m, 36 + 3 * m.w, 2);
	m.shstr = get(&m, 38 + 3 * m.w, 2);
	for (size_t i = 0; i < ARRAY_SIZE(breaks); i++)
		if (str_eq(breaks[i].b.name, name))
			return apply(&m, &breaks[i]);
	return -EINVAL;
}

const struct mkko_break *mkko_breaks(void)
{
	static struct mkko_break list[ARRAY_SIZE(breaks) + 1];

	for (size_t i = 0; i < ARRAY_SIZE(breaks); i++)
		list[i] = breaks[i].b;
	return list;
}
