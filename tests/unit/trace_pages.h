/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Writes what a kernel's ring buffer would hold, with a layout of its own:
 * nothing in the reader may know where fields lie.
 */
#ifndef LKM_TESTS_UNIT_TRACE_PAGES_H
#define LKM_TESTS_UNIT_TRACE_PAGES_H

#include <stdint.h>
#include <string.h>

#include "base/text.h"

enum { TP_PAGE = 4096, TP_HEAD = 24 };

/* Numbers of events in the order of tp_events[]. */
enum tp_id {
	TP_KMALLOC = 300,
	TP_KFREE,
	TP_CACHE_ALLOC,
	TP_CACHE_FREE,
	TP_PAGES,
	TP_PAGES_FREE,
	TP_PERCPU,
	TP_PERCPU_FREE,
	TP_TIMER,
	TP_TIMER_OFF,
	TP_HRTIMER,
	TP_HRTIMER_OFF,
	TP_WORK,
	TP_WORK_START,
	TP_WORK_END,
	TP_DELAYED,
	TP_CANCEL,
	TP_RCU,
	TP_KVFREE,
	TP_BARRIER,
	TP_THREAD,
	TP_EXIT,
	TP_LOAD,
	TP_FREE,
	TP_STACK,
};

/* Fields of 8 bytes, from byte 16 of a record on. */
static const struct {
	const char *name, *field[3];
} tp_events[] = {
	{ "kmalloc", { "bytes_req", "ptr", "call_site" } },
	{ "kfree", { "call_site", "ptr" } },
	{ "kmem_cache_alloc", { "call_site", "ptr", "bytes_req" } },
	{ "kmem_cache_free", { "call_site", "ptr" } },
	{ "mm_page_alloc", { "pfn", "order" } },
	{ "mm_page_free", { "pfn", "order" } },
	{ "percpu_alloc_percpu", { "call_site", "size", "ptr" } },
	{ "percpu_free_percpu", { "ptr" } },
	{ "timer_start", { "timer", "function" } },
	{ "timer_cancel", { "timer" } },
	{ "hrtimer_start", { "hrtimer", "function" } },
	{ "hrtimer_cancel", { "hrtimer" } },
	{ "workqueue_queue_work", { "work", "function" } },
	{ "workqueue_execute_start", { "work", "function" } },
	{ "workqueue_execute_end", { "work" } },
	{ "lkm_delayed", { "work", "func" } },
	{ "lkm_cancel", { "work" } },
	{ "lkm_rcu", { "head", "func" } },
	{ "lkm_kvfree", { "head", "ptr" } },
	{ "lkm_barrier", { NULL } },
	{ "lkm_thread", { "fn0", "fn8" } },
	{ "sched_process_exit", { NULL } },
	{ "module_load", { NULL } },
	{ "module_free", { NULL } },
	{ "kernel_stack", { NULL } },
};

/* The text of fact "trace-format"; without the event @but, if not NULL. */
static inline void tp_format(struct text *t, const char *but)
{
	text_add(t, "name: header_page\nID: 0\n"
		    "\tfield: u64 timestamp;\toffset:0;\tsize:8;\tsigned:0;\n"
		    "\tfield: local_t commit;\toffset:16;\tsize:8;\tsigned:1;\n"
		    "\tfield: int overwrite;\toffset:16;\tsize:1;\tsigned:1;\n"
		    "\tfield: char data;\toffset:24;\tsize:4072;\tsigned:1;\n");
	for (size_t i = 0; i < ARRAY_SIZE(tp_events); i++) {
		unsigned id = TP_KMALLOC + (unsigned)i;

		if (but && str_eq(but, tp_events[i].name))
			continue;
		text_addf(t, "name: %s\nID: %u\n", tp_events[i].name, id);
		text_add(t, "\tfield:unsigned short common_type;\toffset:4;"
			    "\tsize:2;\tsigned:0;\n"
			    "\tfield:unsigned char common_flags;\toffset:6;"
			    "\tsize:1;\tsigned:0;\n"
			    "\tfield:int common_pid;\toffset:8;\tsize:4;"
			    "\tsigned:1;\n");
		for (unsigned f = 0; f < 3 && tp_events[i].field[f]; f++)
			text_addf(t, "\tfield:const void * %s;\toffset:%u;"
				     "\tsize:8;\tsigned:0;\n",
				  tp_events[i].field[f], 16 + 8 * f);
		if (id == TP_LOAD || id == TP_FREE)
			text_add(t, "\tfield:__data_loc char[] name;"
				    "\toffset:16;\tsize:4;\tsigned:1;\n");
		if (id == TP_STACK)
			text_add(t, "\tfield:int size;\toffset:12;\tsize:4;"
				    "\tsigned:1;\n"
				    "\tfield:unsigned long caller[8];"
				    "\toffset:16;\tsize:64;\tsigned:0;\n");
	}
	text_add(t, "pages: ffffffff81000100 ffffffff81000200\n"
		    "kept: ffffffff81000300 ffffffff81000400\n"
		    "makes-cache: ffffffff81000500 ffffffff81000600\n"
		    "makes-thread: ffffffff81000700 ffffffff81000800\n");
}

