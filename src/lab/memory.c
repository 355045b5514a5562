/* SPDX-License-Identifier: GPL-2.0-or-later */
/* From a run's facts to leaks: see memory.h. The events are ledger.c's. */
#include "lab/memory.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "lab/ledger.h"

enum { SITES_MAX = 512, AREAS_MAX = 4096, PAGE = 4096 };

static int no_memory(struct diag *d)
{
	return diag_fail(d, ENOMEM, "out of memory");
}

/* --------------------------------------------------------- aggregation */

/* One leak, and what makes two allocations the same place. */
struct site {
	const char *kind;
	const char *module;
	bool direct;
	bool in_range;
	uint64_t place; /* offset in the range; else in the page        */
	struct lab_leak leak;
};

struct sites {
	struct site *v;
	size_t n;
};

static bool same_text(const char *a, const char *b)
{
	return a == b || (a && b && str_eq(a, b));
}

static struct site *site_for(struct sites *s, const struct site *want)
{
	for (size_t i = 0; i < s->n; i++) {
		struct site *x = &s->v[i];

		if (x->place == want->place && x->in_range == want->in_range &&
		    x->direct == want->direct && str_eq(x->kind, want->kind) &&
		    same_text(x->module, want->module))
			return x;
	}
	if (s->n == SITES_MAX)
		return NULL;
	s->v[s->n] = *want;
	return &s->v[s->n++];
}

/* Sections begin on pages: the offset in the page is the same in each load. */
static void add_leak(struct ledger *l, struct sites *s, const char *kind,
		     const char *module, uint64_t at, int round, bool direct,
		     uint64_t bytes)
{
	const struct lab_range *r = ledger_range(l, at, round);
	const struct site want = {
		.kind = kind,
		.module = module,
		.direct = direct,
		.in_range = r && r->round == round,
		.place = r && r->round == round ? at - r->start : at % PAGE,
	};
	struct site *x = site_for(s, &want);

	if (!x)
		return;

	struct lab_leak *leak = &x->leak;

	leak->kind = kind;
	leak->module = module;
	leak->direct = direct;
	leak->count++;
	leak->bytes += bytes;
	if (round >= 0 && round < 32)
		leak->rounds |= 1U << round;
	if (!leak->site || round < leak->round) {
		leak->site = at;
		leak->round = round;
	}
}

static void add_held(struct ledger *l, struct sites *s)
{
	for (size_t i = 0; i < l->held.n; i++) {
		const struct held *h = &l->held.v[i];

		if (h->class > HELD_PERCPU || !ledger_is_left(l, h))
			continue;
		add_leak(l, s, h->kind, h->owner ? h->owner->name : NULL,
			 h->site, h->round, h->direct, h->bytes);
	}
}

/* ------------------------------------------------------------- vmalloc */

/* An area whose caller was a module that is gone. */
struct area {
	uint64_t start, caller, bytes;
	const char *kind;
	int round; /* the first one that shows it                         */
};

struct areas {
	struct area v[AREAS_MAX];
	size_t n;
};

static const char *area_kind(const char *words)
{
	return strstr(words, "ioremap") ? "ioremap" :
	       strstr(words, "vmap")	? "vmap" :
					  "vmalloc";
}

/*
 * "0xSTART-0xEND   16384 CALLER pages=3 vmalloc N0=3". The size has a guard
 * page in it. A caller that is gone is a number, one that is not a symbol.
 */
static bool read_area(const char *line, struct area *ret)
{
	char *p;
	struct area a = { .start = strtoull(line, &p, 16) };
	const char *pages = strstr(line, "pages=");

	p = strchr(p, ' ');
	if (!p)
		return false;
	a.bytes = strtoull(p, &p, 10);
	p += strspn(p, " ");
	if (strncmp(p, "0x", 2))
		return false;
	a.caller = strtoull(p, NULL, 16);
	a.kind = area_kind(p);
	if (pages)
		a.bytes = strtoull(pages + 6, NULL, 10) * PAGE;
	else if (a.bytes >= 2 * PAGE)
		a.bytes -= PAGE;
	*ret = a;
	return true;
}

static int first_seen(const struct areas *before, const struct area *a,
		      int round)
{
	for (size_t i = 0; i < before->n; i++)
		if (before->v[i].start == a->start &&
		    before->v[i].caller == a->caller)
			return before->v[i].round;
	return round;
}

static void read_areas(struct span text, const struct areas *before, int round,
		       struct areas *ret)
{
	char line[512];

