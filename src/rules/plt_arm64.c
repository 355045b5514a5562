/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * arm64's long branches. A branch reaches 128 MiB, a module may lie further
 * from the kernel: for each branch that may not reach, and for each ADRP that a
 * Cortex-A53 could stumble over, an entry of 12 bytes is set aside in .plt or
 * .init.plt before anything is laid out. Both are in the file as one byte each,
 * so that they are there at all; so are the places of ftrace's trampolines.
 *
 * Which of them is used is decided by where the module comes to lie, which
 * nobody knows beforehand: known is how many are used at least, and at most.
 *
 * Kernel: module_frob_arch_sections(), count_plts(), module_emit_plt_entry(),
 * arch/arm64/kernel/module-plts.c; module_finalize(), module.c.
 */
#include <elf.h>
#include <stdlib.h>

#include "rules/run.h"

#define PLT_SIZE 12 /* struct plt_entry: adrp, add, br */
#define PLT_ALIGN 64 /* L1_CACHE_BYTES */
#define RELA sizeof(Elf64_Rela)

enum { CORE, INIT };

void run_evidence_arm64(struct run *r)
{
	struct run_has_arm64 *h = &r->has.arm64;
	struct kern_member m;

	h->plts = kern_says(r->k, "%s: module PLT section(s) missing");
	h->since_6_5 = kern_says(r->k, "%llu pages in range for PLT usage") ==
		       KERN_YES;
	h->count_calls = h->since_6_5 ? KERN_YES :
		run_option(r, "RANDOMIZE_BASE", "KASLR enabled");
	h->ftrace = run_option(r, "DYNAMIC_FTRACE",
			       "ftrace: allocating %ld entries in %ld pages");
	h->init_tramp = kern_member(r->k, "arch.init_ftrace_trampolines", &m);
	/* The second was for saving all registers, up to 6.1. */
	h->n_tramp = run_release_before(r, 6, 2) ? 2 : 1;
	h->erratum = run_option(r, "ARM64_ERRATUM_843419",
				"ARM erratum 843419");
}

/* Does it concern this machine, which has a Cortex-A53? */
static bool stumbles(const struct run *r)
{
	return r->s->erratum_843419 && r->has.arm64.erratum != KERN_NO;
}

bool run_plt_forbidden(const struct run *r, uint64_t at)
{
	return stumbles(r) && (at & 0xfff) >= 0xff8;
}

/* ------------------------------------------------------------------ count */

/* The sections that are looked for by name, 0: none; the last one counts. */
struct found {
	uint32_t plt[2], tramp, init_tramp;
	uint64_t syms; /* address of the last symbol table */
};

static bool find_sections(struct run *r, struct found *f)
{
	for (uint32_t i = 0; i < r->shnum; i++) {
		const struct run_sec *s = &r->sec[i];

		if (!s->name)
			return run_undefined(r, "stray.section.name",
					     PLACES(NULL), run_where(r, i));
		if (str_eq(s->name, ".plt"))
			f->plt[CORE] = i;
		else if (str_eq(s->name, ".init.plt"))
			f->plt[INIT] = i;
		else if (str_eq(s->name, ".text.ftrace_trampoline"))
			f->tramp = i;
		else if (r->has.arm64.init_tramp == KERN_YES &&
			 str_eq(s->name, ".init.text.ftrace_trampoline"))
			f->init_tramp = i;
		else if (s->type == SHT_SYMTAB)
			f->syms = s->addr;
	}
	return true;
}

/* One section of relocations of code, in the file's copy. */
struct list {
	struct run *r;
	uint32_t sec;
	uint64_t syms;
	uint8_t *p; /* its entries */
	uint64_t n;
	uint32_t to;   /* as in sh_info */
};

static uint64_t field(const struct list *l, uint64_t i, unsigned off)
{
	uint64_t v;

	memcpy(&v, l->p + i * RELA + off, 8);
	return le64toh(v);
}

static uint32_t type_of(const struct list *l, uint64_t i)
{
	return (uint32_t)field(l, i, 8);
}

