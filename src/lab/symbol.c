/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * From an address in the guest to function, file and line: see symbol.h.
 *
 * Names come from the module's own symbols, lines from its debug information.
 */
#include "lab/symbol.h"

#include <elf.h>
#include <errno.h>

#include "base/text.h"
#include "lab/lines.h"

enum { PAGE = 4096 };

struct lab_symbols {
	const struct ko *ko;
	struct lines lines;
};

int lab_symbols_open(const struct ko *ko, struct lab_symbols **ret,
		     struct diag *d)
{
	struct lab_symbols *s = calloc(1, sizeof(*s));

	if (!s)
		return diag_fail(d, ENOMEM, "no memory");
	s->ko = ko;
	*ret = s;
	return 0;
}

struct lab_symbols *lab_symbols_close(struct lab_symbols *s)
{
	if (s)
		lines_fini(&s->lines);
	free(s);
	return NULL;
}

/* The instruction itself: a return address is one behind the call. */
static uint64_t instruction(uint64_t off, bool is_return)
{
	return off && is_return ? off - 1 : off;
}

static bool is_code(const struct ko *ko, uint32_t shndx,
		    struct ko_section *ret)
{
	return ko_section(ko, shndx, ret) && (ret->flags & SHF_ALLOC) &&
	       (ret->flags & SHF_EXECINSTR);
}

/*
 * The function called @name. Files of one module may each have a static one
 * of that name: the first that is long enough is meant.
 */
static bool find_function(const struct ko *ko, const char *name, uint64_t off,
			  struct ko_symbol *ret)
{
	bool found = false;

	for (struct ko_symbol s = { 0 }; ko_symbol_next(ko, &s);) {
		struct ko_section sec;

		if (!str_eq(s.name, name) || !is_code(ko, s.shndx, &sec))
			continue;
		if (found && off >= s.size)
			continue;
		*ret = s;
		found = true;
		if (off < s.size)
			break;
	}
	return found;
}

int lab_symbols_function(struct lab_symbols *s, const char *function,
			 uint64_t offset, bool is_return, struct arena *a,
			 struct lab_place *ret, struct diag *d)
{
	struct lab_place p = { .function = arena_strdup(a, function),
			       .offset = offset };
	uint64_t at = instruction(offset, is_return);
	struct ko_symbol sym;
	struct ko_section sec;

	if (!p.function)
		return diag_fail(d, ENOMEM, "no memory");
	if (find_function(s->ko, function, at, &sym) &&
	    !__builtin_add_overflow(at, sym.value, &at) &&
	    is_code(s->ko, sym.shndx, &sec) && at < sec.size &&
	    lines_at(&s->lines, s->ko, sym.shndx, at, a, &p) < 0)
		return diag_fail(d, ENOMEM, "no memory");
	*ret = p;
	return 0;
}

/* The symbol that the relocation of @shndx at @off names. */
static const char *relocated_by(const struct ko *ko, uint32_t shndx,
				uint64_t off)
{
	for (struct ko_section r = { 0 }; ko_section_next(ko, &r);)
		for (uint64_t i = 0; r.info == shndx && i < ko_relocs(ko, &r);
		     i++) {
			struct ko_reloc rel;
			struct ko_symbol to;

			if (ko_reloc(ko, &r, i, &rel) && rel.offset == off)
				return ko_symbol(ko, rel.sym, &to) ? to.name :
								     NULL;
		}
	return NULL;
}

/* A call by name ends in what is relocated on x86-64, and is it on arm64. */
const char *lab_symbols_callee(const struct lab_symbols *s,
			       const char *function, uint64_t offset)
{
	enum { RELOCATED = 4 };
	struct ko_symbol sym;

	if (offset < RELOCATED ||
	    !find_function(s->ko, function, offset - 1, &sym) ||
	    __builtin_add_overflow(offset - RELOCATED, sym.value, &offset))
		return NULL;
	return relocated_by(s->ko, sym.shndx, offset);
}

/* module_init() makes "init_module" another name of the author's function. */
static void own_name(const struct ko *ko, struct ko_symbol *sym)
{
	if (!str_eq(sym->name, "init_module") &&
	    !str_eq(sym->name, "cleanup_module"))
		return;
	for (struct ko_symbol s = { 0 }; ko_symbol_next(ko, &s);) {
		if (s.shndx != sym->shndx || s.value != sym->value ||
		    s.type != STT_FUNC || str_eq(s.name, sym->name))
			continue;
		*sym = s;
		return;
	}
}

