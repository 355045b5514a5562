/* SPDX-License-Identifier: GPL-2.0-or-later */
/* src/lab/memory, trace, ledger: what a module took and did not give back. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "lab/memory.h"
#include "trace_pages.h"

static const uint64_t CORE = 0xffffffffc0201000;  /* of module "m"         */
static const uint64_t INIT = 0xffffffffc0208010;  /* of its init: no range */
static const uint64_t DEP = 0xffffffffc0300000;
static const uint64_t KERNEL = 0xffffffff81234567;
static const uint64_t ALLOC_PAGES = 0xffffffff81000180;
static const uint64_t D_ALLOC = 0xffffffff81000380;
static const uint64_t MAKE_CACHE = 0xffffffff81000580;
static const uint64_t MAKE_THREAD = 0xffffffff81000780;
static const uint64_t HEAP = 0xffff888001000000;

enum { ROUNDS = 3, LOADER = 77 };

static const struct lab_range ranges[ROUNDS] = {
	{ "m", 1, 0xffffffffc0201000, 0xffffffffc0205000 },
	{ "m", 2, 0xffffffffc0201000, 0xffffffffc0205000 },
	{ "m", 3, 0xffffffffc0201000, 0xffffffffc0205000 },
};
static const struct lab_range others[] = {
	{ "dep", 0, 0xffffffffc0300000, 0xffffffffc0304000 },
};

/* A run in the making. */
struct run {
	struct text format;
	struct tp cpu[2];
	struct lab_fact fact[64];
	struct text data[64];
	size_t n;
	int round;
	struct arena arena;
	struct lab_memory m;
};

static void fact(struct run *r, const char *stage, const char *name,
		 const void *p, size_t n)
{
	struct text *t = &r->data[r->n];

	text_add_bytes(t, p, n);
	r->fact[r->n++] = (struct lab_fact){
		.stage = stage, .round = r->round, .name = name,
		.data = { (const uint8_t *)text_str(t), t->n }
	};
}

static void begin(struct run *r)
{
	memset(r, 0, sizeof(*r));
	tp_format(&r->format, NULL);
	fact(r, "start", "trace-format", r->format.p, r->format.n);
	r->cpu[0].pid = r->cpu[1].pid = LOADER;
}

static void look(struct run *r, const char *stage)
{
	for (size_t i = 0; i < 2; i++) {
		tp_flush(&r->cpu[i]);
		if (r->cpu[i].pages.n)
			fact(r, stage, "trace-pages", r->cpu[i].pages.p,
			     r->cpu[i].pages.n);
		r->cpu[i].pages.n = 0;
	}
}

static void judge(struct run *r)
{
	const struct lab_result res = { .facts = r->fact, .n_facts = r->n };
	struct diag d = { 0 };

	assert_int_equal(lab_memory_judge(&res, ranges, ROUNDS, others, 1,
					  &r->arena, &r->m, &d), 0);
}

static void end(struct run *r)
{
	look(r, "end");
	fact(r, "end", "end", "", 0);
	judge(r);
}

static void done(struct run *r)
{
	arena_fini(&r->arena);
	for (size_t i = 0; i < r->n; i++)
		text_fini(&r->data[i]);
	for (size_t i = 0; i < 2; i++)
		text_fini(&r->cpu[i].pages);
	text_fini(&r->format);
}

static void load(struct run *r, int round)
{
	r->round = round;
	tp_module(&r->cpu[0], TP_LOAD, "m");
}

static void unload(struct run *r)
{
	tp_module(&r->cpu[0], TP_FREE, "m");
	look(r, "after");
}

static void kmalloc(struct run *r, uint64_t ptr, uint64_t size, uint64_t site)
{
	const uint64_t frames[] = { KERNEL, site, KERNEL };

	tp_event(&r->cpu[0], TP_KMALLOC, size, ptr, site);
	tp_stack(&r->cpu[0], frames, 3);
}

/* The allocator was called by @caller, on behalf of @site. */
static void kmalloc_for(struct run *r, uint64_t ptr, uint64_t caller,
			uint64_t site)
{
	const uint64_t frames[] = { KERNEL, caller, site, KERNEL };

	tp_event(&r->cpu[0], TP_KMALLOC, 100, ptr, caller);
	tp_stack(&r->cpu[0], frames, 4);
}