/* One processor's pages. Zero it to start. */
struct tp {
	struct text pages;
	uint8_t page[TP_PAGE];
	size_t used;      /* of the data                                   */
	uint64_t flags;   /* of the next page: 1 << 31, events were lost     */
	uint64_t time;    /* of the next event                              */
	uint64_t page_time;
	int32_t pid;
};

static inline void tp_put(uint8_t *p, uint64_t v, unsigned n)
{
	for (unsigned i = 0; i < n; i++)
		p[i] = (uint8_t)(v >> (8 * i));
}

static inline void tp_flush(struct tp *t)
{
	if (!t->used && !t->flags)
		return;
	tp_put(t->page, t->page_time, 8);
	tp_put(t->page + 16, t->used | t->flags, 8);
	text_add_bytes(&t->pages, t->page, TP_PAGE);
	memset(t->page, 0, TP_PAGE);
	t->used = 0;
	t->flags = 0;
}

/* A record of @n bytes, @n a multiple of 4. */
static inline void tp_record(struct tp *t, const uint8_t *rec, size_t n)
{
	bool is_long = n > 28 * 4;
	size_t need = n + (is_long ? 8 : 4);
	uint8_t *p;

	if (t->used + need > TP_PAGE - TP_HEAD)
		tp_flush(t);
	if (!t->used)
		t->page_time = t->time;
	p = t->page + TP_HEAD + t->used;
	/* Each event one tick after the one before; the first at once. */
	tp_put(p, (is_long ? 0 : n / 4) | (t->used ? 1U << 5 : 0), 4);
	if (is_long)
		tp_put(p + 4, n + 4, 4);
	memcpy(p + need - n, rec, n);
	t->used += need;
	t->time++;
}

static inline void tp_head(const struct tp *t, uint8_t *rec, enum tp_id id)
{
	tp_put(rec + 4, id, 2);
	tp_put(rec + 8, (uint32_t)t->pid, 4);
}

static inline void tp_event(struct tp *t, enum tp_id id, uint64_t a,
			    uint64_t b, uint64_t c)
{
	uint8_t rec[40] = { 0 };

	tp_head(t, rec, id);
	tp_put(rec + 16, a, 8);
	tp_put(rec + 24, b, 8);
	tp_put(rec + 32, c, 8);
	tp_record(t, rec, sizeof(rec));
}

static inline void tp_stack(struct tp *t, const uint64_t *frames, size_t n)
{
	uint8_t rec[16 + 8 * 64] = { 0 };

	tp_head(t, rec, TP_STACK);
	for (size_t i = 0; i < n && i < 64; i++)
		tp_put(rec + 16 + 8 * i, frames[i], 8);
	tp_record(t, rec, 16 + 8 * n);
}

/* module_load, module_free */
static inline void tp_module(struct tp *t, enum tp_id id, const char *name)
{
	uint8_t rec[64] = { 0 };
	size_t n = strlen(name) + 1;

	tp_head(t, rec, id);
	tp_put(rec + 16, n << 16 | 20, 4);
	memcpy(rec + 20, name, n < 44 ? n : 44);
	tp_record(t, rec, sizeof(rec));
}

#endif
