/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Pointers in a module's data: see anatomy_ref.h. */
#include "rules/anatomy_ref.h"

#include <elf.h>
#include <errno.h>
#include <string.h>

#include "base/text.h"

#ifndef EM_LOONGARCH
#define EM_LOONGARCH 258
#endif
#define R_LOONGARCH_32 1
#define R_LOONGARCH_64 2

/* More pointers, or symbols, than any module has (amdgpu: 60,000). */
#define REFS_MAX ((size_t)1 << 21)

/* Relocations that are looked at: their sections may lie over one another. */
#define LOOKS_MAX ((uint64_t)1 << 23)

/* The relocation that makes a pointer. */
static const struct {
	uint16_t machine;
	uint8_t width;
	uint32_t type;
} pointers[] = {
	{ EM_X86_64, 8, R_X86_64_64 },
	{ EM_386, 4, R_386_32 },
	{ EM_AARCH64, 8, R_AARCH64_ABS64 },
	{ EM_ARM, 4, R_ARM_ABS32 },
	{ EM_RISCV, 8, R_RISCV_64 },
	{ EM_RISCV, 4, R_RISCV_32 },
	{ EM_PPC64, 8, R_PPC64_ADDR64 },
	{ EM_PPC, 4, R_PPC_ADDR32 },
	{ EM_S390, 8, R_390_64 },
	{ EM_S390, 4, R_390_32 },
	{ EM_MIPS, 8, R_MIPS_64 },
	{ EM_MIPS, 4, R_MIPS_32 },
	{ EM_SPARCV9, 8, R_SPARC_64 },
	{ EM_SPARC, 4, R_SPARC_32 },
	{ EM_PARISC, 4, R_PARISC_DIR32 },
	{ EM_PARISC, 8, R_PARISC_DIR64 },
	{ EM_68K, 4, R_68K_32 },
	{ EM_SH, 4, R_SH_DIR32 },
	{ EM_ALPHA, 8, R_ALPHA_REFQUAD },
	{ EM_LOONGARCH, 8, R_LOONGARCH_64 },
	{ EM_LOONGARCH, 4, R_LOONGARCH_32 },
};

/* Their pointers are places in code, or are told elsewhere. Beginnings. */
static const char *const tables[] = {
	"__mcount_loc",
	"__patchable_function_entries",
	".orc_",
	"__ex_table",
	"__bug_table",
	".altinstructions",
	"__jump_table",
	".static_call_sites",
	"__ksymtab",
	"__kcrctab",
	"__kflagstab",
	".smp_locks",
	".parainstructions",
	".call_sites",
	".return_sites",
	".retpoline_sites",
	".ibt_endbr_seal",
	".cfi_sites",
	".kcfi_traps",
	".eh_frame",
	"_kprobe_blacklist",
	".printk_index",
	".discard",
	".gnu.linkonce.this_module",
	".debug",
	".note",
	"__dyndbg",
	".codetag",
	"alloc_tags",
	"__ftr_",
	"__fixup",
	"__tracepoints_ptrs",
};

static bool is_table(const char *name)
{
	for (size_t i = 0; i < ARRAY_SIZE(tables); i++)
		if (str_starts(name, tables[i]))
			return true;
	return false;
}

static bool is_pointer(const struct ko *ko, uint32_t type)
{
	unsigned width = ko->is64 ? 8 : 4;

	for (size_t i = 0; i < ARRAY_SIZE(pointers); i++)
		if (pointers[i].machine == ko->machine &&
		    pointers[i].width == width)
			return pointers[i].type == type;
	return false;
}

/* ---------------------------------------------------------------- symbols */

static int by_place(const void *x, const void *y)
{
	const struct ref_symbol *a = x, *b = y;

	if (a->shndx != b->shndx)
		return a->shndx < b->shndx ? -1 : 1;
	if (a->value != b->value)
		return a->value < b->value ? -1 : 1;
	return (a->rank < b->rank) - (a->rank > b->rank);
}

/* Names of authors win over those that macros make, functions over labels. */
static uint8_t rank_of(const struct ko_symbol *s)
{
	if (str_eq(s->name, "init_module") || str_eq(s->name, "cleanup_module"))
		return 1;

	bool typed = s->type == STT_FUNC || s->type == STT_OBJECT;

	return (uint8_t)(2 + 4 * typed + 2 * (s->size != 0) +
			 (s->bind != STB_LOCAL));
}

/* Code and data, each sorted. */
static int read_symbols(const struct ko *ko, struct arena *a, struct refs *r)
{
	uint64_t all = ko_symbols(ko);
	size_t n = all < REFS_MAX ? (size_t)all : REFS_MAX;

	r->cut |= all > REFS_MAX;
	r->functions = arena_array(a, n + 1, sizeof(*r->functions));
	r->objects = arena_array(a, n + 1, sizeof(*r->objects));
	if (!r->functions || !r->objects)
		return -ENOMEM;
	for (size_t i = 1; i < n; i++) {
		struct ko_symbol s;
		struct ko_section sec;

		if (!ko_symbol(ko, i, &s) || !s.name[0] || !s.shndx ||
		    s.type == STT_SECTION || s.type == STT_FILE ||
		    !ko_section(ko, s.shndx, &sec) || !(sec.flags & SHF_ALLOC))
			continue;

		bool code = sec.flags & SHF_EXECINSTR;

		if (!code && !s.size)
			continue;
		*(code ? &r->functions[r->n_functions++]
		       : &r->objects[r->n_objects++]) =
			(struct ref_symbol){ s.shndx, s.value, s.size, s.name,
					     rank_of(&s) };
	}
	qsort(r->functions, r->n_functions, sizeof(*r->functions), by_place);
	qsort(r->objects, r->n_objects, sizeof(*r->objects), by_place);
	return 0;
}

