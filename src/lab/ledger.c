/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * From events to what is held. See ledger.h.
 *
 * Whose an allocation is, the stack says: the innermost frame in a module
 * under test. The part of a module that holds its init is freed early and may
 * not be among the ranges; then the process that inserts it tells.
 */
#include "lab/ledger.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* Where modules lie, and other things that only look so: x86-64. */
static const uint64_t MODULE_SPACE = 0xffffffffc0000000;
static const uint64_t MODULE_SPACE_END = 0xffffffffff000000;

enum { PAGE = 4096, ORDER_MAX = 12, HEAD_MAX = 2048 };

/* ----------------------------------------------------------- addresses */

static const struct lab_range *in_ranges(const struct lab_range *v, size_t n,
					 uint64_t address, int round)
{
	for (size_t i = n; i-- > 0;)
		if (v[i].round <= round && address >= v[i].start &&
		    address < v[i].end)
			return &v[i];
	return NULL;
}

const struct lab_range *ledger_range(const struct ledger *l, uint64_t address,
				    int round)
{
	const struct lab_range *best = NULL;

	for (size_t i = 0; i < l->n_ranges; i++) {
		const struct lab_range *r = &l->ranges[i];

		if (address >= r->start && address < r->end &&
		    r->round <= round && (!best || r->round > best->round))
			best = r;
	}
	return best;
}

bool ledger_in_subject(const struct ledger *l, uint64_t address)
{
	return address >= MODULE_SPACE && address < MODULE_SPACE_END &&
	       !in_ranges(l->others, l->n_others, address, INT32_MAX);
}

void ledger_fini(struct ledger *l)
{
	free(l->items);
	free(l->pending);
	held_fini(&l->held);
}

/* -------------------------------------------------------------- owners */

static struct held_owner *owner_named(struct ledger *l, const char *name,
				      size_t n, bool add)
{
	for (size_t i = 0; i < l->n_owners; i++)
		if (strlen(l->owner[i].name) == n &&
		    !memcmp(l->owner[i].name, name, n))
			return &l->owner[i];
	if (!add || l->n_owners == OWNERS_MAX || !n)
		return NULL;

	struct held_owner *o = &l->owner[l->n_owners];

	o->name = arena_strndup(l->arena, name, n);
	if (!o->name) {
		l->no_memory = true;
		return NULL;
	}
	l->n_owners++;
	return o;
}

static bool has_range(const struct ledger *l, const char *name)
{
	for (size_t i = 0; i < l->n_ranges; i++)
		if (l->ranges[i].round == l->round &&
		    str_eq(l->ranges[i].module, name))
			return true;
	return false;
}

/* The only module that is loaded (and was not listed); NULL: none or many. */
static struct held_owner *only_loaded(struct ledger *l, bool unlisted,
				      size_t *n)
{
	struct held_owner *found = NULL;

	*n = 0;
	for (size_t i = 0; i < l->n_owners; i++) {
		struct held_owner *o = &l->owner[i];

		if (!o->loaded || (unlisted && has_range(l, o->name)))
			continue;
		found = o;
		++*n;
	}
	return *n == 1 ? found : NULL;
}

/* Return: false if the address is no subject's. */
static bool owner_of(struct ledger *l, uint64_t site, int32_t pid,
		     struct held_owner **ret)
{
	const struct lab_range *r;
	size_t n;

	*ret = NULL;
	if (!site || !ledger_in_subject(l, site))
		return false;
	r = ledger_range(l, site, l->round);
	if (r && r->round == l->round) {
		*ret = owner_named(l, r->module, strlen(r->module), true);
		return true;
	}
	for (size_t i = l->n_loaders; i-- > 0;)
		if (l->loader[i].pid == pid) {
			*ret = l->loader[i].owner;
			return true;
		}
	*ret = only_loaded(l, true, &n);
	if (!n)
		*ret = only_loaded(l, false, &n);
	return n > 0;
}

