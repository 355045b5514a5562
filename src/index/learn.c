/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Threads take a few files at a time from one list. What each of them learns
 * goes to memory of its own, and its place is noted in the list: so the
 * outcome does not depend on who was faster.
 */
#include "index/learn.h"

#include <errno.h>
#include <setjmp.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "base/jobs.h"
#include "index/facts.h"
#include "ko/ko.h"

/* Files that a thread takes at a time, and how few are not worth a thread. */
#define BATCH 8
#define FEW 64

struct list {
	struct idx_source **v;
	size_t n;
	atomic_size_t taken;	   /* of v, in all                         */
	atomic_size_t front, back; /* from each end                        */
	atomic_bool failed; /* memory ran out                             */
	const struct idx_learn_opts *opts;
};

struct worker {
	struct list *list;
	struct arena *arena;
	struct text text; /* used again for each module                    */
	struct ko *ko; /* is being read                                    */
	bool first; /* begins with the large ones, and tells of progress */
};

/* kmod's number for what is no ELF file that it can use. */
static int elf_error(const struct ko *ko)
{
	struct span s = ko_image(ko);

	return s.n >= 64 && memcmp(s.p, "\177ELF", 4) ? -ENOEXEC : -EINVAL;
}

static void read_one(struct worker *w, const char *path)
{
	struct diag d = { 0 };
	int r = ko_open(path, &w->ko, &d);

	w->text.n = 0;
	if (!r)
		r = ko_check_elf(w->ko, &d) < 0 ? elf_error(w->ko) : 0;
	if (r == -ENOMEM)
		w->text.failed = true;
	else if (r < 0)
		idx_facts_add_broken(-r, d.what, &w->text);
	else
		idx_facts_add(w->ko, &w->text);
}

/*
 * A file that is mapped, and cut short by somebody else while it is read, is a
 * broken one: it must not end the program. The signal comes to the thread that
 * reads, and at a place where nothing but bytes of the file are looked at.
 */
static _Thread_local sigjmp_buf *volatile way_out;

static void on_bus_error(int sig)
{
	if (way_out)
		siglongjmp(*way_out, 1);
	/* It comes again, and ends us. */
	(void)signal(sig, SIG_DFL);
}

static void read_safely(struct worker *w, const char *path)
{
	sigjmp_buf here;

	if (!sigsetjmp(here, 0)) {
		way_out = &here;
		read_one(w, path);
	} else {
		w->text.n = 0;
		idx_facts_add_broken(EINVAL, "it was cut short while it was read",
				     &w->text);
	}
	way_out = NULL;
	w->ko = ko_close(w->ko);
}

static void learn_one(struct worker *w, struct idx_source *f)
{
	read_safely(w, f->path);

	uint8_t *p = w->text.failed ? NULL
				    : arena_alloc(w->arena, w->text.n + 1);

	if (!p) {
		atomic_store(&w->list->failed, true);
		return;
	}
	if (w->text.n)
		memcpy(p, w->text.p, w->text.n);
	f->facts = (struct span){ p, w->text.n };
	f->info = idx_facts_info(f->facts);
}

static void work(void *arg)
{
	struct worker *w = arg;
	struct list *l = w->list;

	while (!atomic_load(&l->failed)) {
		size_t taken = atomic_fetch_add(&l->taken, BATCH);

		if (taken >= l->n)
			break;

		size_t k = l->n - taken < BATCH ? l->n - taken : BATCH;
		size_t i = w->first ? atomic_fetch_add(&l->front, k)
				    : l->n - k - atomic_fetch_add(&l->back, k);

		for (size_t end = i + k; i < end; i++)
			learn_one(w, l->v[i]);
		if (w->first && l->opts->progress)
			l->opts->progress(l->opts->arg, taken, l->n);
	}
	text_fini(&w->text);
}

static unsigned threads_for(const struct idx_learn_opts *o, size_t n)
{
	unsigned want = o->threads ? o->threads : jobs_processors();

	if (want > JOBS_MAX)
		want = JOBS_MAX;
	if (want > n / FEW + 1)
		want = (unsigned)(n / FEW + 1);
	return want;
}

static void run(struct list *l, struct arena *arenas, unsigned n)
{
	struct worker w[JOBS_MAX];
	struct job jobs[JOBS_MAX];

	for (unsigned i = 0; i < n; i++) {
		w[i] = (struct worker){ .list = l, .arena = &arenas[i],
					.first = i == 0 };
		jobs[i] = (struct job){ work, &w[i] };
	}
	jobs_run(jobs, n);
}

/*
 * The largest first. One thread begins with them and the others at the other
 * end: so never two large modules are in memory at a time, and what is left in
 * the middle at the end is too small to be waited for.
 */
static int by_size(const void *x, const void *y)
{
	const struct idx_source *a = *(struct idx_source *const *)x;
	const struct idx_source *b = *(struct idx_source *const *)y;

	return (a->size < b->size) - (a->size > b->size);
}

int idx_learn(struct idx_sources *s, const struct idx_learn_opts *o,
	      struct idx_learned *ret, struct diag *d)
{
	_cleanup_free_ struct idx_source **v = calloc(s->n + 1, sizeof(*v));
	struct list l = { .v = v, .opts = o };
	/* The mask stays as it is: to put it back costs a call a module. */
	struct sigaction bus = { .sa_handler = on_bus_error,
				 .sa_flags = SA_NODEFER };
	struct sigaction before;

	*ret = (struct idx_learned){ 0 };
	for (size_t i = 0; v && i < s->n; i++)
		if (!s->v[i].facts.p)
			v[l.n++] = &s->v[i];

	if (l.n)
		qsort(v, l.n, sizeof(*v), by_size);

	unsigned n = threads_for(o, l.n);

	ret->arenas = calloc(n, sizeof(*ret->arenas));
	if (!v || !ret->arenas)
		return diag_fail(d, ENOMEM, "out of memory");
	ret->n = n;
	(void)sigaction(SIGBUS, &bus, &before);
	ko_keep(true);
	run(&l, ret->arenas, n);
	ko_keep(false);
	(void)sigaction(SIGBUS, &before, NULL);
	if (atomic_load(&l.failed))
		return diag_fail(d, ENOMEM, "out of memory");
	return 0;
}

void idx_learned_fini(struct idx_learned *l)
{
	for (unsigned i = 0; i < l->n; i++)
		arena_fini(&l->arenas[i]);
	free(l->arenas);
	*l = (struct idx_learned){ 0 };
}