	ret->n = 0;
	for (size_t pos = 0; pos < text.n && ret->n < AREAS_MAX;) {
		const uint8_t *p = text.p + pos;
		const uint8_t *nl = memchr(p, '\n', text.n - pos);
		size_t n = nl ? (size_t)(nl - p) : text.n - pos;
		struct area a;

		pos += n + 1;
		if (n >= sizeof(line))
			continue;
		memcpy(line, p, n);
		line[n] = 0;
		if (!read_area(line, &a))
			continue;
		a.round = first_seen(before, &a, round);
		ret->v[ret->n++] = a;
	}
}

/* The subject, if there is but one. */
static const char *only_subject(const struct ledger *l)
{
	const char *name = l->n_ranges ? l->ranges[0].module : NULL;

	for (size_t i = 1; i < l->n_ranges; i++)
		if (!str_eq(l->ranges[i].module, name))
			return NULL;
	if (!name && l->n_owners == 1)
		name = l->owner[0].name;
	return name;
}

static void add_areas(struct ledger *l, struct sites *s, const struct areas *v)
{
	for (size_t i = 0; i < v->n; i++) {
		const struct area *a = &v->v[i];
		const struct lab_range *r =
			ledger_range(l, a->caller, a->round);

		if (ledger_in_subject(l, a->caller))
			add_leak(l, s, a->kind,
				 r ? r->module : only_subject(l), a->caller,
				 a->round, true, a->bytes);
	}
}

static int add_vmalloc(struct ledger *l, const struct lab_result *r,
		       struct sites *s, struct diag *d)
{
	_cleanup_free_ struct areas *now = calloc(1, sizeof(*now));
	_cleanup_free_ struct areas *before = calloc(1, sizeof(*before));

	if (!now || !before)
		return no_memory(d);
	for (size_t i = 0; i < r->n_facts; i++) {
		const struct lab_fact *f = &r->facts[i];

		if (!str_eq(f->name, "vmalloc"))
			continue;

		struct areas *t = before;

		before = now;
		now = t;
		read_areas(f->data, before, f->round, now);
	}
	add_areas(l, s, now);
	return 0;
}

/* --------------------------------------------------------------- facts */

static const struct lab_fact *fact_named(const struct lab_result *r,
					 const char *name)
{
	for (size_t i = 0; i < r->n_facts; i++)
		if (str_eq(r->facts[i].name, name))
			return &r->facts[i];
	return NULL;
}

/* One report is the pages of all processors, one after another. */
static int follow(struct ledger *l, const struct lab_result *r, struct diag *d)
{
	const struct lab_fact *last = NULL;
	int e = 0;

	for (size_t i = 0; i < r->n_facts && !e; i++) {
		const struct lab_fact *f = &r->facts[i];

		if (!str_eq(f->name, "trace-pages"))
			continue;
		if (last && (last->round != f->round ||
			     !str_eq(last->stage, f->stage)))
			e = ledger_flush(l, last->round);
		last = f;
		if (!e)
			e = ledger_pages(l, f->data);
	}
	if (!e && last)
		e = ledger_flush(l, last->round);
	if (!e)
		e = ledger_end(l);
	return e ? no_memory(d) : 0;
}

/* The last look is the one after which nobody frees anything. */
static bool is_whole(const struct lab_result *r)
{
	for (size_t i = 0; i < r->n_facts; i++)
		if (str_eq(r->facts[i].name, "trace-pages") &&
		    str_eq(r->facts[i].stage, "end"))
			return true;
	return fact_named(r, "end") && !fact_named(r, "damaged");
}

static bool watches_objects(const struct ledger *l)
{
	return (ledger_has(l, "kmalloc") ||
		ledger_has(l, "kmem_cache_alloc")) &&
	       ledger_has(l, "kfree") && ledger_has(l, "kernel_stack");
}

