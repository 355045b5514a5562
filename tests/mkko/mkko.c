/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Makes a module: first its sections in memory, each with symbols and
 * relocations that name sections and symbols by number, then the file.
 *
 *	header | sections in order | .rela.* | .symtab .strtab .shstrtab | table
 */
#include "mkko.h"

#include <elf.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "internal.h"

#define MAX_SECTIONS 64

struct reloc {
	uint64_t off;
	uint32_t type;
	size_t sym; /* as add_symbol() numbered it */
	int64_t addend;
};

struct section {
	const char *name;
	uint32_t type;
	uint64_t flags;
	uint64_t align, entsize;
	uint32_t link, info;
	struct text data;
	uint64_t nobits;
	struct reloc *rel;
	size_t n_rel;
	uint64_t offset;
};

struct symbol {
	uint64_t name; /* in .strtab */
	uint64_t value, size;
	uint16_t shndx;
	uint8_t bind, type;
	uint64_t final; /* index in .symtab: local ones come first */
};

struct build {
	const struct mkko *m;
	const struct mkko_machine *mach;
	unsigned w; /* bytes of a pointer */
	struct section s[MAX_SECTIONS];
	unsigned n;
	struct symbol *sym;
	size_t n_sym;
	struct text strtab;
	char rel_names[MAX_SECTIONS][64];
	int err;
};

static void build_fini(struct build *b)
{
	for (unsigned i = 0; i < b->n; i++) {
		text_fini(&b->s[i].data);
		free(b->s[i].rel);
	}
	free(b->sym);
	text_fini(&b->strtab);
}

static unsigned add_section(struct build *b, const char *name, uint32_t type,
			    uint64_t flags, uint64_t align)
{
	if (b->n == MAX_SECTIONS)
		abort();
	b->s[b->n] = (struct section){
		.name = name,
		.type = type,
		.flags = flags,
		.align = align,
	};
	return b->n++;
}

static unsigned progbits(struct build *b, const char *name, uint64_t flags,
			 uint64_t align)
{
	return add_section(b, name, SHT_PROGBITS, flags, align);
}

/* Grows an array by one, zeroed; NULL: no memory, noted in b->err. */
static void *grow(struct build *b, void *p, size_t n, size_t size)
{
	char *q = realloc(p, (n + 1) * size);

	if (q)
		memset(q + n * size, 0, size);
	else
		b->err = -ENOMEM;
	return q;
}

static size_t add_symbol(struct build *b, const char *name, uint8_t bind,
			 uint8_t type, unsigned shndx, uint64_t value,
			 uint64_t size)
{
	struct symbol *v = grow(b, b->sym, b->n_sym, sizeof(*v));

	if (!v)
		return 0;
	b->sym = v;
	v[b->n_sym] = (struct symbol){
		.name = *name ? b->strtab.n : 0,
		.value = value,
		.size = size,
		.shndx = (uint16_t)shndx,
		.bind = bind,
		.type = type,
	};
	if (*name)
		text_add_bytes(&b->strtab, name, strlen(name) + 1);
	return b->n_sym++;
}

static size_t section_symbol(struct build *b, unsigned sec)
{
	return add_symbol(b, "", STB_LOCAL, STT_SECTION, sec, 0, 0);
}

static void add_reloc(struct build *b, unsigned sec, uint64_t off,
		      uint32_t type, size_t sym, int64_t addend)
{
	struct section *s = &b->s[sec];
	struct reloc *v = grow(b, s->rel, s->n_rel, sizeof(*v));

	if (!v)
		return;
	s->rel = v;
	v[s->n_rel++] = (struct reloc){ off, type, sym, addend };
}

static void put_str(struct text *t, const char *key, const char *value)
{
	text_addf(t, "%s=%s", key, value);
	text_add_bytes(t, "", 1);
}

static void add_modinfo(struct build *b)
{
	const struct mkko *m = b->m;
	struct text *t = &b->s[progbits(b, ".modinfo", SHF_ALLOC, 1)].data;

	put_str(t, "license", m->license ? m->license : "GPL");
	for (const char *const *i = m->info; i && *i; i++)
		text_add_bytes(t, *i, strlen(*i) + 1);
	put_str(t, "depends", m->depends ? m->depends : "");
	if (str_eq(b->mach->name, "x86_64"))
		put_str(t, "retpoline", "Y");
	put_str(t, "name", m->name ? m->name : "mkko");
	put_str(t, "vermagic",
		m->vermagic ? m->vermagic
			    : "6.1.0 SMP preempt mod_unload modversions ");
}