static void module_loads(struct ledger *l, const struct ledger_item *item)
{
	struct held_owner *o = owner_named(l, (const char *)item->text.p,
					   item->text.n, true);

	if (!o)
		return;
	o->loaded = true;
	if (l->n_loaders == LOADERS_MAX) {
		memmove(l->loader, l->loader + 1,
			sizeof(l->loader) - sizeof(l->loader[0]));
		l->n_loaders--;
	}
	l->loader[l->n_loaders].pid = item->pid;
	l->loader[l->n_loaders++].owner = o;
}

/* @o is gone; or, if NULL, process @pid. */
static void loaders_forget(struct ledger *l, const struct held_owner *o,
			   int32_t pid)
{
	size_t n = 0;

	for (size_t i = 0; i < l->n_loaders; i++)
		if (o ? l->loader[i].owner != o : l->loader[i].pid != pid)
			l->loader[n++] = l->loader[i];
	l->n_loaders = n;
}

static void module_goes(struct ledger *l, const struct ledger_item *item)
{
	struct held_owner *o = owner_named(l, (const char *)item->text.p,
					   item->text.n, false);

	if (!o)
		return;
	if (o->frees < FREES_MAX)
		o->barriers[o->frees] = l->barriers;
	o->frees++;
	o->loaded = false;
	loaders_forget(l, o, 0);
}

/* ------------------------------------------------------ what is pending */

static bool owner_gone(const struct held *h)
{
	if (h->owner)
		return h->owner->frees > h->freed;
	return true;
}

bool ledger_is_left(const struct ledger *l, const struct held *h)
{
	return h->live && h->epoch == l->epoch && owner_gone(h);
}

static const char *pending_kind(enum held_class class)
{
	switch (class) {
	case HELD_TIMER:
		return "timer";
	case HELD_HRTIMER:
		return "hrtimer";
	case HELD_WORK:
	case HELD_RUNNING:
		return "work";
	case HELD_RCU:
		return "rcu";
	case HELD_THREAD:
		return "thread";
	default:
		return NULL;
	}
}

static bool same_pending(const struct lab_pending *a,
			 const struct lab_pending *b)
{
	return a->function == b->function && a->round == b->round &&
	       str_eq(a->kind, b->kind);
}

static void pending_add(struct ledger *l, const struct held *h)
{
	const struct lab_pending p = {
		.kind = pending_kind(h->class),
		.module = h->owner ? h->owner->name : NULL,
		.function = h->site,
		.round = h->round,
	};

	enum { PENDING_MAX = 1024 };

	for (size_t i = 0; i < l->n_pending; i++)
		if (same_pending(&l->pending[i], &p))
			return;
	if (l->n_pending == PENDING_MAX)
		return;
	if (l->n_pending == l->cap_pending) {
		size_t cap = l->cap_pending ? l->cap_pending * 2 : 16;
		struct lab_pending *v =
			reallocarray(l->pending, cap, sizeof(*v));

		if (!v) {
			l->no_memory = true;
			return;
		}
		l->pending = v;
		l->cap_pending = cap;
	}
	l->pending[l->n_pending++] = p;
}

/*
 * A callback has run if its module waited for it before it went, or if what
 * the head is part of was freed.
 */
static bool rcu_done(struct ledger *l, const struct held *h)
{
	const struct held *o = h->inside ?
		held_find(&l->held, HELD_OBJECT, h->inside) : NULL;

	if (o && !o->live)
		return true;
	return h->owner && h->freed < FREES_MAX && h->freed < h->owner->frees &&
	       h->owner->barriers[h->freed] > h->barriers;
}

/* @h comes to its end, or the trace does: was it too late? */
static void pending_settle(struct ledger *l, const struct held *h)
{
	if (!pending_kind(h->class) || !ledger_is_left(l, h))
		return;
	if (h->class == HELD_RCU && rcu_done(l, h))
		return;
	pending_add(l, h);
}

/* --------------------------------------------------------------- apply */

