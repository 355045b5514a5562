/* SPDX-License-Identifier: GPL-2.0-or-later */
/**
 * DOC: held - what is taken and not given back, at one moment of a trace
 *
 * A table of things by kind and key. Keys are addresses, frame numbers or
 * process numbers out of the guest: hostile, so the table has an upper bound
 * for what is in it and for the time spent with it.
 */
#ifndef LKM_LAB_HELD_H
#define LKM_LAB_HELD_H

#include <stdbool.h>
#include <stdint.h>

#include "base/macros.h"

enum held_class {
	HELD_OBJECT, /* of kmalloc or a slab cache, by address            */
	HELD_PAGES,  /* by the number of the first page frame             */
	HELD_PERCPU, /* by address                                        */
	HELD_TIMER,  /* by address, and so on                             */
	HELD_HRTIMER,
	HELD_WORK,   /* queued                                            */
	HELD_RUNNING,/* work that has begun                               */
	HELD_RCU,    /* by its struct rcu_head                            */
	HELD_THREAD, /* by process number                                 */
};

/* A module that was loaded during the trace. */
struct held_owner;

struct held {
	enum held_class class;
	bool live;
	bool direct;         /* the module itself called the allocator     */
	bool of_cache;       /* per-cpu memory of a cache                  */
	int round;
	uint64_t key;
	uint64_t bytes;
	uint64_t site;       /* who took it, or the function to be called  */
	const char *kind;
	struct held_owner *owner; /* NULL: some module                     */
	unsigned freed;      /* how often the owner was freed when taken   */
	unsigned epoch;      /* events lost when taken                     */
	unsigned barriers;   /* calls of rcu_barrier() when taken          */
	uint64_t inside;     /* RCU: the object that the head is part of   */
	uint32_t next;       /* in its chain, + 1                          */
};

enum {
	HELD_MAX = 1 << 18,
	HELD_CHAINS = 1 << 14,
	HELD_STEPS_MAX = 1 << 28, /* a second or so */
};

struct held_table {
	struct held *v;
	size_t n, cap;
	uint32_t chain[HELD_CHAINS]; /* index + 1                          */
	bool full;                   /* something was not entered          */
	unsigned steps;              /* taken in chains                    */
};

/* The thing, live or not; NULL if it never was there. */
struct held *held_find(struct held_table *t, enum held_class class,
		       uint64_t key);

/*
 * A thing to fill in, fresh or used again; NULL if there is no room (then
 * @full is set) or no memory. Valid until the next held_put().
 */
struct held *held_put(struct held_table *t, enum held_class class,
		      uint64_t key);

void held_fini(struct held_table *t);
#define _cleanup_held_ _cleanup_(held_fini)

#endif
