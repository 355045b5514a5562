/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* .symtab, and which symbol a place in the module belongs to. */
#include <elf.h>
#include <string.h>

#include "ko/internal.h"

void symbols_init(struct ko *ko)
{
	struct ko_section s = { 0 }, str;

	while (ko_section_next(ko, &s) && s.type != SHT_SYMTAB)
		;
	if (s.type != SHT_SYMTAB)
		return;
	ko->sh_symtab = s.idx;
	ko->syms = s.bytes;
	if (ko_section(ko, s.link, &str))
		ko->strs = span_table(str.bytes);
}

uint64_t ko_symbols(const struct ko *ko)
{
	return ko->syms.n / (ko->is64 ? 24 : 16);
}

static void parse64(const struct ko *ko, struct span s, struct ko_symbol *ret)
{
	ret->shndx = (uint16_t)ko_uint(ko, s, 6, 2);
	ret->value = ko_uint(ko, s, 8, 8);
	ret->size = ko_uint(ko, s, 16, 8);
}

static void parse32(const struct ko *ko, struct span s, struct ko_symbol *ret)
{
	ret->value = ko_uint(ko, s, 4, 4);
	ret->size = ko_uint(ko, s, 8, 4);
	ret->shndx = (uint16_t)ko_uint(ko, s, 14, 2);
}

bool ko_symbol(const struct ko *ko, uint64_t idx, struct ko_symbol *ret)
{
	unsigned size = ko->is64 ? 24 : 16;
	struct span s;

	if (idx >= ko_symbols(ko) || !span_sub(ko->syms, idx * size, size, &s))
		return false;

	const char *name = span_table_str(ko->strs, ko_uint(ko, s, 0, 4));
	uint8_t info = s.p[ko->is64 ? 4 : 12];

	*ret = (struct ko_symbol){
		.idx = idx,
		.name = name ? name : "",
		.bind = info >> 4,
		.type = info & 15,
	};
	if (ko->is64)
		parse64(ko, s, ret);
	else
		parse32(ko, s, ret);
	return true;
}

bool ko_symbol_next(const struct ko *ko, struct ko_symbol *s)
{
	return ko_symbol(ko, s->idx + 1, s);
}

bool ko_find_symbol(const struct ko *ko, const char *name,
		    struct ko_symbol *ret)
{
	for (struct ko_symbol s = { 0 }; ko_symbol_next(ko, &s);) {
		if (s.shndx == SHN_UNDEF || !str_eq(s.name, name))
			continue;
		*ret = s;
		return true;
	}
	return false;
}

/* Names that the compiler or assembler made for itself. */
static bool worth_naming(const struct ko *ko, const struct ko_symbol *s)
{
	if (!s->name[0] || s->name[0] == '.')
		return false;
	if (s->type == STT_SECTION || s->type == STT_FILE)
		return false;
	/* Mapping symbols: $a, $d, $t, $x; riscv's local labels. */
	if (s->name[0] == '$' &&
	    (ko->machine == EM_ARM || ko->machine == EM_AARCH64 ||
	     ko->machine == EM_RISCV || ko->machine == EM_CSKY))
		return false;
	return true;
}

static int rank(const struct ko_symbol *s)
{
	return (s->type == STT_FUNC || s->type == STT_OBJECT) * 2 +
	       (s->bind != STB_LOCAL);
}

/* The start of @s in its section: thumb functions have bit 0 set. */
static uint64_t start(const struct ko *ko, const struct ko_symbol *s)
{
	if (ko->machine == EM_ARM && s->type == STT_FUNC)
		return s->value & ~UINT64_C(1);
	return s->value;
}

bool ko_symbol_at(const struct ko *ko, uint32_t shndx, uint64_t off,
		  struct ko_symbol *ret)
{
	struct ko_symbol best = { 0 };
	bool inside = false;

	for (struct ko_symbol s = { 0 }; ko_symbol_next(ko, &s);) {
		if (s.shndx != shndx || s.shndx == SHN_UNDEF ||
		    !worth_naming(ko, &s))
			continue;
		s.value = start(ko, &s);
		if (s.value > off)
			continue;

		/* One that covers the place beats a nearer label inside it. */
		bool in = off - s.value < s.size;

		if (best.name &&
		    (in < inside ||
		     (in == inside &&
		      (s.value < best.value ||
		       (s.value == best.value && rank(&s) <= rank(&best))))))
			continue;
		best = s;
		inside = in;
	}
	if (!best.name)
		return false;
	*ret = best;
	return true;
}

void ko_describe(const struct ko *ko, uint32_t shndx, uint64_t off,
		 struct text *t)
{
	struct ko_symbol s;
	struct ko_section sec;

	if (ko_symbol_at(ko, shndx, off, &s))
		text_addf(t, "%s+0x%llx/0x%llx", s.name,
			  (unsigned long long)(off - s.value),
			  (unsigned long long)s.size);
	else if (ko_section(ko, shndx, &sec) && sec.name[0])
		text_addf(t, "%s+0x%llx", sec.name, (unsigned long long)off);
	else
		text_addf(t, "section %u+0x%llx", shndx,
			  (unsigned long long)off);
}

static unsigned reloc_size(const struct ko *ko, const struct ko_section *s)
{
	if (s->type == SHT_RELA)
		return 3 * ko_word(ko);
	return s->type == SHT_REL ? 2 * ko_word(ko) : 0;
}

uint64_t ko_relocs(const struct ko *ko, const struct ko_section *s)
{
	unsigned size = reloc_size(ko, s);

	return size ? s->bytes.n / size : 0;
}

bool ko_reloc(const struct ko *ko, const struct ko_section *s, uint64_t idx,
	      struct ko_reloc *ret)
{
	unsigned w = ko_word(ko), size = reloc_size(ko, s);
	struct span r;

	if (idx >= ko_relocs(ko, s) ||
	    !span_sub(s->bytes, idx * size, size, &r))
		return false;

	uint64_t info = ko_uint(ko, r, w, w);

	*ret = (struct ko_reloc){
		.idx = idx,
		.offset = ko_uint(ko, r, 0, w),
		.rela = s->type == SHT_RELA,
	};
	if (!ko->is64) {
		ret->sym = info >> 8;
		ret->type = info & 0xff;
	} else if (ko->machine == EM_MIPS) {
		/* A 32-bit symbol and four bytes, not one 64-bit number. */
		ret->sym = ko_uint(ko, r, 8, 4);
		ret->type = r.p[15];
	} else {
		ret->sym = info >> 32;
		ret->type = (uint32_t)info;
	}
	if (ret->rela) {
		uint64_t a = ko_uint(ko, r, 2 * w, w);

		ret->addend = w == 8 ? (int64_t)a : (int32_t)(uint32_t)a;
	}
	return true;
}