static bool is_branch(uint32_t type)
{
	return type == R_AARCH64_JUMP26 || type == R_AARCH64_CALL26;
}

/* Is the symbol in another section than the code? False: it cannot be read. */
static bool leaves_section(const struct list *l, uint64_t i, bool *ret)
{
	uint64_t shndx, sym = field(l, i, 8) >> 32;

	if (!space_uint(&l->r->space,
			l->syms + sym * sizeof(Elf64_Sym) +
				offsetof(Elf64_Sym, st_shndx),
			2, &shndx))
		return run_undefined(l->r, "stray.rela.symbol", PLACES(NULL),
				     run_where(l->r, l->sec));
	*ret = shndx != l->to;
	return true;
}

static bool needs_plt(const struct list *l, uint64_t i, bool *ret)
{
	bool leaves;

	if (!leaves_section(l, i, &leaves))
		return false;
	*ret = leaves && is_branch(type_of(l, i));
	return true;
}

static void swap(const struct list *l, uint64_t i, uint64_t j)
{
	uint8_t b[RELA];

	memcpy(b, l->p + i * RELA, RELA);
	memcpy(l->p + i * RELA, l->p + j * RELA, RELA);
	memcpy(l->p + j * RELA, b, RELA);
}

/* partition_branch_plt_relas(): those that need one come first. */
static bool partition(const struct list *l, uint64_t *ret)
{
	uint64_t i = 0, j = l->n ? l->n - 1 : 0;

	while (i < j) {
		bool first, last;

		if (!needs_plt(l, i, &first))
			return false;
		if (first) {
			i++;
			continue;
		}
		if (!needs_plt(l, j, &last))
			return false;
		if (last)
			swap(l, i, j);
		else
			j--;
	}
	*ret = i;
	return true;
}

static uint64_t get64(const void *p, unsigned off)
{
	uint64_t v;

	memcpy(&v, (const uint8_t *)p + off, 8);
	return le64toh(v);
}

/* By type, symbol, addend, which has a sign. */
static int by_target(const void *x, const void *y)
{
	uint64_t a = get64(x, 8), b = get64(y, 8);
	int64_t m = (int64_t)get64(x, 16), n = (int64_t)get64(y, 16);

	a = a << 32 | a >> 32;
	b = b << 32 | b >> 32;
	return a != b ? (a > b) - (a < b) : (m > n) - (m < n);
}

/* An ADRP stays off the end of a page if its section is aligned so. */
static uint64_t count_adrp(struct run *r, uint32_t to, uint64_t off)
{
	uint64_t bits = ~(off | 7);
	uint64_t align = bits ? UINT64_C(2) << __builtin_ctzll(bits) : 0;

	if (!align || align > 4096)
		return 1;
	if (r->sec[to].align < align)
		r->sec[to].align = align;
	return 0;
}

static bool count(const struct list *l, uint64_t *ret)
{
	struct run *r = l->r;
	uint64_t n = 0;

	for (uint64_t i = 0; i < l->n; i++) {
		uint32_t type = type_of(l, i);
		bool leaves;

		if (is_branch(type) && r->has.arm64.count_calls != KERN_NO) {
			if (!leaves_section(l, i, &leaves))
				return false;
			n += leaves && (field(l, i, 16) || !i ||
					by_target(l->p + i * RELA,
						  l->p + (i - 1) * RELA));
		} else if ((type == R_AARCH64_ADR_PREL_PG_HI21 ||
			    type == R_AARCH64_ADR_PREL_PG_HI21_NC) &&
			   stumbles(r)) {
			n += count_adrp(r, l->to, field(l, i, 0));
		}
	}
	if (stumbles(r))
		n += (n + 4096 / PLT_SIZE - 1) / (4096 / PLT_SIZE);
	*ret += n;
	return true;
}

/* module_init_layout_section() */
static bool is_init(const struct run *r, const struct run_sec *s)
{
	return str_starts(s->name, ".init") ||
	       (r->has.unload == KERN_NO && str_starts(s->name, ".exit"));
}