static void add_build_id(struct build *b)
{
	struct text *t = &b->s[add_section(b, ".note.gnu.build-id", SHT_NOTE,
					   SHF_ALLOC, 4)]
				  .data;
	bool be = b->mach->be;

	put(t, 4, 4, be);
	put(t, 20, 4, be);
	put(t, NT_GNU_BUILD_ID, 4, be);
	text_add_bytes(t, "GNU", 4);
	text_add(t, "mkko-build-id-here!!");
}

/* A function that returns 0, in a section of its own. */
static size_t add_function(struct build *b, const char *sec, const char *name)
{
	unsigned i = progbits(b, sec, SHF_ALLOC | SHF_EXECINSTR, 16);
	struct text *t = &b->s[i].data;

	if (b->mach->ret0)
		text_add_bytes(t, b->mach->ret0, b->mach->ret0_n);
	put_zeros(t, 16 - t->n % 16);
	return add_symbol(b, name, STB_GLOBAL, STT_FUNC, i, 0, t->n);
}

static uint32_t or_default(uint32_t v, uint32_t d64, uint32_t d32, bool is64)
{
	return v ? v : is64 ? d64 : d32;
}

static void add_this_module(struct build *b, size_t init, size_t exit)
{
	const struct mkko *m = b->m;
	bool is64 = b->mach->is64;
	uint32_t size = or_default(m->this_size, 896, 448, is64);
	unsigned i = progbits(b, ".gnu.linkonce.this_module",
			      SHF_ALLOC | SHF_WRITE, 64);
	struct text *t = &b->s[i].data;
	const char *name = m->name ? m->name : "mkko";
	size_t n = strlen(name);

	if (n >= 64 - b->w || 3 * b->w + n >= size) {
		b->err = -EINVAL;
		return;
	}
	put_zeros(t, 3 * b->w);
	text_add_bytes(t, name, n);
	put_zeros(t, size - t->n);
	(void)add_symbol(b, "__this_module", STB_GLOBAL, STT_OBJECT, i, 0,
			 size);
	add_reloc(b, i, or_default(m->this_init, 0x138, 0x9c, is64),
		  b->mach->abs_word, init, 0);
	add_reloc(b, i, or_default(m->this_exit, 0x350, 0x1a8, is64),
		  b->mach->abs_word, exit, 0);
}

static void add_needs(struct build *b)
{
	for (size_t i = 0; i < b->m->n_needs; i++) {
		const struct mkko_need *n = &b->m->needs[i];

		if (!n->only_version)
			(void)add_symbol(b, n->name,
					 n->weak ? STB_WEAK : STB_GLOBAL,
					 STT_NOTYPE, SHN_UNDEF, 0, 0);
	}
}

static void add_versions(struct build *b)
{
	struct text *t = &b->s[progbits(b, "__versions", SHF_ALLOC, 32)].data;

	for (size_t i = 0; i < b->m->n_needs; i++) {
		const struct mkko_need *n = &b->m->needs[i];

		if (strlen(n->name) >= 64 - b->w) {
			b->err = -EINVAL;
			return;
		}
		put(t, n->crc, b->w, b->mach->be);
		text_add(t, n->name);
		put_zeros(t, 64 - t->n % 64);
	}
}

static void add_ext_versions(struct build *b)
{
	unsigned c = progbits(b, "__version_ext_crcs", SHF_ALLOC, 4);
	unsigned n = progbits(b, "__version_ext_names", SHF_ALLOC, 1);

	for (size_t i = 0; i < b->m->n_needs; i++) {
		const struct mkko_need *e = &b->m->needs[i];

		put(&b->s[c].data, e->crc, 4, b->mach->be);
		text_add_bytes(&b->s[n].data, e->name, strlen(e->name) + 1);
	}
}

/* Sections that the exports go to. */
struct tables {
	unsigned text, strings, rodata;
	size_t sym_strings, sym_rodata;
};

/* One field of an entry of __ksymtab: means symbol @sym plus @addend. */
static void put_field(struct build *b, unsigned sec, bool prel, size_t sym,
		      int64_t addend)
{
	const struct mkko_machine *m = b->mach;
	struct text *t = &b->s[sec].data;

	if (!prel) {
		add_reloc(b, sec, t->n, m->abs_word, sym, addend);
		put_zeros(t, b->w);
		return;
	}
	add_reloc(b, sec, t->n, m->prel32, sym, addend);
	if (m->sub32)
		add_reloc(b, sec, t->n, m->sub32, section_symbol(b, sec),
			  (int64_t)t->n);
	put_zeros(t, 4);
}

