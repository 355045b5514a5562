/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Threads take a few files at a time from one list; what each finds goes to
 * memory of its own, and into the draft when all are done, so that the outcome
 * does not depend on who was faster.
 */
#include "kern/gather.h"

#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>

#include "kern/store.h"

#define MAX_THREADS 16
#define BATCH 4

struct job {
	const struct gather_file *v;
	struct gather_found *found;
	size_t n;
	atomic_size_t next;
	atomic_bool failed; /* memory ran out */
};

struct worker {
	struct job *job;
	struct arena a;
	pthread_t thread;
};

/* Names must outlive the file that they lie in. */
static bool keep(struct arena *a, struct ko_export *v, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		v[i].name = arena_strdup(a, v[i].name);
		v[i].ns = arena_strdup(a, v[i].ns);
		if (!v[i].name || !v[i].ns)
			return false;
	}
	return true;
}

int gather_one(const char *path, struct arena *a, struct gather_found *ret)
{
	_cleanup_ko_ struct ko *ko = NULL;
	int r = stat(path, &ret->st) < 0 ? -errno : ko_open(path, &ko, NULL);

	if (!r)
		r = ko_exports(ko, a, &ret->v, &ret->n, NULL);
	if (!r && !keep(a, ret->v, ret->n))
		r = -ENOMEM;
	if (r < 0)
		ret->n = 0;
	return r;
}

static void *work(void *arg)
{
	struct worker *w = arg;
	struct job *j = w->job;

	for (;;) {
		size_t at = atomic_fetch_add(&j->next, BATCH);

		if (at >= j->n || atomic_load(&j->failed))
			return NULL;
		for (size_t i = at; i < j->n && i < at + BATCH; i++)
			if (gather_one(j->v[i].path, &w->a, &j->found[i]) ==
			    -ENOMEM)
				atomic_store(&j->failed, true);
	}
}

static unsigned processors(size_t files)
{
	cpu_set_t set;
	unsigned n = sched_getaffinity(0, sizeof(set), &set) < 0
			     ? 1
			     : (unsigned)CPU_COUNT(&set);

	if (!n)
		n = 1;
	if (n > MAX_THREADS)
		n = MAX_THREADS;
	return n > files / BATCH + 1 ? (unsigned)(files / BATCH + 1) : n;
}

/* This thread works, too. */
static void work_all(struct worker *w, unsigned n)
{
	unsigned started = 1;

	while (started < n &&
	       !pthread_create(&w[started].thread, NULL, work, &w[started]))
		started++;
	(void)work(&w[0]);
	for (unsigned i = 1; i < started; i++)
		(void)pthread_join(w[i].thread, NULL);
}

static int64_t nanoseconds(struct timespec t)
{
	return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

void gather_add(struct facts_draft *f, const struct gather_file *file,
		const struct gather_found *found)
{
	size_t first = f->part[PART_EXPORTS].n / sizeof(struct fact_export);
	const struct fact_module m = {
		.name = facts_text(f, file->name),
		.path = facts_text(f, file->path),
		.first = (uint32_t)first,
		.n_exports = (uint32_t)found->n,
		.size = (uint64_t)found->st.st_size,
		.ino = found->st.st_ino,
		.mtime_ns = nanoseconds(found->st.st_mtim),
		.ctime_ns = nanoseconds(found->st.st_ctim),
	};

	if (store_too_young(&found->st))
		f->incomplete = true;
	facts_add(f, PART_MODULES, &m, sizeof(m));
	for (size_t i = 0; i < found->n; i++) {
		const struct ko_export *x = &found->v[i];
		const struct fact_export e = {
			.name = facts_text(f, x->name),
			.ns = facts_text(f, x->ns),
			.crc = x->crc,
			.flags = (x->has_crc ? FACT_CRC : 0) |
				 (x->gpl_only ? FACT_GPL : 0),
		};

		facts_add(f, PART_EXPORTS, &e, sizeof(e));
	}
}

int gather_exports(const struct gather_file *v, size_t n,
		   struct facts_draft *f, struct diag *d)
{
	struct worker w[MAX_THREADS] = { 0 };
	struct job j = { .v = v, .n = n };
	unsigned threads = processors(n);

	(void)facts_text(f, "");
	j.found = calloc(n + 1, sizeof(*j.found));
	if (!j.found)
		return diag_fail(d, ENOMEM, "out of memory");
	for (unsigned i = 0; i < MAX_THREADS; i++)
		w[i].job = &j;
	work_all(w, threads);
	for (size_t i = 0; i < n; i++)
		if (j.found[i].n)
			gather_add(f, &v[i], &j.found[i]);
	for (unsigned i = 0; i < threads; i++)
		arena_fini(&w[i].a);
	free(j.found);
	if (atomic_load(&j.failed))
		return diag_fail(d, ENOMEM, "out of memory");
	facts_index_exports(f);
	return 0;
}
