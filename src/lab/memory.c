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

/* Sections begin on pages: the offset in the page stays from load to load. */
static void add_leak(struct ledger *led, struct sites *s, const char *kind,
		     const char *module, uint64_t at, int round, bool direct,
		     uint64_t bytes)
{
	const struct lab_range *r = ledger_range(led, at, round);
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

	struct lab_leak *l = &x->leak;

	l->kind = kind;
	l->module = module;
	l->direct = direct;
	l->count++;
	l->bytes += bytes;
	if (round >= 0 && round < 32)
		l->rounds |= 1U << round;
	if (!l->site || round < l->round) {
		l->site = at;
		l->round = round;
	}
}

static void add_held(struct ledger *led, struct sites *s)
{
	for (size_t i = 0; i < led->held.n; i++) {
		const struct held *h = &led->held.v[i];

		if (h->class > HELD_PERCPU || !ledger_is_left(led, h))
			continue;
		add_leak(led, s, h->kind, h->owner ? h->owner->name : NULL,
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
static const char *only_subject(const struct ledger *led)
{
	const char *name = led->n_ranges ? led->ranges[0].module : NULL;

	for (size_t i = 1; i < led->n_ranges; i++)
		if (!str_eq(led->ranges[i].module, name))
			return NULL;
	if (!name && led->n_owners == 1)
		name = led->owner[0].name;
	return name;
}

static void add_areas(struct ledger *led, struct sites *s,
		      const struct areas *v)
{
	for (size_t i = 0; i < v->n; i++) {
		const struct area *a = &v->v[i];
		const struct lab_range *r =
			ledger_range(led, a->caller, a->round);

		if (ledger_in_subject(led, a->caller))
			add_leak(led, s, a->kind,
				 r ? r->module : only_subject(led), a->caller,
				 a->round, true, a->bytes);
	}
}

static int add_vmalloc(struct ledger *led, const struct lab_result *r,
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
	add_areas(led, s, now);
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
static int follow(struct ledger *led, const struct lab_result *r,
		  struct diag *d)
{
	const struct lab_fact *last = NULL;
	int e = 0;

	for (size_t i = 0; i < r->n_facts && !e; i++) {
		const struct lab_fact *f = &r->facts[i];

		if (!str_eq(f->name, "trace-pages"))
			continue;
		if (last && (last->round != f->round ||
			     !str_eq(last->stage, f->stage)))
			e = ledger_flush(led, last->round);
		last = f;
		if (!e)
			e = ledger_pages(led, f->data);
	}
	if (!e && last)
		e = ledger_flush(led, last->round);
	if (!e)
		e = ledger_end(led);
	return e ? no_memory(d) : 0;
}

static bool watches_objects(const struct ledger *led)
{
	return (ledger_has(led, "kmalloc") || ledger_has(led, "kmem_cache_alloc")) &&
	       ledger_has(led, "kfree") && ledger_has(led, "kernel_stack");
}

/* What this kernel cannot show, in words; NULL: it shows everything. */
static const char *what_is_missing(const struct ledger *led, struct arena *a)
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

	if (!led->pages.n || !ledger_has(led, "mm_page_alloc"))
		text_add(&t, "pages");
	for (size_t i = 0; i < ARRAY_SIZE(needs); i++)
		if (!ledger_has(led, needs[i].event))
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

static int hand_over(struct ledger *led, const struct sites *s, struct arena *a,
		     struct lab_memory *ret, struct diag *d)
{
	ret->leaks = arena_array(a, s->n + 1, sizeof(*ret->leaks));
	ret->pending =
		arena_array(a, led->n_pending + 1, sizeof(*ret->pending));
	if (!ret->leaks || !ret->pending)
		return no_memory(d);
	for (size_t i = 0; i < s->n; i++)
		if (!is_part_of_area(s, &s->v[i]))
			ret->leaks[ret->n_leaks++] = s->v[i].leak;
	for (size_t i = 0; i < led->n_pending; i++)
		ret->pending[ret->n_pending++] = led->pending[i];
	ret->lost = led->lost + led->held.full;
	return 0;
}

static int judge(struct ledger *led, const struct lab_result *r,
		 struct arena *a,
		 struct lab_memory *ret, struct diag *d)
{
	const struct lab_fact *format = fact_named(r, "trace-format");
	struct sites s = { arena_array(a, SITES_MAX, sizeof(*s.v)), 0 };
	int e = 0;

	if (!s.v)
		return no_memory(d);
	if (!format)
		ret->why = "the run ended before the guest could begin to watch";
	else if (!ledger_init(led, format->data))
		ret->why = "this kernel has no trace events";
	else if (!fact_named(r, "trace-pages"))
		ret->why = "the run ended before the guest could say what it saw";
	else {
		ret->known = watches_objects(led);
		ret->pending_known = ledger_has(led, "module_free");
		ret->why = what_is_missing(led, a);
		e = follow(led, r, d);
		add_held(led, &s);
	}
	if (!e)
		e = add_vmalloc(led, r, &s, d);
	return e ? e : hand_over(led, &s, a, ret, d);
}

int lab_memory_judge(const struct lab_result *r,
		     const struct lab_range *ranges, size_t n_ranges,
		     const struct lab_range *others, size_t n_others,
		     struct arena *a, struct lab_memory *ret, struct diag *d)
{
	_cleanup_free_ struct ledger *led = calloc(1, sizeof(*led));
	struct lab_memory m = { 0 };

	if (!led)
		return no_memory(d);
	led->arena = a;
	led->ranges = ranges;
	led->n_ranges = n_ranges;
	led->others = others;
	led->n_others = n_others;

	int e = judge(led, r, a, &m, d);

	ledger_fini(led);
	if (!e)
		*ret = m;
	return e;
}
