/* SPDX-License-Identifier: GPL-2.0-or-later */
/* lkm show, for people: the lists. Without -v long ones are cut short. */
#include <stdio.h>
#include <string.h>

#include "show.h"
#include "ui.h"

#define OBJECTS_SHOWN 16
#define ENTRIES_SHOWN 12
#define EXPORTS_SHOWN 16
#define ALIASES_SHOWN 12
#define TROUBLES_SHOWN 8
#define LINES_SHOWN 3 /* of names behind one another */
#define WIDTH 79

static void put_padded(const char *text, size_t width)
{
	size_t n = strlen(text);

	ui_put(stdout, text);
	for (; n < width; n++)
		(void)putchar(' ');
}

/* Names behind one another, as many to a line as fit. */
struct words {
	size_t column, lines, hidden;
	size_t max_lines; /* 0: all */
};

static void word(struct words *w, const char *text)
{
	size_t n = strlen(text);

	if (w->hidden) {
		w->hidden++;
		return;
	}
	if (!w->column || w->column + 1 + n > WIDTH) {
		if (w->max_lines && w->lines == w->max_lines) {
			w->hidden = 1;
			return;
		}
		(void)fputs(w->column ? "\n   " : "   ", stdout);
		w->column = 3;
		w->lines++;
	}
	(void)putchar(' ');
	ui_put(stdout, text);
	w->column += 1 + n;
}

static void end_words(const struct words *w)
{
	if (w->hidden)
		(void)printf("\n    ... and %zu more (-v shows all)",
			     w->hidden);
	(void)putchar('\n');
}

/* ------------------------------------------------------------ entry points */

static const char *why(const struct anat_object *o)
{
	switch (o->how) {
	case ANAT_PROTOTYPE:
		return "guess: by its functions";
	case ANAT_NAME:
		return "guess: by its name";
	default:
		return NULL;
	}
}

static void put_object_name(const struct anat_object *o)
{
	(void)fputs(o->type ? " " : "", stdout);
	if (o->name[0]) {
		ui_put(stdout, o->name);
	} else {
		ui_put(stdout, o->section);
		(void)fputs(", without a name", stdout);
	}
	if (o->count > 1)
		(void)printf("[%llu]", (unsigned long long)o->count);
}

static void put_object(const struct anat_object *o, bool many)
{
	const char *guess = o->type ? why(o) : NULL;

	(void)fputs(o->type ? "  struct " : "  ", stdout);
	ui_put(stdout, o->type ? o->type : "");
	if (!many)
		put_object_name(o);
	if (guess)
		(void)printf("  (%s)", guess);
	if (o->maybe)
		(void)printf("  (it may be a %s)", o->maybe);
	(void)putchar('\n');
}

static void put_call(const struct anat_entry *e, size_t width)
{
	(void)putchar(' ');
	put_padded(e->function, e->when || e->imported ? width : 0);
	if (e->when)
		(void)printf(" %s", e->when);
	if (e->imported)
		(void)fputs(" [kernel's]", stdout);
	(void)putchar('\n');
}

static void put_entry(const struct anat_entry *e)
{
	char at[32];

	(void)snprintf(at, sizeof(at), "+0x%llx",
		       (unsigned long long)e->offset);
	(void)fputs("    ", stdout);
	put_padded(e->member && *e->member ? e->member : at, 20);
	put_call(e, 26);
}

/* Of small ones there are many: a line for each function, with its object. */
static void put_small(const struct anat_object *o)
{
	_cleanup_text_ struct text t = { 0 };

	for (size_t i = 0; i < o->n_entries; i++) {
		const struct anat_entry *e = &o->entries[i];

		t.n = 0;
		text_addf(&t, "%s.%s", o->name, e->member ? e->member : "?");
		(void)fputs("    ", stdout);
		put_padded(text_str(&t), 36);
		(void)putchar(' ');
		ui_put(stdout, e->function);
		(void)fputs(e->imported ? " [kernel's]\n" : "\n", stdout);
	}
}

#define SMALL 4 /* the weight of attributes and of tracing */

/* What matters most comes first. */
static unsigned weight(const struct anat_object *o)
{
	if (!o->type)
		return 3;
	if (str_ends(o->type, "_driver"))
		return 0;
	if (str_starts(o->type, "trace") || str_ends(o->type, "attribute") ||
	    str_eq(o->type, "static_call_key") ||
	    str_eq(o->type, "bpf_raw_event_map"))
		return SMALL;
	return o->how == ANAT_NAME ? 2 : 1;
}

static void put_objects(const struct show_file *f, unsigned w, size_t *left)
{
	const char *type = "";

	for (size_t i = 0; i < f->tables.n && *left; i++) {
		const struct anat_object *o = &f->tables.v[i];
		size_t n = show_limit(f, o->n_entries, ENTRIES_SHOWN);

		if (weight(o) != w)
			continue;
		(*left)--;
		if (w < SMALL || !str_eq(o->type, type))
			put_object(o, w == SMALL);
		if (w == SMALL) {
			type = o->type;
			put_small(o);
			continue;
		}
		for (size_t k = 0; k < n; k++)
			put_entry(&o->entries[k]);
		if (n < o->n_entries)
			(void)printf("    ... and %zu more\n",
				     o->n_entries - n);
	}
}

