/* SPDX-License-Identifier: GPL-2.0-or-later */
/**
 * DOC: ledger - a run's trace, followed event by event
 *
 *   ledger_pages    per processor: events, each joined with its stack
 *   ledger_flush    all processors' events of one report, in the order of time,
 *                  applied to the table of what is held
 *
 * What is wanted here is what guest/trace.c switches on.
 */
#ifndef LKM_LAB_LEDGER_H
#define LKM_LAB_LEDGER_H

#include "base/arena.h"
#include "base/diag.h"
#include "lab/held.h"
#include "lab/memory.h"
#include "lab/trace.h"

enum {
	OWNERS_MAX = 128,
	FREES_MAX = 256,     /* of one module                              */
	WAITING_MAX = 8,     /* events nested in one another               */
	LOADERS_MAX = 64,    /* processes that insert modules              */
	SYMBOLS_MAX = 512,
	ITEMS_MAX = 1 << 20, /* events of one report                       */
};

/* What is wanted of the trace: the index of an event in ledger_read.c. */
enum ledger_event {
	EV_KMALLOC,
	EV_KMALLOC_NODE,
	EV_CACHE,
	EV_CACHE_NODE,
	EV_KFREE,
	EV_CACHE_FREE,
	EV_PAGES,
	EV_PAGES_FREE,
	EV_PERCPU,
	EV_PERCPU_FREE,
	EV_TIMER,
	EV_TIMER_OFF,
	EV_HRTIMER,
	EV_HRTIMER_OFF,
	EV_WORK,
	EV_WORK_START,
	EV_WORK_END,
	EV_DELAYED,
	EV_CANCEL,
	EV_RCU,
	EV_KVFREE,
	EV_BARRIER,
	EV_THREAD,
	EV_EXIT,
	EV_LOAD,
	EV_FREE,
	EV_STACK,
};

struct held_owner {
	const char *name;
	bool loaded;
	unsigned frees;      /* how often module_free() began              */
	/* calls of rcu_barrier() before the first, second, ... of them    */
	unsigned barriers[FREES_MAX];
};

struct ledger_item {
	uint64_t time;
	uint32_t seq;
	int which;
	int32_t pid;
	bool direct;         /* call site in the module itself             */
	bool passed_on;      /* only page allocation functions in between  */
	bool kept;           /* taken by the kernel for itself             */
	bool of_cache;       /* part of a cache that a subject has made    */
	uint64_t site;       /* frame in a module; 0: none                 */
	uint64_t v[LAB_TRACE_FIELDS];
	struct span text;
};

struct ledger {
	struct arena *arena;
	struct lab_trace_format format;
	const struct lab_range *ranges, *others;
	size_t n_ranges, n_others;
	struct ledger_symbols {
		struct { uint64_t start, end; } v[SYMBOLS_MAX];
		size_t n;
	} pages, kept, makes_cache, makes_thread; /* see guest/symbols.c */
	/* One was made while a subject was on the stack. */
	bool made_cache, made_thread;

	struct ledger_item *items;
	size_t n_items, cap_items;
	/* Events of this processor whose stack is still to come. */
	size_t waiting[WAITING_MAX];
	unsigned waiting_flags[WAITING_MAX];
	size_t n_waiting;

	struct held_table held;
	struct held_owner owner[OWNERS_MAX];
	size_t n_owners;
	struct { int32_t pid; struct held_owner *owner; } loader[LOADERS_MAX];
	size_t n_loaders;
	unsigned epoch, barriers;
	int round;

	struct lab_pending *pending;
	size_t n_pending, cap_pending;
	unsigned lost;
	bool no_memory;
};

/* Return: false if the text does not describe a ring buffer. */
bool ledger_init(struct ledger *l, struct span format);
void ledger_fini(struct ledger *l);

/* Return: 0; -ENOMEM. */
_must_check_ int ledger_pages(struct ledger *l, struct span pages);
_must_check_ int ledger_flush(struct ledger *l, int round);
/* What is held at the end and calls into code that is gone. */
_must_check_ int ledger_end(struct ledger *l);

/* Whether the module that took @h is gone, and nothing since is unknown. */
bool ledger_is_left(const struct ledger *l, const struct held *h) _pure_;

/* Whether the kernel has the event; a name of the table in ledger.c. */
bool ledger_has(const struct ledger *l, const char *event) _pure_;

/* An address of a module that is under test. */
bool ledger_in_subject(const struct ledger *l, uint64_t address) _pure_;
/* The range of that round, or of the latest before; NULL: none. */
const struct lab_range *ledger_range(const struct ledger *l, uint64_t address,
				    int round) _pure_;

#endif
