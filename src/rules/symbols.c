/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Every symbol gets its address. An error does not end the loop, so the last
 * one is what the caller of insmod sees.
 *
 * A module that counts as proprietary does not see what is for GPL modules
 * only; one that takes a symbol of a proprietary module counts as one from
 * there on. So the order of the symbol table decides.
 *
 * Kernel: find_symbol(), resolve_symbol(), simplify_symbols(),
 * kernel/module/main.c.
 */
#include <elf.h>
#include <errno.h>

#include "rules/run.h"

/*
 * Has the loader written where this string of the file is? arm64 sorts
 * relocations, and a string table may run on into them.
 */
static bool is_changed(struct run *r, uint64_t off, const char *s)
{
	struct span now;
	size_t n = strlen(s) + 1;

	return r->machine == EM_AARCH64 &&
	       space_view(&r->space, r->copy + off, n, &now) &&
	       memcmp(now.p, s, n) &&
	       space_str(&r->space, r->copy + off);
}

/*
 * A name in the file, which outlives the load. One that runs into the zeros
 * behind the file is part of its tail, of which one copy is enough.
 */
static const char *file_str(struct run *r, uint64_t off)
{
	const char *p = span_str(r->file, off);
	struct space_region *g = p ? NULL : space_find(&r->space,
						       r->copy + off);
	size_t tail = r->file.n;

	if (p && is_changed(r, off, p))
		p = run_text(r, "%s", space_str(&r->space, r->copy + off));
	if (p || !g || g->base != r->copy)
		return p;
	if (off >= r->file.n)
		return "";
	while (tail && r->file.p[tail - 1])
		tail--;
	if (!r->tail)
		r->tail = arena_strndup(r->a, (const char *)r->file.p + tail,
					r->file.n - tail);
	if (!r->tail)
		r->oom = true;
	return r->tail ? r->tail + (off - tail) : "";
}

bool run_symbol(struct run *r, uint64_t idx, struct run_symbol *ret)
{
	uint64_t at = idx * sizeof(Elf64_Sym);
	uint8_t b[sizeof(Elf64_Sym)];
	struct span s;

	if (!span_sub(r->symtab, at, sizeof(b), &s)) {
		if (!space_read(&r->space, r->sec[r->i_sym].addr + at, b,
				sizeof(b)))
			return false;
		s = (struct span){ b, sizeof(b) };
	}

	uint64_t name = 0, shndx = 0;

	(void)span_uint(s, offsetof(Elf64_Sym, st_name), 4, false, &name);
	(void)span_uint(s, offsetof(Elf64_Sym, st_shndx), 2, false, &shndx);
	(void)span_uint(s, offsetof(Elf64_Sym, st_value), 8, false,
			&ret->value);
	ret->name_off = (uint32_t)name;
	ret->info = s.p[offsetof(Elf64_Sym, st_info)];
	ret->shndx = (uint16_t)shndx;
	/* Names are read from the copy, wherever the table itself is now. */
	ret->name = file_str(r, r->sec[r->i_str].offset + name);
	return true;
}

/* ------------------------------------------------------------ find_symbol */

/* bsearch() of the kernel over a table that should be sorted. */
static const struct kern_export *search(const struct kern_export *v, size_t n,
					const char *name)
{
	while (n) {
		const struct kern_export *mid = v + n / 2;
		int c = strcmp(name, mid->name);

		if (!c)
			return mid;
		if (c > 0) {
			v = mid + 1;
			n--;
		}
		n /= 2;
	}
	return NULL;
}

/* How many of a module's exports stand in its plain table, which is first? */
static size_t plain(const struct run *r, const struct kern_loaded *l)
{
	size_t lo = 0, hi = l->n_exports;

	if (r->has.flagstab == KERN_YES)
		return hi; /* one table */
	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;

		if (l->exports[mid].gpl_only)
			hi = mid;
		else
			lo = mid + 1;
	}
	return lo;
}

static const struct kern_export *find_in(const struct run *r,
					 const struct kern_loaded *l,
					 const char *name, bool gpl_ok)
{
	size_t n = plain(r, l);
	const struct kern_export *e = search(l->exports, n, name);

	if (!e && gpl_ok)
		e = search(l->exports + n, l->n_exports - n, name);
	return e && (gpl_ok || !e->gpl_only) ? e : NULL;
}