static void kfree(struct run *r, uint64_t ptr)
{
	tp_event(&r->cpu[0], TP_KFREE, KERNEL, ptr, 0);
}

static void one_leak(struct run *r, const char *kind, uint64_t site,
		     unsigned count, uint64_t bytes, uint32_t rounds)
{
	const struct lab_leak *l = r->m.leaks;

	assert_true(r->m.known);
	assert_int_equal(r->m.n_leaks, 1);
	assert_string_equal(l->kind, kind);
	assert_string_equal(l->module, "m");
	assert_int_equal(l->site, site);
	assert_int_equal(l->count, count);
	assert_int_equal(l->bytes, bytes);
	assert_int_equal(l->rounds, rounds);
}

static void nothing(struct run *r)
{
	assert_true(r->m.known);
	assert_true(r->m.pending_known);
	assert_null(r->m.why);
	assert_int_equal(r->m.lost, 0);
	assert_int_equal(r->m.n_leaks, 0);
	assert_int_equal(r->m.n_pending, 0);
}

/* ---------------------------------------------------------------- leaks */

static void test_each_round(void **state)
{
	struct run r;

	(void)state;
	begin(&r);
	for (int i = 1; i <= ROUNDS; i++) {
		load(&r, i);
		kmalloc(&r, HEAP + 0x1000U * (unsigned)i, 123, CORE + 0x14);
		kmalloc(&r, HEAP + 0x100, 50, CORE + 0x20);
		kfree(&r, HEAP + 0x100);
		unload(&r);
	}
	end(&r);
	one_leak(&r, "kmalloc", CORE + 0x14, 3, 369, 0xe);
	assert_true(r.m.leaks[0].direct);
	assert_int_equal(r.m.leaks[0].round, 1);
	done(&r);
}

static void test_freed_later(void **state)
{
	struct run r;

	(void)state;
	begin(&r);
	load(&r, 1);
	kmalloc(&r, HEAP, 8, CORE);
	kmalloc(&r, HEAP + 64, 8, CORE);
	kmalloc(&r, HEAP + 128, 321, CORE + 4);
	unload(&r);
	load(&r, 2);
	kfree(&r, HEAP);
	unload(&r);
	tp_event(&r.cpu[1], TP_CACHE_FREE, 0, HEAP + 64, 0);
	end(&r);
	one_leak(&r, "kmalloc", CORE + 4, 1, 321, 2); /* a one-time cost */
	done(&r);
}

/* Init has no range: its process tells whose it is, also in other rounds. */
static void test_init_part(void **state)
{
	struct run r;

	(void)state;
	begin(&r);
	for (int i = 1; i <= 2; i++) {
		load(&r, i);
		kmalloc(&r, HEAP + 64U * (unsigned)i, 10,
			INIT + 0x1000U * (unsigned)i);
		unload(&r);
	}
	end(&r);
	one_leak(&r, "kmalloc", INIT + 0x1000, 2, 20, 6);
	done(&r);
}

static void test_whose(void **state)
{
	const uint64_t through_dep[] = { KERNEL, DEP + 8, CORE + 8 };
	struct run r;

	(void)state;
	begin(&r);
	load(&r, 1);
	kmalloc(&r, HEAP, 8, KERNEL);           /* the loader itself       */
	kmalloc(&r, HEAP + 64, 8, DEP + 4);     /* another module's        */
	kmalloc_for(&r, HEAP + 128, D_ALLOC, CORE); /* the kernel keeps it */
	kmalloc_for(&r, HEAP + 192, KERNEL, CORE + 4);
	tp_event(&r.cpu[0], TP_CACHE_ALLOC, DEP + 8, HEAP + 256, 30);
	tp_stack(&r.cpu[0], through_dep, 3);
	kmalloc(&r, 0, 8, CORE);                /* failed                  */
	unload(&r);
	kmalloc(&r, HEAP + 320, 8, CORE);       /* after its end: no owner */
	end(&r);
	assert_int_equal(r.m.n_leaks, 2);
	assert_int_equal(r.m.leaks[0].site, CORE + 4);
	assert_false(r.m.leaks[0].direct);
	assert_string_equal(r.m.leaks[1].kind, "cache");
	assert_int_equal(r.m.leaks[1].site, CORE + 8);
	done(&r);
}

