/* SPDX-License-Identifier: GPL-2.0-or-later */
/**
 * DOC: memory - what a module allocated and did not give back
 *
 * Reads the facts "trace-format" and "trace-pages" (raw pages of the kernel's
 * ring buffer, see guest/trace.c) and "vmalloc" of a run. Attribution: an
 * allocation belongs to a module if its call site, or any frame of the stack
 * that was recorded with it, lies in the module. What the kernel takes for
 * itself while it loads a module has no such frame.
 *
 * Only what a module took before it went away is a leak, and only if nobody
 * freed it up to the end of the run. Pages count only where the module itself
 * asked for pages. An object that was handed to RCU to be freed is freed.
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

/*
 * Allocations from one place that were never freed.
 *
 * A module may lie elsewhere in each round: @site is where the place was in
 * the first round that has the leak, @round. Memory that only one early round
 * left (@rounds has one bit, not the last one) is a one-time cost. Memory that
 * is not @direct was asked for by the kernel on behalf of the module (a name,
 * a node of some tree); a subsystem may keep it for good reasons.
 */
struct lab_leak {
	/* "kmalloc", "cache", "pages", "percpu", "vmalloc", "vmap",
	 * "ioremap" */
	const char *kind;
	const char *module;  /* NULL: some module (it was never listed)       */
	uint64_t site;       /* the frame inside the module                   */
	int round;
	bool direct;         /* @site is the call of the allocator            */
	unsigned count;      /* objects outstanding at the end                */
	uint64_t bytes;
	uint32_t rounds;     /* bit N: outstanding objects of round N < 32 */
};

/* Something that will call into a module later. */
struct lab_pending {
	const char *kind;    /* "timer", "hrtimer", "work", "rcu", "thread"   */
	const char *module;
	uint64_t function;
	int round;
};

struct lab_memory {
	bool known;          /* false: nothing about leaks; see why           */
	bool pending_known;  /* false: nor about what is pending              */
	const char *why;     /* what could not be watched; NULL: nothing      */
	/*
	 * Events lost because the buffer was full, or damaged pages. What was
	 * taken before is forgotten then: less is reported, nothing wrong.
	 */
	unsigned lost;
	/*
	 * It was seen that no module has any that was made in its name: what
	 * is new is somebody else's.
	 */
	bool no_cache, no_thread;
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
 * An address of a module's init is in no range if the caller does not know
 * where .init.text was; then the process that inserted the module tells whose
 * it is. A range of its own for .init.text does no harm.
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
