/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A trace's events, each joined with its stack. See ledger.h. */
#include "lab/ledger.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum { FRAMES_MAX = 256 };

static const struct lab_trace_want wants[] = {
	[EV_KMALLOC] = { "kmalloc", { "ptr", "bytes_req", "call_site" } },
	[EV_KMALLOC_NODE] = { "kmalloc_node",
			      { "ptr", "bytes_req", "call_site" } },
	[EV_CACHE] = { "kmem_cache_alloc",
		       { "ptr", "bytes_req", "call_site" } },
	[EV_CACHE_NODE] = { "kmem_cache_alloc_node",
			    { "ptr", "bytes_req", "call_site" } },
	[EV_KFREE] = { "kfree", { "ptr" } },
	[EV_CACHE_FREE] = { "kmem_cache_free", { "ptr" } },
	[EV_PAGES] = { "mm_page_alloc", { "pfn", "order" } },
	[EV_PAGES_FREE] = { "mm_page_free", { "pfn", "order" } },
	[EV_PERCPU] = { "percpu_alloc_percpu", { "ptr", "size", "call_site" } },
	[EV_PERCPU_FREE] = { "percpu_free_percpu", { "ptr" } },
	[EV_TIMER] = { "timer_start", { "timer", "function" } },
	[EV_TIMER_OFF] = { "timer_cancel", { "timer" } },
	[EV_HRTIMER] = { "hrtimer_start", { "hrtimer", "function" } },
	[EV_HRTIMER_OFF] = { "hrtimer_cancel", { "hrtimer" } },
	[EV_WORK] = { "workqueue_queue_work", { "work", "function" } },
	[EV_WORK_START] = { "workqueue_execute_start", { "work", "function" } },
	[EV_WORK_END] = { "workqueue_execute_end", { "work" } },
	[EV_DELAYED] = { "lkm_delayed", { "work", "func" } },
	[EV_CANCEL] = { "lkm_cancel", { "work" } },
	[EV_RCU] = { "lkm_rcu", { "head", "func" } },
	[EV_KVFREE] = { "lkm_kvfree", { "head", "ptr" } },
	[EV_BARRIER] = { "lkm_barrier", { NULL } },
	[EV_THREAD] = { "lkm_thread", { "fn0", "fn8" } },
	[EV_EXIT] = { "sched_process_exit", { NULL } },
	[EV_LOAD] = { "module_load", { "name" } },
	[EV_FREE] = { "module_free", { "name" } },
	[EV_STACK] = { "kernel_stack", { "caller" } },
};

bool ledger_has(const struct ledger *l, const char *event)
{
	for (size_t i = 0; i < ARRAY_SIZE(wants); i++)
		if (str_eq(wants[i].event, event))
			return l->format.got[i].known;
	return false;
}

/* ------------------------------------------------------------- symbols */

static bool in_symbols(const struct ledger_symbols *s, uint64_t address)
{
	for (size_t i = 0; i < s->n; i++)
		if (address >= s->v[i].start && address < s->v[i].end)
			return true;
	return false;
}

static void read_symbol(struct ledger_symbols *s, const char *text)
{
	char *rest;

	if (s->n == SYMBOLS_MAX)
		return;
	s->v[s->n].start = strtoull(text, &rest, 16);
	s->v[s->n++].end = strtoull(rest, NULL, 16);
}

/* "pages: START END", "kept: START END", and so on. */
static void read_symbols(struct ledger *l, struct span text)
{
	char line[256];

	for (size_t pos = 0; pos < text.n;) {
		const uint8_t *p = text.p + pos;
		const uint8_t *nl = memchr(p, '\n', text.n - pos);
		size_t n = nl ? (size_t)(nl - p) : text.n - pos;

		pos += n + 1;
		if (n >= sizeof(line))
			continue;
		memcpy(line, p, n);
		line[n] = 0;
		if (str_starts(line, "pages: "))
			read_symbol(&l->pages, line + 7);
		else if (str_starts(line, "kept: "))
			read_symbol(&l->kept, line + 6);
		else if (str_starts(line, "makes-cache: "))
			read_symbol(&l->makes_cache, line + 13);
		else if (str_starts(line, "makes-thread: "))
			read_symbol(&l->makes_thread, line + 14);
	}
}