static void put_entries(const struct show_file *f)
{
	const struct anat_tables *t = &f->tables;
	size_t shown = show_limit(f, t->n, OBJECTS_SHOWN), left = shown;

	show_head("Entry points");
	if (!f->ko->sh_symtab) {
		/* Relocations name symbols, and there are none. */
		show_row("unknown", "the file has no symbol table (stripped): init, exit and all others are not known");
		return;
	}
	show_row("init", t->init ? t->init : "none");
	show_row("exit", t->exit ? t->exit : "none: once in, it stays");
	for (unsigned w = 0; w <= SMALL; w++)
		put_objects(f, w, &left);
	show_rest(t->n, shown);
	if (t->cut)
		(void)puts("  there are more than are looked at");
}

/* ----------------------------------------------------- exports and needs */

static void put_exports(const struct show_file *f)
{
	size_t shown = show_limit(f, f->n_exports, EXPORTS_SHOWN);

	if (!f->n_exports && !f->no_exports.err)
		return;
	show_head("Exports");
	show_row("unknown", f->no_exports.err ? f->no_exports.what : NULL);
	for (size_t i = 0; i < shown; i++) {
		const struct ko_export *e = &f->exports[i];

		(void)fputs("  ", stdout);
		put_padded(e->name, 32);
		if (e->has_crc)
			(void)printf(" 0x%08x", e->crc);
		(void)fputs(e->gpl_only ? "  GPL only" : "", stdout);
		if (*e->ns) {
			(void)fputs("  in ", stdout);
			ui_put(stdout, e->ns);
		}
		(void)putchar('\n');
	}
	show_rest(f->n_exports, shown);
}

static bool same_owner(const struct anat_need *a, const struct anat_need *b)
{
	return a->provided == b->provided &&
	       (a->provided != KERN_YES || str_eq(a->owner, b->owner));
}

/* Was this owner met before? */
static bool is_first(const struct show_file *f, size_t i)
{
	for (size_t k = 0; k < i; k++)
		if (same_owner(&f->needs[k], &f->needs[i]))
			return false;
	return true;
}

static void put_owner(const struct show_file *f, const struct anat_need *like)
{
	struct words w = { .max_lines = f->o->verbose ? 0 : LINES_SHOWN };
	_cleanup_text_ struct text t = { 0 };
	size_t n = 0;

	for (size_t i = 0; i < f->n_needs; i++)
		n += same_owner(&f->needs[i], like);
	(void)fputs("  ", stdout);
	if (like->provided == KERN_NO)
		(void)fputs("nobody", stdout);
	else if (like->provided == KERN_UNKNOWN)
		(void)fputs(f->k ? "not known who" : "from some kernel",
			    stdout);
	else if (!*like->owner)
		(void)fputs("the kernel", stdout);
	else
		(void)printf("module %s", like->owner);
	(void)printf(": %zu\n", n);
	for (size_t i = 0; i < f->n_needs; i++) {
		const struct anat_need *x = &f->needs[i];

		if (!same_owner(x, like))
			continue;
		t.n = 0;
		text_addf(&t, "%s%s", x->name,
			  x->weak && x->provided != KERN_YES ? " (weak)" : "");
		word(&w, text_str(&t));
	}
	end_words(&w);
}

/* What is wrong with one; NULL if all is well. */
static const char *trouble(const struct show_file *f, const struct anat_need *n,
			   struct text *t)
{
	t->n = 0;
	if (n->version == ANAT_FIT_DIFFERS)
		text_addf(
			t,
			"%s: built against version 0x%08x, there it is 0x%08x",
			n->name, n->crc, n->has);
	else if (n->ns_missing)
		text_addf(
			t,
			"%s: in namespace %s, which the module does not import",
			n->name, n->ns);
	else if (n->gpl_only && !anat_gpl(ko_modinfo(f->ko, "license")))
		text_addf(t, "%s: for GPL modules only", n->name);
	return t->n ? text_str(t) : NULL;
}

static void put_troubles(const struct show_file *f)
{
	_cleanup_text_ struct text t = { 0 };
	size_t n = 0, shown;

	for (size_t i = 0; i < f->n_needs; i++)
		n += trouble(f, &f->needs[i], &t) != NULL;
	shown = show_limit(f, n, TROUBLES_SHOWN);
	for (size_t i = 0, k = 0; i < f->n_needs && k < shown; i++) {
		const char *s = trouble(f, &f->needs[i], &t);

		if (!s)
			continue;
		k++;
		(void)fputs("  ", stdout);
		ui_put(stdout, s);
		(void)putchar('\n');
	}
	show_rest(n, shown);
}

static void put_versions(const struct show_file *f)
{
	size_t same = 0, differ = 0;

	for (size_t i = 0; i < f->n_needs; i++) {
		same += f->needs[i].version == ANAT_FIT_SAME;
		differ += f->needs[i].version == ANAT_FIT_DIFFERS;
	}
	if (same + differ)
		(void)printf("  versions: %zu agree, %zu differ\n", same,
			     differ);
}

