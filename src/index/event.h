/* SPDX-License-Identifier: LGPL-2.1-or-later */
/**
 * DOC: event - what depmod notices on its way
 *
 * None of these is an error of ours: the indexes are made all the same (but
 * for a cycle). The tool turns them into kmod's messages, or into JSON.
 */
#ifndef LKM_INDEX_EVENT_H
#define LKM_INDEX_EVENT_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"

enum idx_event_kind {
	IDX_EV_BAD_LINE,  /* name: of a file, n: of the line, other: its text */
	IDX_EV_DANGLING,  /* name: of a folder's entry; n: depth; err      */
	IDX_EV_FOLDER,	  /* name: a folder that cannot be read; err       */
	IDX_EV_NO_FILE,	  /* name: a path, no regular file; n: its type    */
	IDX_EV_LOOP,	  /* name: a folder that a link makes contain itself */
	IDX_EV_DUPLICATE, /* name: the path taken, other: the one left     */
	IDX_EV_NO_INPUT,  /* name: "modules.order", other: its folder; err */
	IDX_EV_CUT_LINE,  /* name: a file, n: its last line, without an end */
	IDX_EV_BROKEN,	  /* name: path, other: why, err                   */
	IDX_EV_NEEDS,	  /* name: path, other: symbol, by: path; of one
			   * other module the first only                   */
	IDX_EV_UNKNOWN,	  /* name: path, other: symbol                     */
	IDX_EV_DISAGREES, /* name: path, other: symbol                     */
	IDX_EV_CYCLE,	  /* name: "a -> b -> a"                           */
	IDX_EV_CYCLES,	  /* n: modules that are in one                    */
	IDX_EV_BRACKETS,  /* name: alias, other: module                    */
	IDX_EV_NON_ASCII, /* name: key, other: module                      */
	IDX_EV_DEVNAME,	  /* name: module, other: devname without numbers  */
};

struct idx_event {
	enum idx_event_kind kind;
	const char *name, *other, *by;
	size_t n;
	int err; /* positive errno */
};

/* Who is told. Called by one thread only; @fn may be NULL. */
struct idx_tell {
	void (*fn)(void *arg, const struct idx_event *e);
	void *arg;
};

static inline void idx_tell(const struct idx_tell *t, struct idx_event e)
{
	if (t && t->fn)
		t->fn(t->arg, &e);
}

struct idx_kept;

/* Events that are kept with their strings. Zero it: there are none. */
struct idx_events {
	struct arena a;
	struct idx_kept *first, *last;
	bool failed; /* memory ran out: some are missing                   */
};

/* For struct idx_tell; @arg: the struct idx_events. */
void idx_events_keep(void *arg, const struct idx_event *e);

/* const struct idx_kept *at = NULL; while ((e = idx_events_next(l, &at))) */
const struct idx_event *idx_events_next(const struct idx_events *l,
					const struct idx_kept **at);
void idx_events_fini(struct idx_events *l);

/* All of them, in the order in which they were kept. */
static inline void idx_events_tell(const struct idx_events *l,
				   const struct idx_tell *t)
{
	const struct idx_kept *at = NULL;
	const struct idx_event *e;

	while ((e = idx_events_next(l, &at)))
		idx_tell(t, *e);
}

#endif