static void drop(struct ledger *l, enum held_class class, uint64_t key)
{
	struct held *h = held_find(&l->held, class, key);

	if (!h || !h->live)
		return;
	/* What still ran when its module went, but came to an end, is well. */
	if (h->owner && class != HELD_THREAD && class != HELD_RUNNING)
		pending_settle(l, h);
	h->live = false;
}

static struct held *put(struct ledger *l, enum held_class class, uint64_t key,
			const struct ledger_item *item, uint64_t site)
{
	struct held_owner *owner;
	struct held *h;

	drop(l, class, key);
	if (!owner_of(l, site, item->pid, &owner))
		return NULL;
	h = held_put(&l->held, class, key);
	if (!h)
		return NULL;
	h->direct = item->direct;
	h->round = l->round;
	h->site = site;
	h->owner = owner;
	h->freed = owner ? owner->frees : 0;
	h->epoch = l->epoch;
	h->barriers = l->barriers;
	return h;
}

static void take_object(struct ledger *l, const struct ledger_item *item)
{
	struct held *h;

	if (!item->v[0]) /* the allocation failed */
		return;
	h = put(l, HELD_OBJECT, item->v[0], item,
		item->kept ? 0 : item->site);
	if (!h)
		return;
	h->bytes = item->v[1];
	h->kind = item->which <= EV_KMALLOC_NODE ? "kmalloc" : "cache";
}

static void take_percpu(struct ledger *l, const struct ledger_item *item)
{
	struct held *h = put(l, HELD_PERCPU, item->v[0], item, item->site);

	if (!h)
		return;
	h->bytes = item->v[1];
	h->kind = "percpu";
	h->of_cache = item->of_cache;
}

/* Pages may be given back in other pieces than they were taken. */
static void drop_pages(struct ledger *l, uint64_t pfn, uint64_t order)
{
	uint64_t bytes = (uint64_t)PAGE << (order < ORDER_MAX ? order : 0);

	for (unsigned o = 0; o <= ORDER_MAX; o++) {
		uint64_t first = pfn & ~((1ULL << o) - 1);
		struct held *h;

		if (o && first == (pfn & ~((1ULL << (o - 1)) - 1)))
			continue;
		h = held_find(&l->held, HELD_PAGES, first);
		if (!h || !h->live || pfn - first >= h->inside)
			continue;
		h->bytes -= bytes < h->bytes ? bytes : h->bytes;
		h->live = h->bytes > 0;
		return;
	}
}

static void take_pages(struct ledger *l, const struct ledger_item *item)
{
	struct held *h;

	if (item->v[1] > ORDER_MAX || item->v[0] == UINT64_MAX)
		return;
	drop_pages(l, item->v[0], item->v[1]);
	if (!item->passed_on)
		return;
	h = put(l, HELD_PAGES, item->v[0], item, item->site);
	if (!h)
		return;
	h->direct = true;
	h->inside = 1ULL << item->v[1];
	h->bytes = (uint64_t)PAGE << item->v[1];
	h->kind = "pages";
}

/* The object that an address lies in; NULL: none that is watched. */
static struct held *object_around(struct ledger *l, uint64_t address)
{
	for (uint64_t off = 0; off <= HEAD_MAX; off += 8) {
		struct held *h = held_find(&l->held, HELD_OBJECT,
					   address - off);

		if (h && h->live)
			return off < h->bytes || !off ? h : NULL;
	}
	return NULL;
}

static void call_rcu(struct ledger *l, const struct ledger_item *item)
{
	struct held *o = l->held.n ? object_around(l, item->v[0]) : NULL;
	uint64_t inside = o ? o->key : 0;

	if (ledger_in_subject(l, item->v[1])) {
		struct held *h = put(l, HELD_RCU, item->v[0], item, item->v[1]);

		if (h)
			h->inside = inside;
	} else if (o) {
		o->live = false; /* the kernel will see to it */
	}
}

