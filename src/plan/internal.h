/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What the files of this room share. */
#ifndef LKM_PLAN_INTERNAL_H
#define LKM_PLAN_INTERNAL_H

#include "plan/plan.h"

/* Room for any name or alias in its normal form. */
#define PLAN_NAME_MAX 4096

/* A list that grows in an arena; what it grew out of stays there. */
struct plan_list {
	struct plan_module *v;
	size_t n;
};

/* Return: 0; -ENOMEM. */
_must_check_ int plan_list_add(struct plan_list *l, struct arena *a,
			       const struct plan_module *m);

/* Pointers to structures that begin with a name, found by it. */
struct plan_names {
	const char ***slots;
	size_t cap, n;
};

/* Where @name is, or is to be put; NULL: no memory. */
const char ***plan_names_slot(struct plan_names *t, struct arena *a,
			      const char *name);
/* What is there of that name; NULL: nothing. */
const char **plan_names_find(const struct plan_names *t, const char *name);
/* After *slot was set. */
static inline void plan_names_added(struct plan_names *t)
{
	t->n++;
}

/* Names of softdeps, and modules that they stand for, that one plan may take
 * up: names times alias lines times modules is soon more than the memory. */
#define PLAN_SOFT_MAX ((size_t)1 << 20)

/*
 * As plan_softdeps(). @once: a name that comes again changes nothing, it is
 * left out. @left: at first PLAN_SOFT_MAX; what is taken up is taken from it.
 * Returns also -E2BIG: there is not enough left.
 */
_must_check_ int plan_softdeps_within(const struct plan_world *w,
				      const char *name, bool once,
				      size_t *left, struct arena *a,
				      struct plan_modules *ret_pre,
				      struct plan_modules *ret_post,
				      struct diag *d);
/* The same for weakdeps, each name once. */
_must_check_ int plan_weakdeps_within(const struct plan_world *w,
				      const char *name, size_t *left,
				      struct arena *a,
				      struct plan_modules *ret,
				      struct diag *d);

/* Tells the world, if it listens. */
void plan_say(const struct plan_world *w, int prio, const char *func,
	      const char *fmt, ...) _printf_(4, 5);

/* An index that is not there, or was made of nothing, is empty: *@ret NULL. */
_must_check_ int plan_bin(const struct plan_world *w, enum idx_file f,
			  const struct idx_bin **ret, struct diag *d);

/* Is it listed in modules.builtin? */
_must_check_ int plan_builtin(const struct plan_world *w, const char *name,
			      bool *ret, struct diag *d);

/* Fills in @path and @builtin of a module whose name is known. */
_must_check_ int plan_place(const struct plan_world *w, struct arena *a,
			    struct plan_module *m, struct diag *d);

/* The flag that makes a blacklist, and a deny line, silently effective for the
 * module that is asked for; 0: none. */
unsigned plan_list_flag(const struct plan_module *m, unsigned flags);

/* Return: -ENOMEM, with a diagnostic. */
int plan_no_memory(struct diag *d);

#endif