static enum kern_known find_in_modules(struct run *r, const char *name,
				       bool gpl_ok, struct run_found *ret)
{
	enum kern_known not_found = KERN_NO;

	for (size_t i = r->s->n_loaded; i--;) {
		const struct kern_loaded *l = &r->s->loaded[i];
		const struct kern_export *e = find_in(r, l, name, gpl_ok);

		if (!l->exports_known)
			not_found = KERN_UNKNOWN;
		if (!e)
			continue;
		*ret = (struct run_found){ .e = *e,
					   .owner = l,
					   .has_value = l->base };
		ret->e.value += l->base;
		return KERN_YES;
	}
	return not_found;
}

enum kern_known run_find_symbol(struct run *r, const char *name, bool gpl_ok,
				struct run_found *ret)
{
	struct kern_export e = { 0 };
	enum kern_known in_kernel = kern_find_export(r->k, name, &e);

	if (in_kernel == KERN_YES && (gpl_ok || !e.gpl_only)) {
		*ret = (struct run_found){ .e = e, .has_value = e.value };
		return KERN_YES;
	}

	enum kern_known in_modules = find_in_modules(r, name, gpl_ok, ret);

	if (in_modules != KERN_YES && in_kernel == KERN_UNKNOWN)
		return KERN_UNKNOWN;
	return in_modules;
}

/* -------------------------------------------------------- resolve_symbol */

/* One undefined symbol; what became of it. */
struct answer {
	enum kern_known found; /* KERN_NO: not found; or see @err */
	int err;	       /* positive: found, but refused */
	const char *row;       /* why it was refused; NULL: the usual row */
	const char *ns, *owner; /* for the rows that name them */
	uint64_t value;
};

/* inherit_taint() */
static bool may_use(struct run *r, const char *name,
		    const struct kern_loaded *owner)
{
	/* Older kernels do not name the symbol. */
	bool named = kern_says(r->k,
			       "%s: module uses symbols from proprietary module %s, inheriting taint.") !=
		     KERN_YES;

	if (!owner || !(owner->taints & 1 << TAINT_P))
		return true;
	if (r->gpl_used) {
		run_say(r, named ? "load.gpl.mixed" : "load.gpl.mixed.old",
			named ? PLACES(r->mod_name, name, owner->name)
			      : PLACES(r->mod_name, owner->name));
		return false;
	}
	if (!(r->r->taints & 1 << TAINT_P))
		run_remark(r, named ? "note.inherit" : "note.inherit.old",
			   named ? PLACES(r->mod_name, name, owner->name)
				 : PLACES(r->mod_name, owner->name),
			   NULL);
	r->r->taints |= 1 << TAINT_P;
	return true;
}

/* verify_module_namespace(): "module:a,b*" names those who may. */
static bool for_this_module(const char *ns, const char *module)
{
	const char *p = ns + strlen("module:");

	if (!str_starts(ns, "module:"))
		return false;
	for (size_t n; *p; p += n + (p[n] == ',')) {
		n = strcspn(p, ",");

		bool glob = n && p[n - 1] == '*';
		size_t len = n - glob;
		bool same = strlen(module) >= len;

		for (size_t i = 0; i < len && same; i++)
			same = p[i] == module[i] ||
			       (p[i] == '-' && module[i] == '_') ||
			       (p[i] == '_' && module[i] == '-');
		if (same && (glob || len == strlen(module)))
			return true;
	}
	return false;
}

/* verify_namespace_is_imported() */
static bool imported(struct run *r, const char *name, const char *ns)
{
	const char *have;

	if (!*ns || (r->has.module_ns == KERN_YES &&
		     for_this_module(ns, r->mod_name)))
		return true;
	for (size_t i = 0; (have = run_modinfo_nth(r, "import_ns", i)); i++)
		if (str_eq(have, ns))
			return true;
	switch (run_option(r, "MODULE_ALLOW_MISSING_NAMESPACE_IMPORTS", NULL)) {
	case KERN_YES:
		run_remark(r, "note.ns", PLACES(r->mod_name, name, ns), NULL);
		return true;
	case KERN_UNKNOWN:
		run_unknown(r, "CONFIG_MODULE_ALLOW_MISSING_NAMESPACE_IMPORTS");
		return true;
	default:
		return false;
	}
}