/* The second argument was an offset once, and is the object itself now. */
static void kvfree_rcu(struct ledger *l, const struct ledger_item *item)
{
	bool is_offset = item->v[1] < PAGE;

	drop(l, HELD_OBJECT, is_offset ? item->v[0] - item->v[1] : item->v[1]);
}

static void start_thread(struct ledger *l, const struct ledger_item *item)
{
	uint64_t fn = ledger_in_subject(l, item->v[0]) ? item->v[0] :
							item->v[1];

	(void)put(l, HELD_THREAD, (uint64_t)(uint32_t)item->pid, item, fn);
}

static void queue_work(struct ledger *l, const struct ledger_item *item)
{
	(void)put(l, HELD_WORK, item->v[0], item, item->v[1]);
}

static void apply(struct ledger *l, const struct ledger_item *item)
{
	switch (item->which) {
	case LAB_TRACE_GAP:
		l->lost += item->v[0] && item->v[0] < UINT16_MAX ?
				   (unsigned)item->v[0] : 1;
		l->epoch++;
		break;
	case EV_KMALLOC:
	case EV_KMALLOC_NODE:
	case EV_CACHE:
	case EV_CACHE_NODE:
		take_object(l, item);
		break;
	case EV_KFREE:
	case EV_CACHE_FREE:
		drop(l, HELD_OBJECT, item->v[0]);
		break;
	case EV_PAGES:
		take_pages(l, item);
		break;
	case EV_PAGES_FREE:
		drop_pages(l, item->v[0], item->v[1]);
		break;
	case EV_PERCPU:
		take_percpu(l, item);
		break;
	case EV_PERCPU_FREE:
		drop(l, HELD_PERCPU, item->v[0]);
		break;
	case EV_TIMER:
		(void)put(l, HELD_TIMER, item->v[0], item, item->v[1]);
		break;
	case EV_TIMER_OFF:
		drop(l, HELD_TIMER, item->v[0]);
		break;
	case EV_HRTIMER:
		(void)put(l, HELD_HRTIMER, item->v[0], item, item->v[1]);
		break;
	case EV_HRTIMER_OFF:
		drop(l, HELD_HRTIMER, item->v[0]);
		break;
	case EV_WORK:
	case EV_DELAYED:
		queue_work(l, item);
		break;
	case EV_WORK_START:
		drop(l, HELD_WORK, item->v[0]);
		(void)put(l, HELD_RUNNING, item->v[0], item, item->v[1]);
		break;
	case EV_WORK_END:
		drop(l, HELD_RUNNING, item->v[0]);
		break;
	case EV_CANCEL:
		drop(l, HELD_WORK, item->v[0]);
		break;
	case EV_RCU:
		call_rcu(l, item);
		break;
	case EV_KVFREE:
		kvfree_rcu(l, item);
		break;
	case EV_BARRIER:
		l->barriers++;
		break;
	case EV_THREAD:
		start_thread(l, item);
		break;
	case EV_EXIT:
		drop(l, HELD_THREAD, (uint64_t)(uint32_t)item->pid);
		loaders_forget(l, NULL, item->pid);
		break;
	case EV_LOAD:
		module_loads(l, item);
		break;
	case EV_FREE:
		module_goes(l, item);
		break;
	default:
		break;
	}
}

static int by_time(const void *a, const void *b)
{
	const struct ledger_item *x = a, *y = b;

	if (x->time != y->time)
		return x->time < y->time ? -1 : 1;
	return x->seq < y->seq ? -1 : x->seq > y->seq;
}

int ledger_flush(struct ledger *l, int round)
{
	l->round = round;
	if (l->n_items)
		qsort(l->items, l->n_items, sizeof(*l->items), by_time);
	for (size_t i = 0; i < l->n_items; i++)
		apply(l, &l->items[i]);
	l->n_items = 0;
	return l->no_memory ? -ENOMEM : 0;
}

int ledger_end(struct ledger *l)
{
	for (size_t i = 0; i < l->held.n; i++)
		pending_settle(l, &l->held.v[i]);
	return l->no_memory ? -ENOMEM : 0;
}