static bool count_section(struct run *r, uint32_t i, const struct found *f,
			  uint64_t n[2])
{
	const struct run_sec *s = &r->sec[i];
	struct list l = { .r = r, .sec = i, .syms = f->syms, .to = s->info,
			  .n = s->size / RELA };
	uint64_t front = 0;

	if (s->type != SHT_RELA)
		return true;
	if (s->info >= r->shnum)
		return run_undefined(r, "stray.rela.target", PLACES(NULL),
				     run_where(r, i));
	if (!(r->sec[s->info].flags & SHF_EXECINSTR) || !l.n)
		return true;
	l.p = space_write(&r->space, r->copy + s->offset, l.n * RELA);
	if (!l.p)
		return run_undefined(r, "stray.rela", PLACES(NULL),
				     run_where(r, i));
	if (r->has.arm64.count_calls != KERN_NO && !partition(&l, &front))
		return false;
	if (front)
		qsort(l.p, front, RELA, by_target);
	return count(&l, &n[is_init(r, &r->sec[s->info])]);
}

static void make_table(struct run_sec *s, uint64_t align, uint64_t n)
{
	s->type = SHT_NOBITS;
	s->flags = SHF_EXECINSTR | SHF_ALLOC;
	s->align = align;
	s->size = n * PLT_SIZE;
}

/* What struct module holds in the file is there before; by rights zero. */
static uint32_t or_old(struct run *r, uint32_t found, const char *path)
{
	uint64_t v;

	return found || !run_member(r, path, &v) ? found : (uint32_t)v;
}

static bool count_all(struct run *r)
{
	struct found f = { 0 };
	uint64_t n[2] = { 0 };

	if (r->has.arm64.plts == KERN_NO)
		return true;
	if (!find_sections(r, &f))
		return false;
	f.plt[CORE] = or_old(r, f.plt[CORE], "arch.core.plt_shndx");
	f.plt[INIT] = or_old(r, f.plt[INIT], "arch.init.plt_shndx");
	if (!f.plt[CORE] || !f.plt[INIT])
		return run_refuse(r, "load.plt", PLACES(r->mod_name),
				  NULL);
	if (!f.syms)
		return run_refuse(r, "load.plt.symtab", PLACES(r->mod_name),
				  NULL);
	for (uint32_t i = 0; i < r->shnum; i++)
		if (!count_section(r, i, &f, n))
			return false;
	for (int i = CORE; i <= INIT; i++) {
		if (f.plt[i] >= r->shnum)
			return run_undefined(r, "stray.rela.target",
					     PLACES(NULL), NULL);
		make_table(&r->sec[f.plt[i]], PLT_ALIGN, n[i] + 1);
		r->plt[i] = (struct run_plt){ .sec = f.plt[i], .max = n[i] };
	}
	if (f.tramp)
		make_table(&r->sec[f.tramp], 4, r->has.arm64.n_tramp);
	if (f.init_tramp)
		make_table(&r->sec[f.init_tramp], 4, r->has.arm64.n_tramp);
	return true;
}

bool run_arch_sections(struct run *r)
{
	return r->machine != EM_AARCH64 || count_all(r);
}

/* -------------------------------------------------------------------- use */

static bool in_init(const struct run *r, uint64_t at)
{
	for (size_t i = 0; i < r->r->n_parts; i++)
		if (at - r->part_base[i] < r->r->parts[i].size)
			return r->r->parts[i].init;
	return false;
}

/* The kernel warns, and refuses without a word. */
static bool full(struct run *r, const struct run_site *s)
{
	run_taint_kernel(r, TAINT_W);
	return run_refuse(r, "load.plt.full", PLACES(NULL),
			  run_site_where(r, s));
}

