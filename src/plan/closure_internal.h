/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What the files of the closure share: see closure.h. */
#ifndef LKM_PLAN_CLOSURE_INTERNAL_H
#define LKM_PLAN_CLOSURE_INTERNAL_H

#include <stdint.h>

#include "plan/closure.h"
#include "plan/internal.h"

/* More modules than any machine has. */
#define CLOSURE_MAX 1000000

/* Pointers that grow in an arena, in the order in which they came. */
struct closure_list {
	void **v;
	size_t n;
};

struct closure {
	const struct plan_world *w;
	const struct plan_closure_want *want;
	struct arena *a;
	struct diag *d;
	struct plan_names members, firmware, paths;
	struct closure_list order, all_firmware, all_paths;
	struct plan_gap *gaps;
	size_t n_gaps;
	size_t soft_left; /* of PLAN_SOFT_MAX                               */
};

/* 0 or -ENOMEM. */
_must_check_ int closure_append(struct closure_list *l, struct arena *a,
				void *p);

/* @why is copied; NULL: there was no memory for it. */
_must_check_ int closure_gap(struct closure *c, enum plan_gap_kind kind,
			     const char *what, const char *why);

/* Why a module comes in, to be copied into it if it is new. */
struct closure_why {
	enum plan_reason reason;
	const char *by, *request;
};

/* The member of that name, made if there is none; names and paths are kept. */
_must_check_ int closure_member(struct closure *c, const char *name,
				const char *path, struct closure_why why,
				struct plan_member **ret);

/* What keeps a module out. */
struct closure_denial {
	const struct conf_line *line; /* NULL: nothing does                 */
	const char *needs; /* the dependency that it forbids; NULL: itself  */
};

/* @needed: as for conf_denies(). 0; -EBADMSG; -ENOMEM. */
_must_check_ int closure_denied(struct closure *c, const char *name,
				bool needed, struct closure_denial *ret);

/* closure_find.c: the modules that requests stand for, as members in @ret. */
_must_check_ int closure_find(struct closure *c, struct closure_list *ret);

/* closure_firmware.c: the firmware of all in c->order. */
_must_check_ int closure_add_firmware(struct closure *c);

#endif
