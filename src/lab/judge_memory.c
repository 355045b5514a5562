/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Memory that was not given back, and calls into code that is gone. */
#include <string.h>

#include "lab/judge.h"

enum { RANGES_MAX = 64 };

/* Where modules lay, from their lines of /proc/modules. */
static size_t ranges_of(struct judge *j, bool deps, struct lab_range *v)
{
	size_t n = 0;

	for (size_t i = 0; i < j->r->n_facts; i++) {
		const struct lab_fact *f = &j->r->facts[i];
		struct live_modules m;

		if (!str_eq(f->name, "modules") || str_eq(f->stage, "remove") ||
		    live_modules_parse(f->data, &j->v->arena, &m, NULL) < 0)
			continue;
		for (size_t k = 0; k < m.n && n < RANGES_MAX; k++) {
			bool dep = true;

			for (size_t s = 0; s < j->n_subjects; s++)
				if (!j->subjects[s].dep &&
				    live_name_eq(j->subjects[s].ko->name,
						 m.v[k].name))
					dep = false;
			if (dep == deps)
				v[n++] = (struct lab_range){
					m.v[k].name, f->round,
					m.v[k].address,
					m.v[k].address + m.v[k].size
				};
		}
	}
	return n;
}

const char *judge_owner(struct judge *j, uint64_t address)
{
	struct lab_range v[RANGES_MAX];
	size_t n = ranges_of(j, false, v);

	for (size_t i = 0; i < n; i++)
		if (address >= v[i].start && address < v[i].end)
			return v[i].module;
	/* Since 6.4 data lies elsewhere than the text that is listed. */
	return judge_section_owner(j, address);
}

static const char *kind_words(const char *kind)
{
	static const struct {
		const char *kind, *words;
	} table[] = {
		{ "kmalloc", "kmalloc()" },
		{ "cache", "kmem_cache_alloc()" },
		{ "pages", "alloc_pages()" },
		{ "percpu", "alloc_percpu()" },
		{ "vmalloc", "vmalloc()" },
		{ "vmap", "vmap()" },
		{ "ioremap", "ioremap()" },
	};

	for (size_t i = 0; i < ARRAY_SIZE(table); i++)
		if (str_eq(kind, table[i].kind))
			return table[i].words;
	return kind;
}

static int first_round(uint32_t rounds)
{
	return rounds ? __builtin_ctz(rounds) : 0;
}

static void leaked(struct judge *j, const struct lab_leak *l)
{
	bool once = !(l->rounds & ~2U) && j->r->round > 1;
	struct lab_finding *f =
		judge_find(j, LAB_MEMORY, 0,
			   once ? "memory.leak-once" : "memory.leak");

	f->late = true;
	unsigned rounds = (unsigned)__builtin_popcount(l->rounds);
	bool even = rounds > 1 && l->count % rounds == 0 &&
		    l->bytes % rounds == 0;
	unsigned count = even ? l->count / rounds : l->count;

	f->what = judge_printf(j, "%llu bytes in %u %s from %s are never freed (%s)",
			       (unsigned long long)(even ? l->bytes / rounds :
							   l->bytes),
			       count, count == 1 ? "object" : "objects",
			       kind_words(l->kind),
			       once	      ? "in the first round only" :
			       even	      ? "so many in each round" :
			       j->r->round > 1 ? "in all rounds together" :
						 "one round was run");
	f->where = judge_place_address(j, l->module, first_round(l->rounds),
				       l->site, true);
	f->why = "the module is gone, and nobody knows of this memory any more";
	f->fix = "free it in exit, and on every error path of init";
	if (once && !l->direct) {
		f->note = true;
		f->why = "the kernel asked for it on behalf of the module and kept it, once: mostly a cache that serves others, too";
		f->fix = "";
	}
}

static void pending(struct judge *j, const struct lab_pending *p)
{
	const char *id = judge_printf(j, "leftovers.%s", p->kind);

	/* The same again in a later round says nothing new. */
	for (struct lab_finding *x = j->v->findings; x; x = x->next)
		if (x->late && p->round > x->round && str_eq(x->id, id))
			return;

	struct lab_finding *f = judge_find(j, LAB_LEFTOVERS, p->round, id);

	f->late = true;
	f->what = judge_printf(j, "left behind: a%s %s that will call the removed module",
			       str_eq(p->kind, "hrtimer") ? "n" : "",
			       str_eq(p->kind, "work") ? "work item" :
			       str_eq(p->kind, "rcu")  ? "call_rcu() callback" :
							 p->kind);
	f->where = judge_place_address(j, p->module, p->round, p->function,
				       false);
	f->why = "when it fires, the kernel jumps into memory where no code is any more";
	f->fix = str_eq(p->kind, "work") ? "cancel_work_sync(), for delayed work cancel_delayed_work_sync(), in exit" :
		 str_eq(p->kind, "rcu")	 ? "rcu_barrier() in exit" :
		 str_eq(p->kind, "thread") ? "kthread_stop() in exit" :
		 str_eq(p->kind, "hrtimer") ? "hrtimer_cancel() in exit" :
					      "timer_delete_sync() (del_timer_sync() before 6.2) in exit";
}

const struct lab_memory *judge_trace(struct judge *j)
{
	struct lab_range own[RANGES_MAX], others[RANGES_MAX];

	if (j->traced || j->failed)
		return &j->trace;
	j->traced = true;

	size_t n_own = ranges_of(j, false, own);
	size_t n_others = ranges_of(j, true, others);

	if (lab_memory_judge(j->r, own, n_own, others, n_others, &j->v->arena,
			     &j->trace, j->d) < 0)
		judge_no_memory(j);
	return &j->trace;
}

void judge_memory(struct judge *j)
{
	struct lab_stage *st = &j->v->stage[LAB_MEMORY];

	if (!j->removed && !j->insert_failed[0] && !j->insert_failed[1]) {
		st->grade = LAB_NOT_REACHED;
		st->summary = "";
		return;
	}

	const struct lab_memory *m = judge_trace(j);

	if (j->failed)
		return;
	/* Known even if the kernel died of it, or before it could free all. */
	for (size_t i = 0; i < m->n_pending; i++)
		pending(j, &m->pending[i]);
	if (!m->known) {
		st->grade = LAB_NOT_KNOWN;
		st->summary = m->why;
		return;
	}
	for (size_t i = 0; i < m->n_leaks; i++)
		leaked(j, &m->leaks[i]);
	st->summary = m->n_leaks ? "" : "all that it allocated was freed";
	if (m->lost)
		st->summary = judge_printf(j, "%u events were lost, so small leaks may be missing",
					   m->lost);
}
