/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Relocations of x86-64. Every place has to be zero before; a 32-bit place
 * has to be large enough for its value, but for those relative to itself.
 *
 * Kernel: apply_relocate_add(), arch/x86/kernel/module.c.
 */
#include <elf.h>

#include "rules/run.h"

static bool fits(uint32_t type, uint64_t val)
{
	if (type == R_X86_64_32)
		return val <= UINT32_MAX;
	if (type == R_X86_64_32S)
		return (uint64_t)(int64_t)(int32_t)(uint32_t)val == val;
	return true;
}

/* What is written. False: no such type. */
static bool value_of(struct run_site *s)
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

static bool overflows(struct run *r, const struct run_site *s)
{
	const char *type = run_text(r, "%u", s->type);
	const char *val = run_text(r, "%llx", (unsigned long long)s->val);
	const char *where = run_site_where(r, s);

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

static bool nonzero(struct run *r, const struct run_site *s)
{
	const char *type = run_text(r, "%u", s->type);
	const char *loc = run_text(r, "%016llx", (unsigned long long)s->at);
	const char *val = run_text(r, "%llx", (unsigned long long)s->val);
	const char *where = run_site_where(r, s);

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

static bool write_site(struct run *r, const struct run_site *s, uint8_t *p)
{
	uint64_t le = htole64(s->val);

	if (s->overflow && !write_first(r))
		return overflows(r, s);
	if (!all_zero(p, s->width))
		return nonzero(r, s);
	memcpy(p, &le, s->width);
	return !s->overflow || overflows(r, s);
}

bool run_apply_x86_64(struct run *r, struct run_site *s)
{
	uint8_t *p;

	if (!value_of(s))
		return run_refuse(r, "load.rela.type",
				  PLACES(r->mod_name,
					 run_text(r, "%u", s->type)),
				  run_site_where(r, s));
	if (!s->width)
		return true;
	p = run_site_place(r, s);
	return p ? write_site(r, s, p) : run_site_stray(r, s);
}