/* A module that stays loaded has leaked nothing. */
static void test_still_loaded(void **state)
{
	struct run r;

	(void)state;
	begin(&r);
	load(&r, 1);
	kmalloc(&r, HEAP, 8, CORE);
	tp_event(&r.cpu[0], TP_TIMER, HEAP, CORE, 0);
	end(&r);
	nothing(&r);
	done(&r);
}

/* An interrupt's event and stack stand between an event and its stack. */
static void test_nested(void **state)
{
	const uint64_t inner[] = { KERNEL, KERNEL, KERNEL };
	const uint64_t outer[] = { KERNEL, CORE + 0x40, KERNEL };
	struct run r;

	(void)state;
	begin(&r);
	load(&r, 1);
	tp_event(&r.cpu[0], TP_KMALLOC, 10, HEAP, KERNEL);
	tp_event(&r.cpu[0], TP_KMALLOC, 20, HEAP + 64, KERNEL);
	tp_stack(&r.cpu[0], inner, 3);
	tp_stack(&r.cpu[0], outer, 3);
	unload(&r);
	end(&r);
	one_leak(&r, "kmalloc", CORE + 0x40, 1, 10, 2);
	done(&r);
}

static void pages(struct run *r, uint64_t pfn, uint64_t order, bool by_slab)
{
	const uint64_t frames[] = { ALLOC_PAGES, by_slab ? KERNEL : ALLOC_PAGES,
				    CORE + 0x10 };

	tp_event(&r->cpu[0], TP_PAGES, pfn, order, 0);
	tp_stack(&r->cpu[0], frames, 3);
}

static void test_pages(void **state)
{
	struct run r;

	(void)state;
	begin(&r);
	load(&r, 1);
	pages(&r, 0x100, 2, false);
	pages(&r, 0x200, 2, true);  /* slab's, not the module's            */
	pages(&r, 0x300, 3, false); /* comes back in pieces                */
	pages(&r, 0x400, 1, false); /* half of it comes back               */
	pages(&r, 0x500, 0, false);
	for (uint64_t i = 0; i < 8; i++)
		tp_event(&r.cpu[0], TP_PAGES_FREE, 0x300 + i, 0, 0);
	tp_event(&r.cpu[0], TP_PAGES_FREE, 0x401, 0, 0);
	pages(&r, 0x500, 0, true);  /* was freed unseen, is taken again    */
	unload(&r);
	end(&r);
	one_leak(&r, "pages", CORE + 0x10, 2, 5 * 4096, 2);
	done(&r);
}

static void test_percpu(void **state)
{
	const uint64_t frames[] = { KERNEL, CORE + 4, KERNEL };
	struct run r;

	(void)state;
	begin(&r);
	load(&r, 1);
	for (uint64_t i = 0; i < 2; i++) {
		tp_event(&r.cpu[0], TP_PERCPU, CORE + 4, 64, 0x3cfa8 + 64 * i);
		tp_stack(&r.cpu[0], frames, 3);
	}
	tp_event(&r.cpu[0], TP_PERCPU_FREE, 0x3cfa8, 0, 0);
	unload(&r);
	end(&r);
	one_leak(&r, "percpu", CORE + 4, 1, 64, 2);
	done(&r);
}

/* A cache's memory per processor, and what making a thread takes. */
static void make(struct run *r, uint64_t maker, uint64_t who)
{
	const uint64_t frames[] = { KERNEL, maker, who, KERNEL };
	bool cache = maker == MAKE_CACHE;

	if (cache)
		tp_event(&r->cpu[0], TP_PERCPU, KERNEL, 64, 0x3cfa8);
	else
		tp_event(&r->cpu[0], TP_KMALLOC, 64, HEAP, KERNEL);
	tp_stack(&r->cpu[0], frames, 4);
	if (!cache)
		kfree(r, HEAP);
}

