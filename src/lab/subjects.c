/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The modules of a run: see subjects.h. */
#include "lab/subjects.h"

#include <elf.h>
#include <errno.h>
#include <string.h>

#include "lab/slim.h"
#include "live/modules.h"

static void lab_subject_fini(struct lab_subject *s)
{
	bytes_fini(&s->slim);
	(void)ko_close(s->ko);
}

void lab_subjects_fini(struct lab_subjects *s)
{
	for (size_t i = 0; i < s->n; i++)
		lab_subject_fini(&s->v[i]);
	arena_fini(&s->arena);
	strv_fini(&s->notes);
	*s = (struct lab_subjects){ 0 };
}

struct lab_subject *lab_subjects_find(const struct lab_subjects *s,
				      const char *name)
{
	for (size_t i = 0; i < s->n; i++)
		if (live_name_eq(s->v[i].ko->name, name))
			return &s->v[i];
	return NULL;
}

/* Takes @ko over, also on failure. */
static int push(struct lab_subjects *s, struct ko *ko, const char *path,
		bool dep, struct diag *d)
{
	if (s->n == s->cap) {
		size_t cap = s->cap ? s->cap * 2 : 8;
		struct lab_subject *v = arena_array(&s->arena, cap, sizeof(*v));

		if (v && s->n)
			memcpy(v, s->v, s->n * sizeof(*v));
		if (v) {
			s->v = v;
			s->cap = cap;
		}
	}

	struct lab_subject one = {
		.ko = ko,
		.path = arena_strdup(&s->arena, path),
		.params = "",
		.dep = dep,
	};

	if (lab_slim(ko, &one.slim) == -ENOMEM)
		one.path = NULL;

	if (s->n == s->cap || !one.path) {
		lab_subject_fini(&one);
		return diag_fail(d, ENOMEM, "out of memory");
	}
	s->v[s->n++] = one;
	return 0;
}

int lab_subjects_add(struct lab_subjects *s, const char *path, struct diag *d)
{
	diag_spare(d);

	_cleanup_ko_ struct ko *ko = NULL;
	int r = ko_open_module(path, &ko, d);

	if (r < 0)
		return r;
	if (ko->machine != EM_X86_64 || !ko->is64) {
		diag_fail(d, ENOTSUP,
			  "the module is for %s, and the throw-away machine is an x86_64",
			  ko->machine_name);
		diag_in(d, "%s", path);
		diag_hint(d, "build it for x86_64, or look at it with 'lkm modinfo'");
		return -ENOTSUP;
	}
	if (lab_subjects_find(s, ko->name)) {
		diag_fail(d, EEXIST, "there is a second module named '%s'",
			  ko->name);
		diag_in(d, "%s", path);
		diag_hint(d, "a kernel holds only one module of a name: give each once");
		return -EEXIST;
	}
	return push(s, take_ptr(ko), path, false, d);
}

/* The kernel's isspace() is that of Latin-1: 0xa0 is one, also in UTF-8. */
static bool is_blank(char c)
{
	return c == ' ' || (c >= '\t' && c <= '\r') || c == '\xa0';
}

/*
 * As next_arg() of lib/cmdline.c reads it: a '"' anywhere begins or ends what
 * may hold blanks; there is no way to write a '"' that does not.
 */
static bool splits(const char *value, bool *open)
{
	bool quoted = false, found = false;

	for (; *value; value++) {
		quoted ^= *value == '"';
		found |= !quoted && is_blank(*value);
	}
	*open = quoted;
	return found;
}

int lab_subjects_param(struct lab_subjects *s, struct lab_subject *to,
		       const char *param, struct diag *d)
{
	const char *eq = strchr(param, '=');
	const char *value = eq ? eq + 1 : "";
	bool open, quote = splits(value, &open);

	if (open || (quote && strchr(value, '"'))) {
		diag_fail(d, EINVAL,
			  "the value of %.*s cannot be written for a kernel: it has %s",
			  (int)(strlen(param) - strlen(value) - 1), param,
			  open ? "an odd number of '\"'" :
				 "both a '\"' and a blank outside of them");
		diag_hint(d, "leave the '\"' out");
		return -EINVAL;
	}

	const char *q = quote ? "\"" : "";
	char *p = arena_printf(&s->arena, "%s%s%.*s%s%s%s", to->params,
			       to->params[0] ? " " : "",
			       (int)(strlen(param) - strlen(value)), param, q,
			       value, q);

	if (!p)
		return diag_fail(d, ENOMEM, "out of memory");
	to->params = p;
	return 0;
}