bool ledger_init(struct ledger *l, struct span format)
{
	if (!lab_trace_format_read(format, wants, ARRAY_SIZE(wants),
				   &l->format))
		return false;
	read_symbols(l, format);
	return true;
}

/* --------------------------------------------------- events and stacks */

static bool has_stack(int which)
{
	return which <= EV_CACHE_NODE || which == EV_PAGES ||
	       which == EV_PERCPU;
}

static struct ledger_item *item_add(struct ledger *l)
{
	if (l->n_items == ITEMS_MAX) {
		l->lost++;
		return NULL;
	}
	if (l->n_items == l->cap_items) {
		size_t cap = l->cap_items ? l->cap_items * 2 : 1024;
		struct ledger_item *v =
			reallocarray(l->items, cap, sizeof(*v));

		if (!v) {
			l->no_memory = true;
			return NULL;
		}
		l->items = v;
		l->cap_items = cap;
	}
	return &l->items[l->n_items++];
}

static void wait_for_stack(struct ledger *l, unsigned flags)
{
	if (l->n_waiting == WAITING_MAX) {
		memmove(l->waiting, l->waiting + 1,
			sizeof(l->waiting) - sizeof(l->waiting[0]));
		memmove(l->waiting_flags, l->waiting_flags + 1,
			sizeof(l->waiting_flags) - sizeof(l->waiting_flags[0]));
		l->n_waiting--;
	}
	l->waiting[l->n_waiting] = l->n_items - 1;
	l->waiting_flags[l->n_waiting++] = flags;
}

static void take_stack(struct ledger *l, struct ledger_item *item,
		       const struct lab_trace_event *e)
{
	bool cache = false, thread = false;
	uint64_t frame;

	item->passed_on = true;
	for (unsigned i = 0; i < FRAMES_MAX && lab_trace_frame(e, 0, i, &frame);
	     i++) {
		if (ledger_in_subject(l, frame)) {
			if (!item->site)
				item->site = frame;
			l->made_cache |= item->of_cache = cache;
			l->made_thread |= thread;
			return;
		}
		item->passed_on &= in_symbols(&l->pages, frame);
		cache |= in_symbols(&l->makes_cache, frame);
		thread |= in_symbols(&l->makes_thread, frame);
	}
}

/* The latest event of the same process in the same context. */
static void join_stack(struct ledger *l, const struct lab_trace_event *e)
{
	for (size_t i = l->n_waiting; i-- > 0;) {
		struct ledger_item *item = &l->items[l->waiting[i]];

		if (item->pid != e->pid || l->waiting_flags[i] != e->flags)
			continue;
		take_stack(l, item, e);
		l->n_waiting = i;
		return;
	}
}

static int take_event(void *arg, const struct lab_trace_event *e)
{
	struct ledger *l = arg;

	if (e->which == EV_STACK) {
		join_stack(l, e);
		return 0;
	}

	struct ledger_item *item = item_add(l);

	if (!item)
		return l->no_memory ? -ENOMEM : 0;
	*item = (struct ledger_item){ .time = e->time, .which = e->which,
				     .seq = (uint32_t)l->n_items,
				     .pid = e->pid };
	memcpy(item->v, e->v, sizeof(item->v));
	if (e->which == EV_LOAD || e->which == EV_FREE)
		item->text = lab_trace_text(e, 0);
	if (e->which == LAB_TRACE_GAP) {
		l->n_waiting = 0;
	} else if (has_stack(e->which)) {
		item->direct = e->which != EV_PAGES &&
			       ledger_in_subject(l, e->v[2]);
		item->site = item->direct ? e->v[2] : 0;
		item->kept = e->which != EV_PAGES &&
			     in_symbols(&l->kept, e->v[2]);
		wait_for_stack(l, e->flags);
	}
	return 0;
}

int ledger_pages(struct ledger *l, struct span pages)
{
	bool damaged = false;

	l->n_waiting = 0;

	int e = lab_trace_read(&l->format, pages, take_event, l, &damaged);

	if (damaged) {
		struct ledger_item *item = item_add(l);

		if (item)
			*item = (struct ledger_item){ .which = LAB_TRACE_GAP,
						     .time = UINT64_MAX,
						     .v = { 1 } };
	}
	return l->no_memory ? -ENOMEM : e;
}