/* Whose a new cache or thread can be. */
static void test_made(void **state)
{
	struct run r;

	(void)state;
	begin(&r); /* by others only */
	load(&r, 1);
	make(&r, MAKE_CACHE, KERNEL);
	make(&r, MAKE_THREAD, DEP);
	unload(&r);
	end(&r);
	assert_true(r.m.no_cache && r.m.no_thread);
	nothing(&r);
	done(&r);

	begin(&r); /* by the module */
	load(&r, 1);
	make(&r, MAKE_CACHE, CORE + 4);
	make(&r, MAKE_THREAD, INIT);
	unload(&r);
	end(&r);
	assert_false(r.m.no_cache || r.m.no_thread);
	done(&r);

	begin(&r); /* a cache, which it destroyed */
	load(&r, 1);
	make(&r, MAKE_CACHE, CORE + 4);
	tp_event(&r.cpu[0], TP_PERCPU_FREE, 0x3cfa8, 0, 0);
	unload(&r);
	end(&r);
	assert_true(r.m.no_cache && r.m.no_thread);
	done(&r);

	begin(&r); /* events were lost: nothing is known */
	load(&r, 1);
	r.cpu[0].flags = 1ULL << 31;
	unload(&r);
	end(&r);
	assert_false(r.m.no_cache || r.m.no_thread);
	done(&r);
}

static void test_vmalloc(void **state)
{
	static const char first[] =
		"0xffffc90000000000-0xffffc90000005000   20480 0xffffffffc020100f pages=4 vmalloc N0=4\n"
		"0xffffc90000010000-0xffffc90000012000    8192 0xffffffffc0300010 pages=1 vmalloc N0=1\n"
		"0xffffc90000020000-0xffffc90000022000    8192 load_module+0x10/0x20 pages=1 vmalloc\n"
		"0xffffc90000030000-0xffffc90000032000    8192 0xffffffffc0201100 phys=0xfe000000 ioremap\n";
	static const char last[] =
		"0xffffc90000000000-0xffffc90000005000   20480 0xffffffffc020100f pages=4 vmalloc N0=4\n"
		"0xffffc90000040000-0xffffc90000045000   20480 0xffffffffc020100f pages=4 vmalloc N0=4\n"
		"0xffffc9\nx\n\n 0x 0x 0x\n";
	struct run r;

	(void)state;
	begin(&r);
	load(&r, 1);
	kmalloc_for(&r, HEAP, KERNEL, CORE + 0xf); /* books of vmalloc()   */
	unload(&r);
	fact(&r, "after", "vmalloc", first, strlen(first));
	load(&r, 2);
	unload(&r);
	fact(&r, "after", "vmalloc", last, strlen(last));
	end(&r);
	one_leak(&r, "vmalloc", CORE + 0xf, 2, 8 * 4096, 6);
	done(&r);
}

/* ----------------------------------------------------------- given away */

static void test_rcu_frees(void **state)
{
	struct run r;

	(void)state;
	begin(&r);
	load(&r, 1);
	kmalloc(&r, HEAP, 100, CORE);
	tp_event(&r.cpu[0], TP_RCU, HEAP + 16, KERNEL, 0);
	kmalloc(&r, HEAP + 128, 100, CORE); /* kfree_rcu(), as it was       */
	tp_event(&r.cpu[0], TP_KVFREE, HEAP + 128 + 40, 40, 0);
	kmalloc(&r, HEAP + 256, 100, CORE); /* and as it is                 */
	tp_event(&r.cpu[0], TP_KVFREE, HEAP + 256 + 8, HEAP + 256, 0);
	unload(&r);
	end(&r);
	nothing(&r);
	done(&r);
}

/* -------------------------------------------------------------- pending */

static void one_pending(struct run *r, const char *kind, uint64_t function)
{
	assert_true(r->m.pending_known);
	assert_int_equal(r->m.n_leaks, 0);
	assert_int_equal(r->m.n_pending, 1);
	assert_string_equal(r->m.pending[0].kind, kind);
	assert_string_equal(r->m.pending[0].module, "m");
	assert_int_equal(r->m.pending[0].function, function);
	assert_int_equal(r->m.pending[0].round, 1);
}

