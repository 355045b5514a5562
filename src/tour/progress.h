/* SPDX-License-Identifier: GPL-2.0-or-later */
/**
 * DOC: progress - how far somebody has come in the lesson
 *
 *   $XDG_STATE_HOME/lkm/tour/progress   lines "NAME read|done HINTS",
 *                                       "current NAME"
 *   $XDG_STATE_HOME/lkm/tour/.lock      held while it is written
 *   $XDG_STATE_HOME/lkm/tour/NAME/      the step's folder, to work in
 *
 * What is not understood in the file is left out: the worst that can happen is
 * that a step is shown again.
 */
#ifndef LKM_TOUR_PROGRESS_H
#define LKM_TOUR_PROGRESS_H

#include "base/diag.h"
#include "base/macros.h"

enum tour_mark {
	TOUR_NEW,
	TOUR_READ, /* gone through; its exercise is open                 */
	TOUR_DONE,
};

struct tour_progress_step {
	char name[64];
	enum tour_mark mark;
	unsigned hints; /* that were given                               */
};

struct tour_progress {
	struct tour_progress_step v[100];
	unsigned n;
	char current[64]; /* the step that was shown last; "" for none   */
};

/* $XDG_STATE_HOME/lkm/tour, made if need be; owned by the caller. Return: 0;
 * -ENOENT if no home is known; the errno of mkdir(2). */
_must_check_ int tour_state_dir(char **ret, struct diag *d);

/* No file is no progress. Return: 0; the errno of reading it; -ENOMEM. */
_must_check_ int tour_progress_load(struct tour_progress *ret, struct diag *d);

/*
 * What the file says by now of other steps, or further on, is kept: two
 * terminals may be at it. Return: 0; the errno of writing it: then the old one
 * stands.
 */
_must_check_ int tour_progress_save(const struct tour_progress *p,
				    struct diag *d);

/* The one of this name, added if it is new; NULL: there are too many. */
struct tour_progress_step *tour_progress_of(struct tour_progress *p,
					    const char *name);

#endif
