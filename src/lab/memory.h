/* SPDX-License-Identifier: GPL-2.0-or-later */
/**
 * DOC: memory - what a module allocated and did not give back
 *
 * Reads the facts "trace-format" and "trace-pages" (raw pages of the kernel's
 * ring buffer, see guest/trace.c) and "vmalloc" of a run. Attribution: an
 * allocation belongs to a module if its call site, or any frame of the stack
 * that was recorded with it, lies in the module.
 */
#ifndef LKM_LAB_MEMORY_H
#define LKM_LAB_MEMORY_H

#include "base/arena.h"
#include "lab/lab.h"

/* Where a subject lay while it was loaded, in one round. */
struct lab_range {
	const char *module;
	int round;
	uint64_t start, end;
};

/* Allocations from one place that were never freed. */
struct lab_leak {
	const char *kind;    /* "kmalloc", "cache", "pages", "percpu", "vmalloc" */
	const char *module;  /* NULL: some module (it was never listed)       */
	uint64_t site;       /* the frame inside the module                   */
	unsigned count;      /* objects outstanding at the end                */
	uint64_t bytes;
	uint32_t rounds;     /* bit N: outstanding objects of round N < 32 */
};

/* Something that will call into a module later. */
struct lab_pending {
	const char *kind;    /* "timer", "hrtimer", "work", "rcu", "thread"     */
	const char *module;
	uint64_t function;
	int round;
};

struct lab_memory {
	bool known;          /* false: no trace events here; see why */
	const char *why;
	unsigned lost;       /* events lost because the buffer was full       */
	struct lab_leak *leaks;
	size_t n_leaks;
	struct lab_pending *pending;
	size_t n_pending;
};

/**
 * lab_memory_judge() - leaks and pending calls of a run
 * @r:      facts; hostile input
 * @ranges: where the subjects lay; an address in module space outside of all
 *          of them belongs to a subject that was never listed, unless it lies
 *          in one of @others
 * @others: dependencies
 * @a:      everything in @ret lives there
 *
 * Return: 0; -ENOMEM. Damaged pages end the reading and set ->lost.
 */
_must_check_ int lab_memory_judge(const struct lab_result *r,
				  const struct lab_range *ranges,
				  size_t n_ranges,
				  const struct lab_range *others,
				  size_t n_others, struct arena *a,
				  struct lab_memory *ret, struct diag *d);

#endif
