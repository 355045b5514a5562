/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The module's type information: header, sections and names. Its types are
 * looked at in btf_types.c.
 *
 * Kernel: btf_module_notify(), btf_parse_hdr(), btf_check_sec_info() and
 * btf_parse_str_sec(), kernel/bpf/btf.c.
 */
#include <errno.h>

#include "rules/btf.h"

/* struct btf_header: magic, version, flags, hdr_len, then two sections */
#define HDR_LEN_END 8
#define HDR_SIZE 24
#define BTF_MAGIC_LE 0xeb9f
#define K_ENOTSUPP 524
#define NAMES_MAX 0xffffff

static uint32_t u32(struct span s, size_t off)
{
	uint64_t v = 0;

	(void)span_uint(s, off, 4, false, &v);
	return (uint32_t)v;
}

/* A field of the header: what lies beyond its length counts as 0. */
static uint32_t field(struct span s, size_t off)
{
	return off + 4 <= u32(s, 4) ? u32(s, off) : 0;
}

static struct complaint fine(void)
{
	return (struct complaint){ 0 };
}

static struct complaint bad(struct run *r, const char *text, int err)
{
	struct complaint c = { .err = err };

	c.line = arena_array(r->a, 1, sizeof(*c.line));
	if (c.line)
		c.line[c.n++] = text;
	else
		r->oom = true;
	return c;
}

static struct complaint header(struct run *r, struct span s)
{
	uint32_t n;

	if (s.n < HDR_LEN_END)
		return bad(r, "hdr_len not found", EINVAL);
	n = u32(s, 4);
	if (s.n < n)
		return bad(r, "btf_header not found", EINVAL);
	for (uint32_t i = HDR_SIZE; i < n; i++)
		if (s.p[i])
			return bad(r, "Unsupported btf_header", E2BIG);
	if (n < 2 || (s.p[0] | s.p[1] << 8) != BTF_MAGIC_LE)
		return bad(r, "Invalid magic", EINVAL);
	if (n < 3 || s.p[2] != 1)
		return bad(r, "Unsupported version", K_ENOTSUPP);
	if (n > 3 && s.p[3])
		return bad(r, "Unsupported flags", K_ENOTSUPP);
	return fine();
}

struct part {
	uint32_t off, len;
};

/* Types and names, one behind the other, and nothing else. */
static struct complaint sections(struct run *r, struct span s)
{
	uint64_t all = s.n - u32(s, 4), sum = 0;
	struct part v[2] = { { field(s, 8), field(s, 12) },
			     { field(s, 16), field(s, 20) } };

	/* The kernel's order is of the difference, which has a sign. */
	if ((int32_t)(v[1].off - v[0].off) < 0) {
		struct part first = v[1];

		v[1] = v[0];
		v[0] = first;
	}
	for (size_t i = 0; i < ARRAY_SIZE(v); i++) {
		if (all < v[i].off)
			return bad(r, "Invalid section offset", EINVAL);
		if (sum < v[i].off)
			return bad(r, "Unsupported section found", EINVAL);
		if (sum > v[i].off)
			return bad(r, "Section overlap found", EINVAL);
		if (all - sum < v[i].len)
			return bad(r, "Total section length too long", EINVAL);
		sum += v[i].len;
	}
	return sum == all ? fine()
			  : bad(r, "Unsupported section found", EINVAL);
}

static struct complaint names(struct run *r, struct span s)
{
	uint64_t start = (uint64_t)u32(s, 4) + field(s, 16);
	uint32_t n = field(s, 20);

	if (start + n != s.n)
		return bad(r, "String section is not at the end", EINVAL);
	if (n && (n - 1 > NAMES_MAX || s.p[s.n - 1]))
		return bad(r, "Invalid string section", EINVAL);
	return fine();
}

static struct complaint check(struct run *r, struct span s)
{
	struct complaint c = header(r, s);
	struct span types = { 0 }, own = { 0 };

	if (!c.err)
		c = sections(r, s);
	if (!c.err)
		c = names(r, s);
	if (c.err || run_find_any_sec(r, ".BTF.base"))
		return c;
	(void)span_sub(s, (uint64_t)u32(s, 4) + field(s, 8), field(s, 12),
		       &types);
	(void)span_sub(s, (uint64_t)u32(s, 4) + field(s, 16), field(s, 20),
		       &own);
	return btf_types(r, types, own);
}

/* Some kernels go on, and say so in their own way. */
static bool mismatch(struct run *r, const struct complaint *c)
{
	static const char once[] =
		"Kernel module BTF mismatch detected, BTF debug info may be unavailable for some modules";
	const char *err = run_text(r, "-%d", c->err);
	bool new = kern_says(r->k, once) == KERN_YES;
	bool allow = run_is(r, run_option(r, "MODULE_ALLOW_BTF_MISMATCH", once),
			    "CONFIG_MODULE_ALLOW_BTF_MISMATCH", true);

	/* Since 6.4 nothing is said of a type where that is allowed. */
	for (size_t i = 0; i < c->n; i++)
		if (!c->typed || !allow || run_release_before(r, 6, 4))
			run_say(r, "note.bpf", PLACES(c->line[i]));
	if (!allow)
		return run_refuse_err(r, c->err, "load.btf",
				      PLACES(r->mod_name, err), NULL);
	if (!new)
		run_remark(r, "note.btf", PLACES(r->mod_name, err), NULL);
	else if (!(r->s->said & KERN_SAID_BTF))
		run_remark(r, "note.btf.new", PLACES(NULL), NULL);
	r->s->said |= KERN_SAID_BTF;
	return true;
}

bool run_btf(struct run *r)
{
	uint32_t sec = run_find_any_sec(r, ".BTF");
	const struct run_sec *s = &r->sec[sec];
	struct complaint c;
	struct span bytes;

	if (!sec || !s->size ||
	    run_option(r, "DEBUG_INFO_BTF_MODULES", NULL) != KERN_YES)
		return true;
	if (!space_view(&r->space, s->addr, s->size, &bytes))
		return true;
	c = check(r, bytes);
	return !c.err || mismatch(r, &c);
}
