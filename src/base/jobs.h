/* SPDX-License-Identifier: LGPL-2.1-or-later */
/**
 * DOC: jobs - a few pieces of work, by all processors at once
 */
#ifndef LKM_BASE_JOBS_H
#define LKM_BASE_JOBS_H

#include <stddef.h>

#define JOBS_MAX 64

struct job {
	void (*run)(void *arg);
	void *arg;
};

/* How many processors are there for us; at least 1. */
unsigned jobs_processors(void);

/**
 * jobs_run() - do them all; returns when the last one is done
 * @v: the first one is done by the caller's thread, so that it may talk to
 *     others; each of the rest by a thread of its own
 * @n: at most JOBS_MAX
 *
 * One whose thread cannot be started is done behind the first, by the caller.
 */
void jobs_run(const struct job *v, size_t n);

#endif