static void use(struct run *r, const struct kern_loaded *owner)
{
	struct rule_result *res = r->r;

	if (!owner)
		return;
	for (size_t i = res->n_uses; i--;)
		if (res->uses[i] == owner->name)
			return;

	const char **v = arena_more(r->a, r->uses, res->n_uses, sizeof(*v));

	if (!v) {
		r->oom = true;
		return;
	}
	v[res->n_uses++] = owner->name;
	r->uses = v;
	res->uses = v;
}

/*
 * The kernel's own, or a loaded module's, or one that nobody knows of: unique,
 * and in range.
 */
static uint64_t address(struct run *r, const struct run_found *f)
{
	if (f->has_value)
		return f->e.value;
	r->fake += 16;
	return (f->owner ? r->map.others : r->map.kernel) + r->fake;
}

static struct answer resolve(struct run *r, const char *name)
{
	struct run_found f = { 0 };
	bool gpl_ok = !(r->r->taints & 1 << TAINT_P);
	struct answer a = { .found = run_find_symbol(r, name, gpl_ok, &f) };

	if (a.found != KERN_YES)
		return a;
	a.ns = f.e.ns ? f.e.ns : "";
	a.owner = f.owner ? f.owner->name : "kernel";
	if (f.e.gpl_only)
		r->gpl_used = true;
	if (!may_use(r, name, f.owner)) {
		a.found = KERN_NO;
		a.row = "load.gpl.mixed";
	} else if (!run_check_version(r, name, f.e.crc, f.e.has_crc, &a.row)) {
		a.err = EINVAL;
	} else if (!imported(r, name, a.ns)) {
		a.row = "load.ns";
		a.err = EINVAL;
	} else if (f.owner && f.owner->state == KERN_COMING) {
		a.row = "load.symbol.busy";
		a.err = EBUSY;
	} else if (f.owner && f.owner->state == KERN_GOING) {
		a.row = NULL;
		a.err = ENOENT;
	} else {
		use(r, f.owner);
		a.value = address(r, &f);
	}
	return a;
}

/* Who has what could not be found: the row alone can only name what may be. */
static void know_who_has(struct run *r, const char *name)
{
	enum kern_known here, there = KERN_UNKNOWN;
	struct kern_export e = { 0 };
	const char *l;

	here = kern_find_export(r->k, name, &e);
	if (here != KERN_YES)
		there = kern_find_provider(r->k, name, &e);
	/* It is the module's license that counts, not the kernel's taint. */
	if ((here == KERN_YES || there == KERN_YES) && e.gpl_only &&
	    r->r->taints & 1 << TAINT_P) {
		l = run_modinfo_tag(r, "license");
		r->word[RULE_LICENSE] = l ? l : "unspecified";
		run_know(r, RULE_SYMBOL_GPL, RULE_OWNER,
			 there == KERN_YES
				 ? run_text(r, "its module %s", e.owner)
				 : "the kernel itself");
	} else if (there == KERN_YES) {
		run_know(r, RULE_SYMBOL_OWNED, RULE_OWNER, e.owner);
	} else if (here == KERN_NO && there == KERN_NO) {
		r->facts |= RULE_SYMBOL_NOBODY;
	}
}

#define WHO_HAS (RULE_SYMBOL_GPL | RULE_SYMBOL_OWNED | RULE_SYMBOL_NOBODY)