/* ------------------------------------------------------------- resolve */

/* Return: as lab_subjects_resolve(); -ENOENT, silently: the tree has none. */
static int add_from_tree(struct lab_subjects *s, const struct build_kernel *k,
			 const char *name, struct diag *d)
{
	_cleanup_free_ char *path = NULL;
	struct ko *ko = NULL;
	int r = build_kernel_module_path(k, name, &path, NULL);

	if (r == -ENOENT)
		return r;
	if (r < 0)
		return diag_fail(d, -r, "cannot look for module %s", name);
	r = ko_open_module(path, &ko, d);
	return r < 0 ? r : push(s, ko, path, true, d);
}

int lab_subjects_with(struct lab_subjects *s, const struct build_kernel *k,
		      const char *name, struct diag *d)
{
	if (lab_subjects_find(s, name))
		return 0;

	int r = add_from_tree(s, k, name, d);

	if (r == -ENOENT)
		r = strv_addf(&s->notes,
			      "kernel %s has no module %s to go with: it is built in, or not there",
			      k->release, name);
	return r;
}

/* The modules named in depends= that are not here yet. */
static int add_needed(struct lab_subjects *s, size_t i,
		      const struct build_kernel *k, struct diag *d)
{
	_cleanup_strv_ struct strv names = { 0 };

	if (ko_depends(s->v[i].ko, &names) < 0)
		return diag_fail(d, ENOMEM, "out of memory");
	for (size_t n = 0; n < names.n; n++) {
		if (lab_subjects_find(s, names.v[n]))
			continue;

		int r = add_from_tree(s, k, names.v[n], d);

		if (r == -ENOENT)
			r = strv_addf(&s->notes,
				      "%s needs module %s, which is neither given nor part of kernel %s",
				      s->v[i].ko->name, names.v[n],
				      k->release);
		if (r < 0)
			return r;
	}
	return 0;
}

/* Whether @user must be loaded after @other. */
static bool needs(struct lab_subjects *s, const struct ko *user,
		  const struct ko *other)
{
	_cleanup_strv_ struct strv names = { 0 };
	struct ko_need *want;
	struct ko_export *have;
	size_t n_want, n_have;

	if (ko_depends(user, &names) == 0)
		for (size_t i = 0; i < names.n; i++)
			if (live_name_eq(names.v[i], other->name))
				return true;
	if (ko_needs(user, &s->arena, &want, &n_want, NULL) < 0 ||
	    ko_exports(other, &s->arena, &have, &n_have, NULL) < 0)
		return false;
	for (size_t i = 0; i < n_want; i++)
		for (size_t e = 0; e < n_have; e++)
			if (str_eq(want[i].name, have[e].name))
				return true;
	return false;
}

struct order {
	struct lab_subject *out;
	size_t n;
	char *state; /* 0 not yet, 1 on the way, 2 done */
};

static void visit(struct lab_subjects *s, struct order *o, size_t i)
{
	if (o->state[i])
		return; /* also ends the walk round a circle */
	o->state[i] = 1;
	for (size_t k = 0; k < s->n; k++)
		if (k != i && needs(s, s->v[i].ko, s->v[k].ko))
			visit(s, o, k);
	o->state[i] = 2;
	o->out[o->n++] = s->v[i];
}

int lab_subjects_resolve(struct lab_subjects *s, const struct build_kernel *k,
			 struct diag *d)
{
	/* The list grows while it is walked: needs of needs. */
	for (size_t i = 0; i < s->n; i++) {
		int r = add_needed(s, i, k, d);

		if (r < 0)
			return r;
	}

	struct order o = {
		.out = arena_array(&s->arena, s->n + 1, sizeof(*o.out)),
		.state = arena_alloc(&s->arena, s->n + 1),
	};

	if (!o.out || !o.state)
		return diag_fail(d, ENOMEM, "out of memory");
	/* Dependencies before subjects: they are no part of the trial. */
	for (size_t i = 0; i < s->n; i++)
		if (s->v[i].dep)
			visit(s, &o, i);
	for (size_t i = 0; i < s->n; i++)
		visit(s, &o, i);
	s->v = o.out;
	s->cap = s->n;
	return 0;
}
