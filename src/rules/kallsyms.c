/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What /proc/kallsyms lists of the module once its init has run.
 *
 * Kernel: add_kallsyms(), elf_type(), module_get_kallsym(),
 * kernel/module/kallsyms.c.
 */
#include <ctype.h>
#include <elf.h>
#include <limits.h>

#include "rules/run.h"

/* elf_type() */
static char letter(const struct run *r, const struct run_symbol *y)
{
	const struct run_sec *s;

	if (ELF64_ST_BIND(y->info) == STB_WEAK)
		return ELF64_ST_TYPE(y->info) == STT_OBJECT ? 'v' : 'w';
	if (y->shndx == SHN_UNDEF)
		return 'U';
	if (y->shndx == SHN_ABS || y->shndx == r->i_pcpu)
		return 'a';
	if (y->shndx >= SHN_LORESERVE || y->shndx >= r->shnum)
		return '?';
	s = &r->sec[y->shndx];
	if (s->flags & SHF_EXECINSTR)
		return 't';
	if (s->flags & SHF_ALLOC && s->type != SHT_NOBITS)
		return s->flags & SHF_WRITE ? 'd' : 'r';
	if (s->type == SHT_NOBITS)
		return 'b';
	return s->name && str_starts(s->name, ".debug") ? 'n' : '?';
}

/* is_exported(): in the plain table, with this value. */
static bool exported(const struct run *r, const struct run_symbol *y)
{
	const struct kern_export *v = r->r->exports;
	size_t n = r->n_plain;

	while (n) {
		const struct kern_export *mid = v + n / 2;
		int c = strcmp(y->name, mid->name);

		if (!c)
			return mid->value == y->value;
		if (c > 0) {
			v = mid + 1;
			n--;
		}
		n /= 2;
	}
	return false;
}

static void place(const struct run *r, struct rule_kallsym *k, uint64_t value,
		  uint16_t shndx)
{
	k->part = UINT_MAX;
	k->offset = value;
	for (size_t i = 0; i < r->r->n_parts; i++)
		if (value - r->part_base[i] < r->r->parts[i].size) {
			k->part = (unsigned)i;
			k->offset = value - r->part_base[i];
		}
	/* Far out it still moves with the section that it was counted from. */
	if (k->part == UINT_MAX && shndx < r->shnum &&
	    r->sec[shndx].part >= 0) {
		k->part = (unsigned)r->sec[shndx].part;
		k->offset = value - r->part_base[k->part];
	}
}

void run_kallsyms(struct run *r)
{
	struct rule_result *res = r->r;
	struct run_symbol y;

	if (r->has.kallsyms == KERN_NO || !r->n_sym)
		return;
	res->kallsyms = arena_array(r->a, r->n_sym, sizeof(*res->kallsyms));
	if (!res->kallsyms) {
		r->oom = true;
		return;
	}
	/* Number 0 has no name, unless somebody gave it one. */
	for (uint64_t i = 0; i < r->n_sym && run_symbol(r, i, &y); i++) {
		struct rule_kallsym *k = &res->kallsyms[res->n_kallsyms];
		char c;

		if (!y.name || !*y.name || !run_symbol_kept(r, i, &y))
			continue;
		c = letter(r, &y);
		k->name = y.name;
		k->letter = (char)(exported(r, &y) ? toupper(c) : tolower(c));
		place(r, k, y.value, y.shndx);
		res->n_kallsyms++;
	}
}