/* The lines and the finding of a symbol that cannot be had. */
static void unresolved(struct run *r, const struct answer *a, const char *name)
{
	const char *second = a->err == EINVAL  ? "load.symbol.refused"
			     : a->err == EBUSY ? "load.symbol.wait"
					       : "load.symbol.unknown";
	const char *where = run_text(r, "symbol %s", name);
	int err = a->err ? a->err : ENOENT;

	if (!a->row || (!a->err && !str_eq(a->row, "load.gpl.mixed"))) {
		if (err == ENOENT)
			know_who_has(r, name);
		run_refuse_last(r, err, second, PLACES(r->mod_name, name),
				where);
		run_forget(r, WHO_HAS);
		return;
	}
	if (str_eq(a->row, "load.ns"))
		run_refuse_last(r, err, a->row,
				PLACES(r->mod_name, name, a->ns), where);
	else if (str_eq(a->row, "load.symbol.busy"))
		run_refuse_last(r, err, a->row, PLACES(r->mod_name, a->owner),
				where);
	else if (str_eq(a->row, "load.gpl.mixed"))
		/* its line is there already */
		run_decide_only(r, err, a->row,
				PLACES(r->mod_name, name, a->owner), where);
	else
		run_refuse_last(r, err, a->row, PLACES(r->name, name), where);
	run_say(r, second, PLACES(r->mod_name, name));
}

static bool set_value(struct run *r, uint64_t idx, uint64_t value)
{
	uint64_t at = r->sec[r->i_sym].addr + idx * sizeof(Elf64_Sym) +
		      offsetof(Elf64_Sym, st_value);
	uint8_t *p = space_write(&r->space, at, 8);

	if (!p)
		return run_undefined(r, "stray.symtab", PLACES(NULL), NULL);
	value = htole64(value);
	memcpy(p, &value, 8);
	return true;
}

/* Not needed, and nobody has it. */
static bool optional(const struct run *r, const struct run_symbol *y)
{
	return ELF64_ST_BIND(y->info) == STB_WEAK ||
	       (r->machine == EM_X86_64 &&
		str_eq(y->name, "_GLOBAL_OFFSET_TABLE_"));
}

static bool undefined(struct run *r, uint64_t idx, const struct run_symbol *y)
{
	struct answer a = resolve(r, y->name);

	if (a.found == KERN_YES && !a.err)
		return set_value(r, idx, a.value);
	if (a.found == KERN_UNKNOWN) {
		run_unknown(r, run_text(r, "who exports %s", y->name));
		r->fake += 16;
		return set_value(r, idx, r->map.kernel + r->fake);
	}
	if (a.found == KERN_NO && optional(r, y))
		return true;
	unresolved(r, &a, y->name);
	return true;
}

static bool defined(struct run *r, uint64_t idx, const struct run_symbol *y)
{
	uint64_t base;

	if (y->shndx >= r->shnum) {
		/* Few kernels look; others read what is behind the headers. */
		if (kern_says(r->k,
			      "%s: Symbol %s has an invalid section index %u (max %u)") ==
		    KERN_NO)
			return run_undefined(r, "stray.symbol.section",
					     PLACES(NULL), y->name);
		run_refuse_last(r, ENOEXEC, "load.symbol.section",
				PLACES(r->mod_name, y->name,
				       run_text(r, "%u", y->shndx),
				       run_text(r, "%u", r->shnum - 1)),
				NULL);
		return true;
	}
	base = y->shndx == r->i_pcpu ? r->percpu : r->sec[y->shndx].addr;
	return set_value(r, idx, y->value + base);
}

static bool simplify(struct run *r, uint64_t idx)
{
	struct run_symbol y;

	if (!run_symbol(r, idx, &y))
		return run_undefined(r, "stray.symtab", PLACES(NULL), NULL);
	if (!y.name)
		return run_undefined(r, "stray.symbol.name", PLACES(NULL),
				     run_text(r, "symbol %llu",
					      (unsigned long long)idx));
	switch (y.shndx) {
	case SHN_COMMON:
		if (!str_starts(y.name, "__gnu_lto"))
			run_refuse_last(r, ENOEXEC, "load.symbol.common",
					PLACES(r->mod_name), y.name);
		return true;
	case SHN_ABS:
	case SHNDX_LIVEPATCH:
		return true;
	case SHN_UNDEF:
		return undefined(r, idx, &y);
	default:
		return defined(r, idx, &y);
	}
}

bool run_symbols(struct run *r)
{
	for (uint64_t i = 1; i < r->n_sym; i++)
		if (!simplify(r, i) || r->oom)
			return false;
	return r->r->verdict != RULE_REFUSED;
}