static void put_crc(struct build *b, unsigned sec, const struct tables *at,
		    const struct mkko_export *e)
{
	struct text *t = &b->s[sec].data, *ro = &b->s[at->rodata].data;
	_cleanup_free_ char *name = NULL;

	switch (b->m->crc) {
	case MKKO_CRC_PLAIN:
		put(t, e->crc, 4, b->mach->be);
		break;
	case MKKO_CRC_REF:
		/* As a place-relative or a plain 32-bit reference. */
		add_reloc(b, sec, t->n,
			  b->mach->prel32 && !b->mach->sub32 ? b->mach->prel32
							     : b->mach->abs32,
			  at->sym_rodata, (int64_t)ro->n);
		put_zeros(t, 4);
		put(ro, e->crc, 4, b->mach->be);
		break;
	case MKKO_CRC_ABS:
		if (asprintf(&name, "__crc_%s", e->name) < 0) {
			name = NULL;
			b->err = -ENOMEM;
			return;
		}
		add_reloc(b, sec, t->n, b->mach->abs_word,
			  add_symbol(b, name, STB_GLOBAL, STT_NOTYPE, SHN_ABS,
				     e->crc, 0),
			  0);
		put_zeros(t, b->w);
		break;
	case MKKO_CRC_NONE:
		break;
	}
}

static void put_export(struct build *b, unsigned sec, unsigned crc_sec,
		       const struct tables *at, const struct mkko_export *e)
{
	struct section *text = &b->s[at->text];
	struct text *str = &b->s[at->strings].data;
	bool prel = b->mach->prel32 && b->m->form != MKKO_FORM_ABS &&
		    b->m->form != MKKO_FORM_OLD;
	size_t fn = add_symbol(b, e->name, STB_GLOBAL, STT_FUNC, at->text,
			       text->data.n, 16);
	int64_t name_off = (int64_t)str->n;

	put_zeros(&text->data, 16);
	text_add_bytes(str, e->name, strlen(e->name) + 1);

	int64_t ns_off = (int64_t)str->n;

	text_add_bytes(str, e->ns ? e->ns : "", e->ns ? strlen(e->ns) + 1 : 1);
	put_field(b, sec, prel, fn, 0);
	put_field(b, sec, prel, at->sym_strings, name_off);
	if (b->m->form != MKKO_FORM_OLD)
		put_field(b, sec, prel, at->sym_strings, ns_off);
	if (crc_sec)
		put_crc(b, crc_sec, at, e);
}

/* All exports that go to one table. */
static void add_export_table(struct build *b, const struct tables *at, bool gpl,
			     const char *name, const char *crc_name)
{
	bool flags = b->m->form == MKKO_FORM_FLAGS;
	unsigned sec = 0, crc = 0, flag = 0;

	for (size_t i = 0; i < b->m->n_exports; i++) {
		const struct mkko_export *e = &b->m->exports[i];

		if (!flags && e->gpl != gpl)
			continue;
		if (!sec) {
			sec = progbits(b, name, SHF_ALLOC, 4);
			if (b->m->crc != MKKO_CRC_NONE)
				crc = progbits(b, crc_name, SHF_ALLOC, 4);
			if (flags)
				flag = progbits(b, "__kflagstab", SHF_ALLOC, 1);
		}
		put_export(b, sec, crc, at, e);
		if (flags)
			put(&b->s[flag].data, e->gpl, 1, false);
	}
}

static void add_exports(struct build *b)
{
	struct tables at = { 0 };

	at.text = progbits(b, ".text", SHF_ALLOC | SHF_EXECINSTR, 16);
	at.strings = progbits(b, "__ksymtab_strings",
			      SHF_ALLOC | SHF_MERGE | SHF_STRINGS, 1);
	b->s[at.strings].entsize = 1;
	at.rodata = progbits(b, ".rodata", SHF_ALLOC, 4);
	at.sym_strings = section_symbol(b, at.strings);
	at.sym_rodata = section_symbol(b, at.rodata);
	add_export_table(b, &at, false, "__ksymtab", "__kcrctab");
	if (b->m->form != MKKO_FORM_FLAGS)
		add_export_table(b, &at, true, "__ksymtab_gpl",
				 "__kcrctab_gpl");
}