bool run_plt_add(struct run *r, const struct run_site *s, bool sure,
		 uint64_t *ret)
{
	struct run_plt *t = &r->plt[in_init(r, s->at)];
	uint64_t used = t->sure + t->maybe;

	/* Two in a row that lead to the same place share one. */
	if (used && t->last == s->val) {
		if (sure && t->last_is_maybe) {
			t->sure++;
			t->maybe--;
			t->last_is_maybe = false;
		}
		used--;
	} else {
		if (sure)
			t->sure++;
		else
			t->maybe++;
		t->last = s->val;
		t->last_is_maybe = !sure;
	}
	if (t->sure > t->max)
		return full(r, s);
	if (t->sure + t->maybe > t->max) {
		run_unknown(r, "how far from the kernel it will lie");
		return false;
	}
	*ret = r->sec[t->sec].addr + used * PLT_SIZE;
	return true;
}

/* --------------------------------------------------------------- finalize */

/* find_section(): the first of that name, loaded or not; 0: none. */
static uint32_t first_sec(const struct run *r, const char *name)
{
	for (uint32_t i = 1; i < r->shnum; i++)
		if (r->sec[i].name && str_eq(r->sec[i].name, name))
			return i;
	return 0;
}

/*
 * struct alt_instr: two offsets, the feature, two lengths. Where the processor
 * has the feature the second's instructions replace the first's; with the top
 * bit the second is a function, which since 7.1 has to be the kernel's own.
 */
#define ALT_SIZE 12
#define ALT_CALL 0x8000

/* ADR, LDR, LDRSW and PRFM of a place near by: BUG(). */
static bool cannot_move(uint32_t insn)
{
	return (insn & 0x9f000000) == 0x10000000 ||
	       (insn & 0xbf000000) == 0x18000000 ||
	       (insn & 0xff000000) == 0x98000000 ||
	       (insn & 0xff000000) == 0xd8000000;
}

static bool can_patch(struct run *r, uint64_t from, uint64_t n)
{
	for (uint64_t i = 0; i + 4 <= n; i += 4)
		if (cannot_move((uint32_t)run_word(r, from + i, 4)))
			return false;
	return true;
}

static bool alternative(struct run *r, uint32_t sec, uint64_t i)
{
	uint64_t at = r->sec[sec].addr + i * ALT_SIZE;
	uint64_t to = run_relative(r, at + 4);
	uint64_t old_len = run_word(r, at + 10, 1);
	uint64_t new_len = run_word(r, at + 11, 1);
	bool call = run_word(r, at + 8, 2) & ALT_CALL;

	if (call && (to < r->map.kernel || to >= r->map.kernel_end) &&
	    kern_says(r->k, "module %s: error occurred when applying alternatives") ==
		    KERN_YES)
		return run_refuse(r, "load.alternatives", PLACES(r->mod_name),
				  run_where(r, sec));
	return (run_in_part(r, run_relative(r, at)) && run_mapped(r, to) &&
		new_len == (call ? 0 : old_len) &&
		can_patch(r, to, new_len)) ||
	       run_stray_entry(r, sec, i);
}

static bool alternatives(struct run *r)
{
	uint32_t sec = first_sec(r, ".altinstructions");

	for (uint64_t i = 0; sec && i < run_entries(r, sec, ALT_SIZE); i++)
		if (!alternative(r, sec, i))
			return false;
	return true;
}

/* The trampolines are written; without a place for them it is over. */
static bool trampoline(struct run *r, const char *name)
{
	uint32_t sec = first_sec(r, name);

	if (!sec)
		return run_refuse(r, "load.ftrace.section", PLACES(name),
				  NULL);
	return space_write(&r->space, r->sec[sec].addr,
			   r->has.arm64.n_tramp * PLT_SIZE) ||
	       run_stray_entry(r, sec, 0);
}

bool run_finalize_arm64(struct run *r)
{
	const struct run_has_arm64 *h = &r->has.arm64;

	if (!alternatives(r))
		return false;
	if (h->plts == KERN_NO ||
	    !run_is(r, h->ftrace, "CONFIG_DYNAMIC_FTRACE", true))
		return true;
	return trampoline(r, ".text.ftrace_trampoline") &&
	       (h->init_tramp != KERN_YES ||
		trampoline(r, ".init.text.ftrace_trampoline"));
}