/* What this kernel cannot show, in words; NULL: it shows everything. */
static const char *what_is_missing(const struct ledger *l, struct arena *a)
{
	static const struct {
		const char *event, *what;
	} needs[] = {
		{ "percpu_alloc_percpu", "per-cpu memory" },
		{ "timer_start", "timers" },
		{ "hrtimer_start", "high-resolution timers" },
		{ "workqueue_queue_work", "work" },
		{ "lkm_cancel", "delayed work" },
		{ "lkm_rcu", "RCU callbacks" },
		{ "lkm_thread", "kernel threads" },
		{ "module_free", "the end of modules" },
	};
	_cleanup_text_ struct text t = { 0 };

	if (!watches_objects(l))
		text_add(&t, "allocations");
	if (!l->pages.n || !ledger_has(l, "mm_page_alloc"))
		text_addf(&t, "%spages", t.n ? ", " : "");
	for (size_t i = 0; i < ARRAY_SIZE(needs); i++)
		if (!ledger_has(l, needs[i].event))
			text_addf(&t, "%s%s", t.n ? ", " : "", needs[i].what);
	if (!t.n)
		return NULL;
	return arena_printf(a, "this kernel has no events or probes for: %s",
			    text_str(&t));
}

/* What vmalloc() takes to keep its books comes and goes with the area. */
static bool is_part_of_area(const struct sites *s, const struct site *x)
{
	if (x->direct)
		return false;
	for (size_t i = 0; i < s->n; i++) {
		const struct site *o = &s->v[i];

		if (o->place == x->place && o->in_range == x->in_range &&
		    same_text(o->module, x->module) &&
		    (str_eq(o->kind, "vmalloc") || str_eq(o->kind, "vmap") ||
		     str_eq(o->kind, "ioremap")))
			return true;
	}
	return false;
}

/* Each cache has memory per processor, as long as it is there. */
static bool has_cache(const struct ledger *l)
{
	if (!l->made_cache || !ledger_has(l, "percpu_alloc_percpu"))
		return l->made_cache;
	for (size_t i = 0; i < l->held.n; i++)
		if (l->held.v[i].class == HELD_PERCPU && l->held.v[i].live &&
		    l->held.v[i].of_cache)
			return true;
	return false;
}

static int hand_over(struct ledger *l, const struct sites *s, struct arena *a,
		     struct lab_memory *ret, struct diag *d)
{
	ret->leaks = arena_array(a, s->n + 1, sizeof(*ret->leaks));
	ret->pending = arena_array(a, l->n_pending + 1, sizeof(*ret->pending));
	if (!ret->leaks || !ret->pending)
		return no_memory(d);
	for (size_t i = 0; i < s->n; i++)
		if (!is_part_of_area(s, &s->v[i]))
			ret->leaks[ret->n_leaks++] = s->v[i].leak;
	for (size_t i = 0; i < l->n_pending; i++)
		ret->pending[ret->n_pending++] = l->pending[i];
	ret->lost = l->lost + l->held.full;
	ret->no_cache = ret->known && !l->lost && l->makes_cache.n &&
			!has_cache(l);
	ret->no_thread = ret->known && !l->lost && l->makes_thread.n &&
			 !l->made_thread;
	return 0;
}

static int judge(struct ledger *l, const struct lab_result *r, struct arena *a,
		 struct lab_memory *ret, struct diag *d)
{
	const struct lab_fact *format = fact_named(r, "trace-format");
	struct sites s = { arena_array(a, SITES_MAX, sizeof(*s.v)), 0 };
	int e = 0;

	if (!s.v)
		return no_memory(d);
	if (!format)
		ret->why = "the run ended before the guest could begin to watch";
	else if (!ledger_init(l, format->data))
		ret->why = "this kernel has no trace events";
	else if (!fact_named(r, "trace-pages"))
		ret->why = "the run ended before the guest could say what it saw";
	else {
		ret->known = watches_objects(l);
		ret->pending_known = ledger_has(l, "module_free");
		ret->why = what_is_missing(l, a);
		e = follow(l, r, d);
		if (!is_whole(r)) {
			ret->known = false;
			ret->why = "the kernel died before it could free what it had";
		}
		if (ret->known)
			add_held(l, &s);
	}
	if (!e && ret->known)
		e = add_vmalloc(l, r, &s, d);
	return e ? e : hand_over(l, &s, a, ret, d);
}

int lab_memory_judge(const struct lab_result *r,
		     const struct lab_range *ranges, size_t n_ranges,
		     const struct lab_range *others, size_t n_others,
		     struct arena *a, struct lab_memory *ret, struct diag *d)
{
	_cleanup_free_ struct ledger *l = calloc(1, sizeof(*l));
	struct lab_memory m = { 0 };

	if (!l)
		return no_memory(d);
	l->arena = a;
	l->ranges = ranges;
	l->n_ranges = n_ranges;
	l->others = others;
	l->n_others = n_others;

	int e = judge(l, r, a, &m, d);

	ledger_fini(l);
	if (!e)
		*ret = m;
	return e;
}