static void put_needs(const struct show_file *f)
{
	show_head("Needs");
	show_row("unknown", !f->ko->sh_symtab
				    ? "the file has no symbol table (stripped)"
			    : f->no_needs.err ? f->no_needs.what
					      : NULL);
	for (size_t i = 0; i < f->n_needs; i++)
		if (is_first(f, i))
			put_owner(f, &f->needs[i]);
	put_versions(f);
	put_troubles(f);
}

/* -------------------------------------------------------------- parameters */

static void put_permission(const struct anat_param *p)
{
	if (!p->has_perm)
		return;
	if (!p->perm)
		(void)fputs(", not in /sys", stdout);
	else
		(void)printf(", %04o in /sys", p->perm);
}

static void put_param(const struct anat_param *p)
{
	(void)fputs("  ", stdout);
	ui_put(stdout, p->name);
	if (p->dflt) {
		(void)putchar('=');
		ui_put(stdout, p->dflt);
	}
	(void)fputs("  (", stdout);
	ui_put(stdout, p->type ? p->type : "a type of its own");
	put_permission(p);
	if (p->set) {
		(void)fputs(", set by ", stdout);
		ui_put(stdout, p->set);
	}
	(void)fputs(p->unsafe ? ", taints the kernel" : "", stdout);
	(void)fputs(p->hardware ? ", hardware: not under lockdown" : "",
		    stdout);
	(void)puts(")");
	if (p->desc) {
		(void)fputs("      ", stdout);
		ui_put(stdout, p->desc);
		(void)putchar('\n');
	}
}

static void put_params(const struct show_file *f)
{
	if (!f->n_params)
		return;
	show_head("Parameters");
	for (size_t i = 0; i < f->n_params; i++)
		put_param(&f->params[i]);
}

/* ------------------------------------------------- aliases, other modules */

static size_t count_info(const struct ko *ko, const char *key)
{
	size_t n = 0;

	for (struct ko_info i = { 0 }; ko_info_next(ko, &i);)
		n += span_eq(i.key, key);
	return n;
}

/* What many aliases mean alike is told once. */
struct run {
	const char *words; /* NULL: nothing yet */
	size_t n;
};

static void put_run(const struct run *r)
{
	if (!r->words)
		return;
	(void)fputs("  ", stdout);
	ui_put(stdout, r->words);
	if (r->n > 1)
		(void)printf(" (%zu aliases)", r->n);
	(void)putchar('\n');
}

static void put_alias(const struct show_file *f, const char *alias,
		      const char *words, struct run *r, size_t *lines)
{
	if (r->words && str_eq(r->words, words)) {
		r->n++;
		return;
	}
	if (*lines < ALIASES_SHOWN || f->o->verbose)
		put_run(r);
	*lines += r->words != NULL;
	*r = (struct run){ words, 1 };
	if (!f->o->verbose)
		return;
	put_run(r);
	r->words = NULL;
	(void)fputs("      ", stdout);
	ui_put(stdout, alias);
	(void)putchar('\n');
}

static void put_aliases(const struct show_file *f)
{
	_cleanup_arena_ struct arena a = { 0 };
	size_t lines = 0;
	struct run r = { 0 };

	if (!count_info(f->ko, "alias"))
		return;
	show_head("Loaded for");
	for (struct ko_info i = { 0 }; ko_info_next(f->ko, &i);) {
		const char *words;

		if (!span_eq(i.key, "alias"))
			continue;
		words = anat_alias(i.value, &f->o->ids, &a);
		put_alias(f, i.value, words ? words : i.value, &r, &lines);
	}
	if (lines < ALIASES_SHOWN)
		put_run(&r);
	lines += r.words != NULL;
	if (!f->o->verbose && lines > ALIASES_SHOWN)
		show_rest(lines, ALIASES_SHOWN);
}

static void put_depends(const struct show_file *f)
{
	static const struct {
		const char *key, *what;
	} keys[] = {
		{ "depends", "needs" },	      { "softdep", "softdep" },
		{ "weakdep", "weakdep" },     { "firmware", "firmware" },
		{ "import_ns", "namespace" },
	};
	bool any = false;

	for (size_t i = 0; i < ARRAY_SIZE(keys); i++)
		for (struct ko_info x = { 0 }; ko_info_next(f->ko, &x);) {
			if (!span_eq(x.key, keys[i].key) || !*x.value)
				continue;
			if (!any)
				show_head("Other modules and files");
			any = true;
			show_row(keys[i].what, x.value);
		}
}

void show_lists(const struct show_file *f)
{
	static const struct {
		unsigned topic;
		void (*put)(const struct show_file *f);
	} all[] = {
		{ SHOW_ENTRIES, put_entries }, { SHOW_EXPORTS, put_exports },
		{ SHOW_NEEDS, put_needs },     { SHOW_PARAMS, put_params },
		{ SHOW_ALIASES, put_aliases }, { SHOW_DEPENDS, put_depends },
	};

	for (size_t i = 0; i < ARRAY_SIZE(all); i++)
		if (f->o->topics & all[i].topic)
			all[i].put(f);
}