static size_t import(struct build *b, const char *name)
{
	return add_symbol(b, name, STB_GLOBAL, STT_NOTYPE, SHN_UNDEF, 0, 0);
}

/* struct kernel_param of mkko_count. */
static void add_param(struct build *b, unsigned data, uint64_t at)
{
	unsigned str = progbits(b, ".rodata.str1.1", SHF_ALLOC, 1);
	unsigned i = progbits(b, "__param", SHF_ALLOC, 8);
	struct text *t = &b->s[i].data;
	unsigned w = b->w;

	text_add_bytes(&b->s[str].data, "mkko_count", 11);
	put_zeros(t, 3 * w);
	put(t, 0644, 2, b->mach->be);
	put(t, 0xff, 1, false); /* level -1 */
	put_zeros(t, 2 * w - 3);
	add_reloc(b, i, 0, b->mach->abs_word, section_symbol(b, str), 0);
	add_reloc(b, i, 2 * w, b->mach->abs_word, import(b, "param_ops_int"),
		  0);
	add_reloc(b, i, 4 * w, b->mach->abs_word, section_symbol(b, data),
		  (int64_t)at);
}

/* mkko_fops: open, owner, llseek; behind it mkko_count. */
static void add_pointers(struct build *b)
{
	size_t open = add_function(b, ".text", "mkko_open");
	unsigned i = progbits(b, ".data", SHF_ALLOC | SHF_WRITE, 8);
	struct text *t = &b->s[i].data;
	unsigned w = b->w;

	put_zeros(t, 3 * w);
	put(t, 7, 4, b->mach->be);
	(void)add_symbol(b, "mkko_fops", STB_LOCAL, STT_OBJECT, i, 0, 3 * w);
	(void)add_symbol(b, "mkko_count", STB_LOCAL, STT_OBJECT, i, 3 * w, 4);
	add_reloc(b, i, 0, b->mach->abs_word, open, 0);
	add_reloc(b, i, 2 * w, b->mach->abs_word, import(b, "noop_llseek"), 0);
	add_param(b, i, 3 * w);
}

static void add_places(struct build *b)
{
	unsigned i = progbits(b, ".text", SHF_ALLOC | SHF_EXECINSTR, 8);
	size_t self = section_symbol(b, i);

	for (size_t k = 0; k < b->m->n_places; k++) {
		const struct mkko_place *p = &b->m->places[k];
		size_t sym = self;
		int64_t addend = p->addend;

		if (p->number) {
			sym = add_symbol(b, "number", STB_LOCAL, STT_NOTYPE,
					 SHN_ABS, (uint64_t)addend, 0);
			addend = 0;
		} else if (p->of) {
			sym = import(b, p->of);
		} else {
			addend += (int64_t)(8 * k);
		}
		put(&b->s[i].data, 0, 8, b->mach->be);
		add_reloc(b, i, 8 * k, p->type, sym, addend);
	}
}

/* Kernel: arch/arm64/include/asm/module.lds.h */
static void add_plts(struct build *b)
{
	static const char *const names[] = { ".plt", ".init.plt",
					     ".text.ftrace_trampoline" };

	for (size_t i = 0; i < ARRAY_SIZE(names); i++)
		put(&b->s[progbits(b, names[i], SHF_ALLOC | SHF_EXECINSTR, 1)]
			     .data,
		    0, 1, false);
}

static void add_content(struct build *b)
{
	(void)add_section(b, "", SHT_NULL, 0, 0);
	text_add_bytes(&b->strtab, "", 1);
	(void)add_symbol(b, "", STB_LOCAL, STT_NOTYPE, SHN_UNDEF, 0, 0);
	(void)add_symbol(b, "mkko.c", STB_LOCAL, STT_FILE, SHN_ABS, 0, 0);
	add_build_id(b);

	size_t init = add_function(b, ".init.text", "init_module");
	size_t exit = add_function(b, ".exit.text", "cleanup_module");

	add_modinfo(b);
	if (b->m->versions)
		add_versions(b);
	if (b->m->ext_versions)
		add_ext_versions(b);
	if (b->m->n_exports)
		add_exports(b);
	if (b->m->tables)
		add_pointers(b);
	if (b->m->n_places)
		add_places(b);
	if (b->m->plts)
		add_plts(b);
	if (b->m->btf.n)
		text_add_bytes(&b->s[progbits(b, ".BTF", 0, 1)].data,
			       b->m->btf.p, b->m->btf.n);
	add_this_module(b, init, exit);
	add_section(b, ".bss", SHT_NOBITS, SHF_ALLOC | SHF_WRITE, 1);
	add_section(b, ".note.GNU-stack", SHT_PROGBITS, 0, 1);
	add_needs(b);
}