/* What is at @off of a section; @off is as in the stack. */
static int describe(struct lab_symbols *s, uint32_t shndx, uint64_t off,
		    bool is_return, struct arena *a, struct lab_place *ret,
		    struct diag *d)
{
	uint64_t at = instruction(off, is_return);
	struct lab_place p = { 0 };
	struct ko_symbol sym;

	if (ko_symbol_at(s->ko, shndx, at, &sym) && sym.name[0] &&
	    (sym.type == STT_FUNC || sym.type == STT_NOTYPE) &&
	    (!sym.size || at - sym.value < sym.size)) {
		own_name(s->ko, &sym);
		p.function = arena_strdup(a, sym.name);
		p.offset = off - sym.value;
		if (!p.function)
			return diag_fail(d, ENOMEM, "no memory");
	}
	if (lines_at(&s->lines, s->ko, shndx, at, a, &p) < 0)
		return diag_fail(d, ENOMEM, "no memory");
	*ret = p;
	return 0;
}

/* Does a call end right before @off? x86; elsewhere it may be so anywhere. */
static bool behind_call(const struct ko *ko, struct span code, uint64_t off)
{
	const uint8_t *p;

	if (ko->machine != EM_X86_64)
		return true;
	if (off > code.n || off < 2)
		return false;
	p = code.p + off;
	if (off >= 5 && p[-5] == 0xe8) /* call rel32 */
		return true;
	if (p[-2] == 0xff && (p[-1] & 0xf8) == 0xd0) /* call *%reg */
		return true;
	if (off >= 3 && p[-3] == 0xff && (p[-2] & 0xf8) == 0x50)
		return true; /* call *disp8(%reg) */
	return off >= 6 && p[-6] == 0xff &&
	       ((p[-5] & 0xf8) == 0x90 || p[-5] == 0x15);
}

/* The places that an address may be, as far as its page offset tells. */
struct guess {
	const struct ko *ko;
	uint64_t in_page;
	bool is_return;
	unsigned n;
	uint32_t shndx;
	uint64_t off;
};

/* @pos: where the section lies from the start of its page on. */
static void guess_in(struct guess *g, const struct ko_section *s, uint64_t pos)
{
	uint64_t off = (g->in_page - pos) & (PAGE - 1);

	for (; off < s->size + (g->is_return ? 1 : 0); off += PAGE) {
		if (g->is_return && !behind_call(g->ko, s->bytes, off))
			continue;
		g->n++;
		g->shndx = s->idx;
		g->off = off;
		if (g->n > 1)
			return;
	}
}

/*
 * The loader puts code sections one behind the other, in the order of the
 * file, into memory that starts at a page; those of init apart. Kernel:
 * layout_sections(), kernel/module/main.c.
 */
static void guess_part(struct guess *g, bool init)
{
	uint64_t pos = 0;

	for (struct ko_section s = { 0 }; ko_section_next(g->ko, &s);) {
		struct ko_section code;
		uint64_t align = s.addralign ? s.addralign : 1;

		if (!is_code(g->ko, s.idx, &code) ||
		    str_starts(s.name, ".init") != init)
			continue;
		if (align & (align - 1) || s.size > KO_MAX_BYTES ||
		    align > PAGE)
			return;
		pos = (pos + align - 1) & ~(align - 1);
		guess_in(g, &s, pos);
		pos += s.size;
	}
}

static int address_guess(struct lab_symbols *s, uint64_t address,
			 bool is_return, struct arena *a, struct lab_place *ret,
			 struct diag *d)
{
	struct guess g = {
		.ko = s->ko,
		.in_page = address & (PAGE - 1),
		.is_return = is_return,
	};

	guess_part(&g, true);
	guess_part(&g, false);
	if (g.n == 1)
		return describe(s, g.shndx, g.off, is_return, a, ret, d);
	*ret = (struct lab_place){ 0 };
	return 0;
}

int lab_symbols_address(struct lab_symbols *s, uint64_t address,
			const struct lab_section_at *at, size_t n,
			bool is_return, struct arena *a, struct lab_place *ret,
			struct diag *d)
{
	uint64_t in = instruction(address, is_return);

	if (!n)
		return address_guess(s, address, is_return, a, ret, d);
	for (size_t i = 0; i < n; i++) {
		struct ko_section sec;

		if (in < at[i].address ||
		    !ko_find_section(s->ko, at[i].name, &sec) ||
		    in - at[i].address >= sec.size)
			continue;
		return describe(s, sec.idx, address - at[i].address, is_return,
				a, ret, d);
	}
	*ret = (struct lab_place){ 0 };
	return 0;
}
