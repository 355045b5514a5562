/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Files made by helpers: the same bytes and the same events as without them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <errno.h>
#include <string.h>

#include "base/jobs.h"
#include "base/text.h"
#include "index/ahead.h"
#include "index/facts.h"

/* So many that helpers are started, where there are processors for them. */
#define N 600

static void fact(struct text *t, enum idx_fact_kind kind, const char *text)
{
	const uint32_t n = (uint32_t)strlen(text);
	const uint32_t h[3] = { (uint32_t)kind | n << 8, 7,
				idx_hash(text, n) };

	text_add_bytes(t, h, sizeof(h));
	text_add_bytes(t, text, n + 1);
}

/* Module i exports a symbol, needs two, and has aliases, some of them bad. */
static struct span facts_of(struct arena *a, unsigned i)
{
	_cleanup_text_ struct text t = { 0 };

	fact(&t, IDX_EXPORT, arena_printf(a, "sym_%u", i));
	if (i)
		fact(&t, IDX_NEED, arena_printf(a, "sym_%u", i / 2));
	fact(&t, IDX_NEED, "printk");
	fact(&t, IDX_NAME_ALIAS, arena_printf(a, "pci:v%08Xd*", i));
	if (i % 50 == 0)
		fact(&t, IDX_NAME_ALIAS, arena_printf(a, "bad[%u", i));
	if (i % 60 == 0)
		fact(&t, IDX_NAME_ALIAS, arena_printf(a, "devname:n%u", i));
	fact(&t, IDX_NAME_SOFTDEP, "pre: other");

	uint8_t *p = arena_alloc(a, t.n);

	assert_non_null(p);
	memcpy(p, t.p, t.n);
	return (struct span){ p, t.n };
}

static void make_sources(struct idx_sources *s)
{
	s->n = N;
	s->v = arena_array(&s->a, N, sizeof(*s->v));
	assert_non_null(s->v);
	for (unsigned i = 0; i < N; i++) {
		struct idx_source *f = &s->v[i];

		f->path = arena_printf(&s->a, "/m/kernel/m%u.ko", i);
		f->rel = f->path + 3;
		f->name = arena_printf(&s->a, "m%u", i);
		f->facts = facts_of(&s->a, i);
		f->info = i % 2 ? idx_facts_info(f->facts) : 0;
	}
}

static void note(void *arg, const struct idx_event *e)
{
	text_addf(arg, "%d %s %s\n", e->kind, e->name,
		  e->other ? e->other : "-");
}

static void same_with_helpers(void **state)
{
	_cleanup_idx_sources_ struct idx_sources s = { 0 };
	_cleanup_idx_graph_ struct idx_graph g = { 0 };
	_cleanup_text_ struct text told = { 0 }, wanted = { 0 };
	struct idx_tell tell = { note, &told }, tell_wanted = { note, &wanted };
	struct idx_emit e = { .src = &s, .graph = &g, .tell = &tell,
			      .inputs = "/nonexistent", .began_ns = 1 };
	struct idx_ahead h = { 0 };

	(void)state;
	make_sources(&s);
	assert_int_equal(
		idx_ahead_start(&e, (1U << idx_n_outputs) - 1, &h, NULL), 0);
	assert_int_equal(idx_graph_link(&g, &s, NULL), 0);
	idx_ahead_linked(&h);
	e.tell = &tell_wanted;
	for (unsigned i = 0; i < idx_n_outputs; i++) {
		_cleanup_bytes_ struct bytes b = { 0 }, want = { 0 };

		assert_int_equal(idx_ahead_take(&h, i, &b, NULL), 0);
		assert_int_equal(idx_emit(&idx_outputs[i], &e, &want, NULL), 0);
		assert_int_equal(b.n, want.n);
		if (b.n)
			assert_memory_equal(b.p, want.p, b.n);
	}
	idx_ahead_stop(&h);
	assert_true(wanted.n > 0);
	assert_string_equal(text_str(&told), text_str(&wanted));
}

/* A graph with a cycle is never linked: what was begun is thrown away. */
static void can_be_stopped(void **state)
{
	_cleanup_idx_sources_ struct idx_sources s = { 0 };
	_cleanup_idx_graph_ struct idx_graph g = { 0 };
	struct idx_emit e = { .src = &s, .graph = &g,
			      .inputs = "/nonexistent" };
	struct idx_ahead h = { 0 };

	(void)state;
	make_sources(&s);
	assert_int_equal(
		idx_ahead_start(&e, (1U << idx_n_outputs) - 1, &h, NULL), 0);
	idx_ahead_stop(&h);
	idx_ahead_stop(&h);
	assert_null(h.made);
}

static void count(void *arg)
{
	(void)__atomic_add_fetch((unsigned *)arg, 1, __ATOMIC_RELAXED);
}

static void every_job_is_run_once(void **state)
{
	unsigned n[JOBS_MAX] = { 0 };
	struct job jobs[JOBS_MAX];

	(void)state;
	for (unsigned i = 0; i < JOBS_MAX; i++)
		jobs[i] = (struct job){ count, &n[i] };
	jobs_run(jobs, JOBS_MAX);
	jobs_run(jobs, 1);
	jobs_run(jobs, 0);
	for (unsigned i = 0; i < JOBS_MAX; i++)
		assert_int_equal(n[i], i == 0 ? 2 : 1);
	assert_true(jobs_processors() > 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(same_with_helpers),
		cmocka_unit_test(can_be_stopped),
		cmocka_unit_test(every_job_is_run_once),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