/* Writes .symtab, local symbols first. */
static void emit_symbols(struct build *b, unsigned symtab)
{
	struct section *s = &b->s[symtab];
	bool be = b->mach->be;
	uint64_t n = 0;

	for (int global = 0; global < 2; global++) {
		if (global)
			s->info = (uint32_t)n;
		for (size_t i = 0; i < b->n_sym; i++) {
			struct symbol *y = &b->sym[i];
			uint8_t info = (uint8_t)(y->bind << 4 | y->type);

			if ((y->bind != STB_LOCAL) != global)
				continue;
			y->final = n++;
			put(&s->data, y->name, 4, be);
			if (b->mach->is64)
				put(&s->data, info, 2, false);
			else
				put(&s->data, y->value, 4, be);
			if (b->mach->is64)
				put(&s->data, y->shndx, 2, be);
			else
				put(&s->data, y->size, 4, be);
			if (!b->mach->is64) {
				put(&s->data, info, 2, false);
				put(&s->data, y->shndx, 2, be);
				continue;
			}
			put(&s->data, y->value, 8, be);
			put(&s->data, y->size, 8, be);
		}
	}
	s->entsize = b->mach->is64 ? 24 : 16;
}

static void emit_reloc(struct build *b, struct text *t, struct section *of,
		       const struct reloc *r)
{
	const struct mkko_machine *m = b->mach;
	uint64_t sym = b->sym[r->sym].final;

	put(t, r->off, b->w, m->be);
	if (m->is64 && m->em == EM_MIPS) {
		put(t, sym, 4, m->be);
		put_zeros(t, 3);
		put(t, r->type, 1, false);
	} else if (m->is64) {
		put(t, sym << 32 | r->type, 8, m->be);
	} else {
		put(t, sym << 8 | r->type, 4, m->be);
	}
	if (m->rela)
		put(t, (uint64_t)r->addend, b->w, m->be);
	else if (of->data.p)
		poke((uint8_t *)of->data.p + r->off, (uint64_t)r->addend, 4,
		     m->be);
}

/* The sections that only linkers and loaders read. */
static unsigned add_tables(struct build *b)
{
	static const char *const prefix[] = { ".rel", ".rela" };
	unsigned content = b->n, n_rel = 0, symtab;

	for (unsigned i = 0; i < content; i++)
		n_rel += !!b->s[i].n_rel;
	symtab = content + n_rel;

	/* Numbers are known before the relocations are written. */
	struct section tmp = { .name = ".symtab",
			       .type = SHT_SYMTAB,
			       .align = b->w };

	b->s[symtab] = tmp;
	emit_symbols(b, symtab);
	for (unsigned i = 0; i < content; i++) {
		if (!b->s[i].n_rel)
			continue;
		(void)snprintf(b->rel_names[b->n], sizeof(b->rel_names[0]),
			       "%s%s", prefix[b->mach->rela], b->s[i].name);

		unsigned r = add_section(b, b->rel_names[b->n],
					 b->mach->rela ? SHT_RELA : SHT_REL,
					 SHF_INFO_LINK, b->w);

		b->s[r].link = symtab;
		b->s[r].info = i;
		b->s[r].entsize = (b->mach->rela ? 3 : 2) * b->w;
		for (size_t k = 0; k < b->s[i].n_rel; k++)
			emit_reloc(b, &b->s[r].data, &b->s[i], &b->s[i].rel[k]);
	}
	b->n++;
	b->s[symtab].link = b->n;

	unsigned str = add_section(b, ".strtab", SHT_STRTAB, 0, 1);

	b->s[str].data = b->strtab;
	b->strtab = (struct text){ 0 };
	return add_section(b, ".shstrtab", SHT_STRTAB, 0, 1);
}