/* What calls @on starts, @off ends; 0: nothing does. */
static void pending_case(enum tp_id on, enum tp_id off, const char *kind)
{
	struct run r;

	begin(&r);
	load(&r, 1);
	tp_event(&r.cpu[0], on, HEAP, CORE + 0x30, 0);
	unload(&r);
	end(&r);
	one_pending(&r, kind, CORE + 0x30);
	done(&r);

	begin(&r); /* fires after the end of its module */
	load(&r, 1);
	tp_event(&r.cpu[0], on, HEAP, CORE + 0x30, 0);
	unload(&r);
	tp_event(&r.cpu[0], off, HEAP, 0, 0);
	end(&r);
	one_pending(&r, kind, CORE + 0x30);
	done(&r);

	begin(&r); /* ended in time */
	load(&r, 1);
	tp_event(&r.cpu[0], on, HEAP, CORE + 0x30, 0);
	tp_event(&r.cpu[0], off, HEAP, 0, 0);
	unload(&r);
	end(&r);
	nothing(&r);
	done(&r);

	begin(&r); /* calls the kernel, or a dependency */
	load(&r, 1);
	tp_event(&r.cpu[0], on, HEAP, KERNEL, 0);
	tp_event(&r.cpu[0], on, HEAP + 64, DEP, 0);
	unload(&r);
	end(&r);
	nothing(&r);
	done(&r);
}

static void test_pending(void **state)
{
	(void)state;
	pending_case(TP_TIMER, TP_TIMER_OFF, "timer");
	pending_case(TP_HRTIMER, TP_HRTIMER_OFF, "hrtimer");
	pending_case(TP_WORK, TP_CANCEL, "work");
	pending_case(TP_WORK, TP_WORK_START, "work");
	pending_case(TP_DELAYED, TP_CANCEL, "work");
}

/* Work that still runs when its module goes is well if it ends. */
static void test_running(void **state)
{
	struct run r;

	(void)state;
	for (int ends = 0; ends < 2; ends++) {
		begin(&r);
		load(&r, 1);
		tp_event(&r.cpu[0], TP_WORK, HEAP, CORE, 0);
		tp_event(&r.cpu[0], TP_WORK_START, HEAP, CORE, 0);
		unload(&r);
		if (ends)
			tp_event(&r.cpu[0], TP_WORK_END, HEAP, 0, 0);
		end(&r);
		if (ends)
			nothing(&r);
		else
			one_pending(&r, "work", CORE);
		done(&r);
	}
}

static void test_thread(void **state)
{
	struct run r;

	(void)state;
	for (int ends = 0; ends < 2; ends++) {
		begin(&r);
		load(&r, 1);
		r.cpu[0].pid = 99;
		/* A name comes first in newer kernels. */
		tp_event(&r.cpu[0], TP_THREAD, HEAP, CORE + 8, 0);
		r.cpu[0].pid = LOADER;
		unload(&r);
		r.cpu[0].pid = 99;
		if (ends)
			tp_event(&r.cpu[0], TP_EXIT, 0, 0, 0);
		end(&r);
		if (ends)
			nothing(&r);
		else
			one_pending(&r, "thread", CORE + 8);
		done(&r);
	}
}

static void test_rcu(void **state)
{
	struct run r;

	(void)state;
	begin(&r);
	load(&r, 1);
	tp_event(&r.cpu[0], TP_BARRIER, 0, 0, 0);
	tp_event(&r.cpu[0], TP_RCU, CORE + 0x100, CORE + 8, 0);
	unload(&r);
	tp_event(&r.cpu[0], TP_BARRIER, 0, 0, 0);
	end(&r);
	one_pending(&r, "rcu", CORE + 8);
	done(&r);

	begin(&r); /* waited for */
	load(&r, 1);
	tp_event(&r.cpu[0], TP_RCU, CORE + 0x100, CORE + 8, 0);
	tp_event(&r.cpu[0], TP_BARRIER, 0, 0, 0);
	unload(&r);
	end(&r);
	nothing(&r);
	done(&r);

	begin(&r); /* ran: it freed what it is part of */
	load(&r, 1);
	kmalloc(&r, HEAP, 100, CORE);
	tp_event(&r.cpu[0], TP_RCU, HEAP + 8, CORE + 8, 0);
	kfree(&r, HEAP);
	unload(&r);
	end(&r);
	nothing(&r);
	done(&r);
}

