/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Relocations of x86-64. Every place has to be zero before; a 32-bit place
 * has to be large enough for its value, but for those relative to itself.
 *
 * Kernel: apply_relocate_add(), arch/x86/kernel/module.c.
 */
#include <elf.h>

#include "rules/run.h"

struct site {
	uint32_t sec;  /* the section of relocations */
	uint64_t idx;
	uint64_t at;   /* address */
	uint32_t type;
	unsigned width; /* 0: nothing is written */
	uint64_t val;
	bool overflow;
};

static bool fits(uint32_t type, uint64_t val)
{
	if (type == R_X86_64_32)
		return val <= UINT32_MAX;
	if (type == R_X86_64_32S)
		return (uint64_t)(int64_t)(int32_t)(uint32_t)val == val;
	return true;
}

/* What is written. False: no such type. */
static bool value_of(struct site *s)
{
	switch (s->type) {
	case R_X86_64_NONE:
		return true;
	case R_X86_64_64:
		s->width = 8;
		return true;
	case R_X86_64_32:
	case R_X86_64_32S:
		s->width = 4;
		s->overflow = !fits(s->type, s->val);
		return true;
	case R_X86_64_PC32:
	case R_X86_64_PLT32:
		s->width = 4;
		s->val -= s->at;
		return true;
	case R_X86_64_PC64:
		s->width = 8;
		s->val -= s->at;
		return true;
	default:
		return false;
	}
}

static const char *site_where(struct run *r, const struct site *s)
{
	return run_text(r, "relocation %llu of section %u '%s'",
			(unsigned long long)s->idx, s->sec,
			r->sec[s->sec].name ? r->sec[s->sec].name : "?");
}

static bool overflows(struct run *r, const struct site *s)
{
	const char *type = run_text(r, "%u", s->type);
	const char *val = run_text(r, "%llx", (unsigned long long)s->val);
	const char *where = site_where(r, s);

	if (kern_says(r->k, "overflow in relocation type %d val %llx sec %u idx %d") ==
	    KERN_YES)
		run_say(r, "load.rela.overflow",
			PLACES(type,
			       run_text(r, "%s sec %u idx %llu", val, s->sec,
					(unsigned long long)s->idx)));
	else
		run_say(r, "load.rela.overflow", PLACES(type, val));
	return run_refuse(r, "load.rela.mcmodel", PLACES(r->mod_name), where);
}

static bool nonzero(struct run *r, const struct site *s)
{
	const char *type = run_text(r, "%u", s->type);
	const char *loc = run_text(r, "%016llx", (unsigned long long)s->at);
	const char *val = run_text(r, "%llx", (unsigned long long)s->val);
	const char *where = site_where(r, s);

	if (kern_says(r->k,
		      "x86/modules: Invalid relocation target, existing value is nonzero for sec %u, idx %u, type %d, loc %lx, val %llx") ==
	    KERN_YES)
		return run_refuse(r, "load.rela.nonzero.new",
				  PLACES(run_text(r, "%u", s->sec),
					 run_text(r, "%llu",
						  (unsigned long long)s->idx),
					 type, loc, val),
				  where);
	if (kern_says(r->k,
		      "x86/modules: Invalid relocation target, existing value is nonzero for type %d, loc %p, val %Lx") ==
	    KERN_YES)
		return run_refuse(r, "load.rela.nonzero.6.3",
				  PLACES(type, loc, val), where);
	return run_refuse(r, "load.rela.nonzero", PLACES(type, loc, val),
			  where);
}

static bool all_zero(const uint8_t *p, unsigned n)
{
	static const uint8_t zeros[8];

	return !memcmp(p, zeros, n);
}

/* Up to 6.2 a value is written before it is found too large. */
static bool write_first(const struct run *r)
{
	return kern_says(r->k,
			 "x86/modules: Skipping invalid relocation target, existing value is nonzero for type %d, loc %p, val %Lx") !=
	       KERN_NO;
}

static bool stray(struct run *r, const struct site *s)
{
	return run_undefined(r, "stray.rela.target", PLACES(NULL),
			     site_where(r, s));
}

static bool write_site(struct run *r, const struct site *s, uint8_t *p)
{
	uint64_t le = htole64(s->val);

	if (s->overflow && !write_first(r))
		return overflows(r, s);
	if (!all_zero(p, s->width))
		return nonzero(r, s);
	memcpy(p, &le, s->width);
	return !s->overflow || overflows(r, s);
}

/* The address where it points to: symbol value and addend. */
static bool target(struct run *r, uint32_t sym, uint64_t *ret)
{
	struct span s;

	if (span_sub(r->symtab, (uint64_t)sym * sizeof(Elf64_Sym),
		     sizeof(Elf64_Sym), &s))
		return span_uint(s, offsetof(Elf64_Sym, st_value), 8, false,
				 ret);
	return space_uint(&r->space,
			  r->sec[r->i_sym].addr +
				  (uint64_t)sym * sizeof(Elf64_Sym) +
				  offsetof(Elf64_Sym, st_value),
			  8, ret);
}

/* The section that is relocated, as far as it lies in one piece. */
struct home {
	uint64_t base;
	uint64_t size;
	uint8_t *p;
};

static uint8_t *place_of(struct run *r, const struct home *h,
			 const struct site *s)
{
	uint64_t off = s->at - h->base;

	if (off < h->size && s->width <= h->size - off)
		return h->p + off;
	return space_write(&r->space, s->at, s->width);
}

static bool apply(struct run *r, const struct home *h, uint32_t sec,
		  uint64_t i, const struct run_rela *e)
{
	struct site s = {
		.sec = sec,
		.idx = i,
		.at = h->base + e->offset,
		.type = e->type,
	};

	if (!target(r, e->sym, &s.val))
		return run_undefined(r, "stray.rela.symbol", PLACES(NULL),
				     site_where(r, &s));
	s.val += e->addend;
	if (!value_of(&s))
		return run_refuse(r, "load.rela.type",
				  PLACES(r->mod_name,
					 run_text(r, "%u", s.type)),
				  site_where(r, &s));
	if (!s.width)
		return true;

	uint8_t *p = place_of(r, h, &s);

	return p ? write_site(r, &s, p) : stray(r, &s);
}

/* As run_rela(), from a view of the whole section. */
static bool rela_at(struct run *r, struct span all, uint32_t sec, uint64_t i,
		    struct run_rela *ret)
{
	uint64_t info, at = i * sizeof(Elf64_Rela);

	if (!span_uint(all, at, 8, false, &ret->offset) ||
	    !span_uint(all, at + 8, 8, false, &info) ||
	    !span_uint(all, at + 16, 8, false, &ret->addend))
		return run_rela(r, sec, i, ret);
	ret->sym = (uint32_t)(info >> 32);
	ret->type = (uint32_t)info;
	return true;
}

bool run_relocate_x86_64(struct run *r, uint32_t sec)
{
	const struct run_sec *s = &r->sec[sec], *to = &r->sec[s->info];
	struct home h = { .base = to->addr, .size = to->size };
	struct span all = { 0 };

	h.p = space_write(&r->space, h.base, h.size);
	if (!h.p)
		h.size = 0;
	(void)space_view(&r->space, s->addr, s->size, &all);
	for (uint64_t i = 0; i < s->size / sizeof(Elf64_Rela); i++) {
		struct run_rela e;

		if (!rela_at(r, all, sec, i, &e) || !apply(r, &h, sec, i, &e))
			return false;
	}
	return true;
}
