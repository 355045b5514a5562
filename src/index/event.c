/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Events that are kept: see event.h. */
#include "index/event.h"

struct idx_kept {
	struct idx_kept *next;
	struct idx_event e;
};

static const char *copy(struct idx_events *l, const char *s)
{
	char *p = s ? arena_strdup(&l->a, s) : NULL;

	l->failed |= s && !p;
	return p;
}

void idx_events_keep(void *arg, const struct idx_event *e)
{
	struct idx_events *l = arg;
	struct idx_kept *k = arena_alloc(&l->a, sizeof(*k));

	if (!k) {
		l->failed = true;
		return;
	}
	k->e = *e;
	k->e.name = copy(l, e->name);
	k->e.other = copy(l, e->other);
	k->e.by = copy(l, e->by);
	if (l->last)
		l->last->next = k;
	else
		l->first = k;
	l->last = k;
}

const struct idx_event *idx_events_next(const struct idx_events *l,
					const struct idx_kept **at)
{
	*at = *at ? (*at)->next : l->first;
	return *at ? &(*at)->e : NULL;
}

void idx_events_fini(struct idx_events *l)
{
	arena_fini(&l->a);
	*l = (struct idx_events){ 0 };
}