/* The kernel died: what is pending is known, what leaks is not. */
static void test_died(void **state)
{
	struct run r;

	(void)state;
	begin(&r);
	load(&r, 1);
	kmalloc(&r, HEAP, 8, CORE);
	tp_event(&r.cpu[0], TP_TIMER, HEAP, CORE, 0);
	tp_module(&r.cpu[0], TP_FREE, "m");
	look(&r, "remove");
	judge(&r);
	assert_false(r.m.known);
	assert_non_null(r.m.why);
	one_pending(&r, "timer", CORE);
	done(&r);
}

/* --------------------------------------------------- order and loss */

static void test_two_processors(void **state)
{
	struct run r;

	(void)state;
	begin(&r);
	load(&r, 1);
	/* Freed on the other processor between two uses of one address. */
	r.cpu[1].time = 5;
	tp_event(&r.cpu[1], TP_KFREE, KERNEL, HEAP, 0);
	r.cpu[0].time = 3;
	tp_flush(&r.cpu[0]);
	kmalloc(&r, HEAP, 8, CORE);
	tp_flush(&r.cpu[0]);
	r.cpu[0].time = 9;
	kmalloc(&r, HEAP, 16, CORE + 4);
	unload(&r);
	end(&r);
	one_leak(&r, "kmalloc", CORE + 4, 1, 16, 2);
	done(&r);
}

static void test_lost(void **state)
{
	struct run r;

	(void)state;
	begin(&r);
	load(&r, 1);
	kmalloc(&r, HEAP, 8, CORE); /* its kfree() may be among the lost    */
	tp_event(&r.cpu[0], TP_TIMER, HEAP, CORE, 0);
	tp_flush(&r.cpu[0]);
	r.cpu[0].flags = 1ULL << 31;
	kmalloc(&r, HEAP + 64, 50, CORE + 4);
	unload(&r);
	end(&r);
	one_leak(&r, "kmalloc", CORE + 4, 1, 50, 2);
	assert_int_equal(r.m.n_pending, 0);
	assert_int_equal(r.m.lost, 1);
	done(&r);
}

static void test_many(void **state)
{
	enum { MANY = 100000 };
	struct run r;

	(void)state;
	begin(&r);
	load(&r, 1);
	for (uint64_t i = 0; i < MANY; i++) {
		kmalloc(&r, HEAP + 64 * i, 64, CORE);
		if (i % 10)
			kfree(&r, HEAP + 64 * i);
	}
	unload(&r);
	end(&r);
	one_leak(&r, "kmalloc", CORE, MANY / 10, MANY / 10 * 64, 2);
	assert_int_equal(r.m.lost, 0);
	done(&r);
}

/* --------------------------------------------------------------- broken */

/* Three good pages, the second then damaged at @at by @v. */
static void broken_page(size_t at, uint64_t v, unsigned n)
{
	struct run r;

	begin(&r);
	load(&r, 1);
	kmalloc(&r, HEAP, 8, CORE);
	tp_flush(&r.cpu[0]);
	kmalloc(&r, HEAP + 64, 8, CORE);
	tp_flush(&r.cpu[0]);
	kmalloc(&r, HEAP + 128, 8, CORE);
	tp_flush(&r.cpu[0]);
	tp_put((uint8_t *)r.cpu[0].pages.p + TP_PAGE + at, v, n);
	look(&r, "after");
	end(&r);
	assert_true(r.m.lost > 0);
	assert_int_equal(r.m.n_leaks, 0);
	done(&r);
}

static void test_broken_pages(void **state)
{
	(void)state;
	broken_page(16, TP_PAGE, 8);          /* more than a page           */
	broken_page(16, 0x07ffffff, 8);
	broken_page(16, 46, 8);               /* ends inside an event       */
	broken_page(TP_HEAD, 0, 8);           /* an event without bytes     */
	broken_page(TP_HEAD, 3ULL << 32, 8);  /* less than its own length   */
	broken_page(TP_HEAD, 0xfffffffcULL << 32, 8);
	broken_page(TP_HEAD, 6ULL << 32, 8);  /* not a multiple of four     */
	broken_page(TP_HEAD, 29 | 32, 4);     /* padding beyond the end     */
}

static void test_truncated(void **state)
{
	struct run r;

	(void)state;
	begin(&r);
	load(&r, 1);
	tp_flush(&r.cpu[0]);
	r.cpu[0].pages.n -= 100;
	look(&r, "after");
	end(&r);
	assert_true(r.m.lost > 0);
	done(&r);
}

