/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A module without its debug information: see slim.h. */
#include "lab/slim.h"

#include <elf.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

static bool is_debug(const struct ko_section *s)
{
	return !(s->flags & SHF_ALLOC) &&
	       (str_starts(s->name, ".debug_") ||
		str_starts(s->name, ".rela.debug_"));
}

static bool has_bytes(const struct ko_section *s)
{
	return s->type != SHT_NULL && s->type != SHT_NOBITS && s->size;
}

/* Bytes that debug sections take; 0 if the file is none to be touched. */
static uint64_t debug_bytes(const struct ko *ko)
{
	struct ko_trailer t;
	uint64_t sum = 0;

	if (ko_check_module(ko, NULL) < 0 || !ko->is64 || ko->be ||
	    ko_trailer(ko, &t, NULL) != -ENODATA)
		return 0;
	for (struct ko_section s = { 0 }; ko_section_next(ko, &s);) {
		struct span b;

		if (ko_section_bytes(ko, s.idx, &b, NULL) < 0 ||
		    s.addralign > 1 << 16 ||
		    (s.addralign & (s.addralign - 1)))
			return 0;
		if (is_debug(&s) && has_bytes(&s))
			sum += s.size;
	}
	return sum;
}

/* What is built: bytes so far, in a buffer that the old image would fill. */
struct out {
	uint8_t *p;
	size_t n, cap;
};

static bool put(struct out *o, struct span bytes, uint64_t align)
{
	size_t at = (o->n + (size_t)align - 1) & ~((size_t)align - 1);

	if (at > o->cap || bytes.n > o->cap - at)
		return false;
	memcpy(o->p + at, bytes.p, bytes.n);
	o->n = at + bytes.n;
	return true;
}

/* Section contents in the order of their numbers, then the table. */
static bool fill(const struct ko *ko, struct out *o)
{
	Elf64_Ehdr eh;
	struct span head;
	size_t table = (size_t)ko->nsh * sizeof(Elf64_Shdr);
	_cleanup_free_ Elf64_Shdr *sh = malloc(table);

	if (!sh || !span_sub(ko->image, 0, sizeof(eh), &head))
		return false;
	memcpy(&eh, head.p, sizeof(eh));
	if (eh.e_shentsize != sizeof(Elf64_Shdr) ||
	    !span_sub(ko->image, eh.e_shoff, table, &head))
		return false;
	memcpy(sh, head.p, table);
	o->n = sizeof(eh);
	for (struct ko_section s = { 0 }; ko_section_next(ko, &s);) {
		struct span b;

		/* The kernel wants offsets of empty sections in range, too. */
		if (!has_bytes(&s) || is_debug(&s)) {
			if (is_debug(&s))
				sh[s.idx].sh_size = 0;
			sh[s.idx].sh_offset = o->n;
			continue;
		}
		if (ko_section_bytes(ko, s.idx, &b, NULL) < 0 ||
		    !put(o, b, s.addralign ? s.addralign : 1))
			return false;
		sh[s.idx].sh_offset = o->n - b.n;
	}
	if (!put(o, (struct span){ (const uint8_t *)sh, table }, 8))
		return false;
	eh.e_shoff = o->n - table;
	memcpy(o->p, &eh, sizeof(eh));
	return true;
}

int lab_slim(const struct ko *ko, struct bytes *ret)
{
	uint64_t spare = debug_bytes(ko);

	if (!spare)
		return -ENODATA;

	/* Sections that overlap or are misaligned may need more: as it is. */
	struct out o = { .cap = ko->image.n };

	o.p = calloc(1, o.cap);
	if (!o.p)
		return -ENOMEM;
	if (!fill(ko, &o)) {
		free(o.p);
		return -ENODATA;
	}
	*ret = (struct bytes){ o.p, o.n };
	return 0;
}