static void emit_header(const struct build *b, struct text *t, uint64_t shoff,
			unsigned shstrndx)
{
	const struct mkko_machine *m = b->mach;
	const uint8_t ident[EI_NIDENT] = {
		0x7f,
		'E',
		'L',
		'F',
		m->is64 ? ELFCLASS64 : ELFCLASS32,
		m->be ? ELFDATA2MSB : ELFDATA2LSB,
		EV_CURRENT,
	};

	text_add_bytes(t, ident, sizeof(ident));
	put(t, ET_REL, 2, m->be);
	put(t, m->em, 2, m->be);
	put(t, EV_CURRENT, 4, m->be);
	put(t, 0, b->w, m->be);
	put(t, 0, b->w, m->be);
	put(t, shoff, b->w, m->be);
	put(t, m->flags, 4, m->be);
	put(t, m->is64 ? 64 : 52, 2, m->be);
	put(t, 0, 2, m->be);
	put(t, 0, 2, m->be);
	put(t, m->is64 ? 64 : 40, 2, m->be);
	put(t, b->n, 2, m->be);
	put(t, shstrndx, 2, m->be);
}

static void emit_section_header(const struct build *b, struct text *t,
				const struct section *s, uint64_t name)
{
	bool be = b->mach->be;
	uint64_t size = s->type == SHT_NOBITS ? s->nobits : s->data.n;

	put(t, name, 4, be);
	put(t, s->type, 4, be);
	put(t, s->flags, b->w, be);
	put(t, 0, b->w, be);
	put(t, s->offset, b->w, be);
	put(t, size, b->w, be);
	put(t, s->link, 4, be);
	put(t, s->info, 4, be);
	put(t, s->align, b->w, be);
	put(t, s->entsize, b->w, be);
}

static void pad(struct text *t, uint64_t align)
{
	while (align > 1 && t->n % align)
		text_add_bytes(t, "", 1);
}

static void emit(struct build *b, struct text *t)
{
	uint64_t name_off[MAX_SECTIONS];
	unsigned shstr = add_tables(b);
	struct text *names = &b->s[shstr].data;
	struct text header = { 0 };

	for (unsigned i = 0; i < b->n; i++) {
		name_off[i] = i ? names->n : 0;
		text_add_bytes(names, b->s[i].name, strlen(b->s[i].name) + 1);
	}
	put_zeros(t, b->mach->is64 ? 64 : 52);
	for (unsigned i = 1; i < b->n; i++) {
		pad(t, b->s[i].align);
		b->s[i].offset = t->n;
		text_add_bytes(t, text_str(&b->s[i].data), b->s[i].data.n);
	}
	pad(t, 8);
	emit_header(b, &header, t->n, shstr);
	for (unsigned i = 0; i < b->n; i++)
		emit_section_header(b, t, &b->s[i], name_off[i]);
	if (!header.failed && t->p)
		memcpy(t->p, header.p, header.n);
	else
		b->err = -ENOMEM;
	text_fini(&header);
}

int mkko_build(const struct mkko *m, struct bytes *ret)
{
	_cleanup_(build_fini) struct build b = { .m = m };
	struct text t = { 0 };

	b.mach = mkko_machine(m->machine ? m->machine : "x86_64");
	if (!b.mach)
		return -EINVAL;
	b.w = b.mach->is64 ? 8 : 4;
	add_content(&b);
	if (!b.err)
		emit(&b, &t);
	mkko_add_signature(&t, m->sign);
	if (!b.err && t.failed)
		b.err = -ENOMEM;
	if (b.err) {
		text_fini(&t);
		return b.err;
	}
	*ret = (struct bytes){ (uint8_t *)t.p, t.n };
	return 0;
}

static const struct mkko_need full_needs[] = {
	{ "module_layout", 0xc0ffee01, false, true },
	{ "_printk", 0x92997ed8, false, false },
	{ "kfree", 0x12345678, false, false },
	{ "maybe_there", 0x9abcdef0, true, false },
};

static const struct mkko_export full_exports[] = {
	{ "mkko_plain", NULL, 0x11111111, false },
	{ "mkko_spaced", "MKKO_NS", 0x22222222, false },
	{ "mkko_gpl", NULL, 0x33333333, true },
};

static const char *const full_info[] = {
	"author=Somebody <somebody@example.org>",
	"description=made from nothing",
	"alias=mkko:*",
	"parmtype=count:int",
	"parm=count:how many",
	"parmtype=names:array of charp",
	"srcversion=0123456789ABCDEF0123456",
	NULL,
};

const struct mkko mkko_full = {
	.info = full_info,
	.depends = "first,second-one",
	.needs = full_needs,
	.n_needs = ARRAY_SIZE(full_needs),
	.exports = full_exports,
	.n_exports = ARRAY_SIZE(full_exports),
	.versions = true,
	.ext_versions = true,
	.sign = MKKO_PKCS7,
};