static void format_case(const char *text, bool known, size_t n_leaks)
{
	struct run r;

	begin(&r);
	load(&r, 1);
	kmalloc(&r, HEAP, 8, CORE);
	unload(&r);
	r.fact[0].data = (struct span){ (const uint8_t *)text, strlen(text) };
	end(&r);
	assert_int_equal(r.m.known, known);
	if (!known)
		assert_non_null(r.m.why);
	assert_int_equal(r.m.n_leaks, n_leaks);
	done(&r);
}

/* Replaces @from by @to in the layout, everywhere. */
static void format_edited(const char *from, const char *to, bool known,
			  size_t n_leaks)
{
	_cleanup_text_ struct text t = { 0 }, edited = { 0 };
	const char *p, *next;

	tp_format(&t, NULL);
	for (p = t.p; (next = strstr(p, from)); p = next + strlen(from)) {
		text_add_bytes(&edited, p, (size_t)(next - p));
		text_add(&edited, to);
	}
	assert_true(edited.n > 0);
	text_add(&edited, p);
	format_case(edited.p, known, n_leaks);
}

static void test_broken_formats(void **state)
{
	(void)state;
	format_case("", false, 0);
	format_case("garbage\nname: \nID: x\n\tfield:;;\n\tfield: a[;", false,
		    0);
	format_case("name: header_page\nID: 0\n", false, 0);
	format_edited("size:4072", "size:99999999", false, 0);
	format_edited("offset:24;\tsize:4072", "offset:65535;\tsize:65535",
		      false, 0);
	format_edited("common_type;\toffset:4", "common_type;\toffset:60000",
		      true, 0);
	format_edited("ptr;\toffset:24", "ptr;\toffset:40000", true, 0);
	format_edited("ptr;\toffset:24;\tsize:8", "ptr;\toffset:24;\tsize:3",
		      true, 0);
	format_edited("name;\toffset:16", "name;\toffset:8", true, 0);
	/* The call site is enough to see whose it is. */
	format_edited("caller[8];\toffset:16", "caller[8];\toffset:65000",
		      true, 1);
}

/* A kernel without @event. */
static void missing(const char *event, bool known, const char *what)
{
	_cleanup_text_ struct text t = { 0 };
	struct run r;

	tp_format(&t, event);
	begin(&r);
	r.fact[0].data = (struct span){ (const uint8_t *)t.p, t.n };
	load(&r, 1);
	unload(&r);
	end(&r);
	assert_int_equal(r.m.known, known);
	assert_non_null(strstr(r.m.why, what));
	assert_null(strstr(r.m.why, "timers"));
	done(&r);
}

static void test_missing(void **state)
{
	struct run r;

	(void)state;
	missing("lkm_thread", true, "kernel threads");
	missing("percpu_alloc_percpu", true, "per-cpu memory");
	missing("mm_page_alloc", true, "pages");
	missing("kfree", false, "allocations");
	missing("kernel_stack", false, "allocations");
	memset(&r, 0, sizeof(r));
	judge(&r);
	assert_false(r.m.known);
	assert_false(r.m.pending_known);
	assert_non_null(r.m.why);
	done(&r);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_each_round),
		cmocka_unit_test(test_freed_later),
		cmocka_unit_test(test_init_part),
		cmocka_unit_test(test_whose),
		cmocka_unit_test(test_still_loaded),
		cmocka_unit_test(test_nested),
		cmocka_unit_test(test_pages),
		cmocka_unit_test(test_percpu),
		cmocka_unit_test(test_made),
		cmocka_unit_test(test_vmalloc),
		cmocka_unit_test(test_rcu_frees),
		cmocka_unit_test(test_pending),
		cmocka_unit_test(test_running),
		cmocka_unit_test(test_thread),
		cmocka_unit_test(test_rcu),
		cmocka_unit_test(test_died),
		cmocka_unit_test(test_two_processors),
		cmocka_unit_test(test_lost),
		cmocka_unit_test(test_many),
		cmocka_unit_test(test_broken_pages),
		cmocka_unit_test(test_truncated),
		cmocka_unit_test(test_broken_formats),
		cmocka_unit_test(test_missing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