/* The last one that starts at or before the place; n: none. */
static size_t last_before(const struct ref_symbol *v, size_t n, uint32_t shndx,
			  uint64_t offset)
{
	size_t lo = 0, hi = n;

	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;

		if (v[mid].shndx < shndx ||
		    (v[mid].shndx == shndx && v[mid].value <= offset))
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo && v[lo - 1].shndx == shndx ? lo - 1 : n;
}

/* Of several that start there, the first has the highest rank. */
static size_t first_like(const struct ref_symbol *v, size_t i)
{
	while (i && v[i - 1].shndx == v[i].shndx &&
	       v[i - 1].value == v[i].value)
		i--;
	return i;
}

const struct ref_symbol *refs_function(const struct refs *r, uint32_t shndx,
				       uint64_t offset)
{
	size_t i = last_before(r->functions, r->n_functions, shndx, offset);

	if (i == r->n_functions || r->functions[i].value != offset)
		return NULL;
	return &r->functions[first_like(r->functions, i)];
}

const struct ref_symbol *refs_object(const struct refs *r, uint32_t shndx,
				     uint64_t offset)
{
	size_t i = last_before(r->objects, r->n_objects, shndx, offset);

	if (i == r->n_objects)
		return NULL;
	i = first_like(r->objects, i);
	return offset - r->objects[i].value < r->objects[i].size
		       ? &r->objects[i]
		       : NULL;
}

/* -------------------------------------------------------------- pointers */

bool refs_uint(const struct refs *r, uint32_t shndx, uint64_t offset,
	       unsigned width, uint64_t *ret)
{
	struct ko_section s;

	return ko_section(r->ko, shndx, &s) &&
	       span_uint(s.bytes, offset, width, r->ko->be, ret);
}

/* A branch target of ARM has bit 0 set for Thumb, and so has its symbol. */
static const struct ref_symbol *function_at(const struct refs *r,
					    uint32_t shndx, uint64_t at)
{
	const struct ref_symbol *f = refs_function(r, shndx, at);

	return f || r->ko->machine != EM_ARM ? f
					     : refs_function(r, shndx, at | 1);
}

static bool resolve(const struct refs *r, const struct ko_section *where,
		    const struct ko_reloc *rel, struct ref *ret)
{
	const struct ref_symbol *f;
	struct ko_symbol s;
	uint64_t addend = (uint64_t)rel->addend;

	if (!ko_symbol(r->ko, rel->sym, &s))
		return false;
	if (!rel->rela &&
	    !span_uint(where->bytes, rel->offset, r->width, r->ko->be, &addend))
		return false;
	*ret = (struct ref){ .shndx = where->idx, .offset = rel->offset };
	if (s.shndx == SHN_UNDEF) {
		ret->kind = REF_IMPORT;
		ret->name = s.name;
		return s.name[0];
	}
	ret->to = s.shndx;
	ret->at = s.value + addend;
	f = function_at(r, ret->to, ret->at);
	if (f) {
		ret->kind = REF_FUNCTION;
		/* A symbol that the pointer names is right by itself. */
		ret->name = s.type != STT_SECTION && !addend && s.name[0] &&
					    rank_of(&s) > 1
				    ? s.name
				    : f->name;
	}
	return true;
}

/* Every pointer of one section of relocations. */
static int add_pointers(struct refs *r, struct arena *a,
			const struct ko_section *rels,
			const struct ko_section *where, uint64_t *looks)
{
	uint64_t n = ko_relocs(r->ko, rels);

	for (uint64_t i = 0; i < n; i++) {
		struct ko_reloc rel;
		struct ref ref, *v;

		if (r->n == REFS_MAX || !(*looks)--) {
			*looks = 0;
			r->cut = true;
			return 0;
		}
		if (!ko_reloc(r->ko, rels, i, &rel) ||
		    !is_pointer(r->ko, rel.type) ||
		    !resolve(r, where, &rel, &ref))
			continue;
		v = arena_more(a, r->v, r->n, sizeof(*v));
		if (!v)
			return -ENOMEM;
		r->v = v;
		r->v[r->n++] = ref;
	}
	return 0;
}

static int by_offset(const void *x, const void *y)
{
	const struct ref *a = x, *b = y;

	if (a->shndx != b->shndx)
		return a->shndx < b->shndx ? -1 : 1;
	return (a->offset > b->offset) - (a->offset < b->offset);
}

int refs_read(const struct ko *ko, struct arena *a, struct refs *ret)
{
	struct refs r = { .ko = ko, .width = ko->is64 ? 8 : 4 };
	int err = read_symbols(ko, a, &r);
	uint64_t looks = LOOKS_MAX;

	for (struct ko_section s = { 0 };
	     !err && looks && ko_section_next(ko, &s);) {
		struct ko_section where;

		if ((s.type != SHT_RELA && s.type != SHT_REL) ||
		    !ko_section(ko, s.info, &where) ||
		    !(where.flags & SHF_ALLOC) || where.flags & SHF_EXECINSTR ||
		    is_table(where.name))
			continue;
		err = add_pointers(&r, a, &s, &where, &looks);
	}
	if (err)
		return err;
	if (r.n)
		qsort(r.v, r.n, sizeof(*r.v), by_offset);
	*ret = r;
	return 0;
}

const struct ref *refs_at(const struct refs *r, uint32_t shndx, uint64_t offset)
{
	size_t lo = 0, hi = r->n;

	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;
		const struct ref *v = &r->v[mid];

		if (v->shndx < shndx ||
		    (v->shndx == shndx && v->offset < offset))
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo < r->n && r->v[lo].shndx == shndx && r->v[lo].offset == offset
		       ? &r->v[lo]
		       : NULL;
}
