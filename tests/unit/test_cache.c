/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What depmod learnt about modules, kept and used again. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>
#include <string.h>

#include "base/file.h"
#include "base/text.h"
#include "index/cache.h"
#include "index/facts.h"

#define NOW INT64_C(1700000000123456789)
#define OLD (NOW - INT64_C(3600000000000))

static char path[] = "/tmp/lkm-test-cache.XXXXXX";

static int set_up(void **state)
{
	(void)state;
	memcpy(path + sizeof(path) - 7, "XXXXXX", 6);

	int fd = mkstemp(path);

	return fd < 0 ? -1 : close(fd);
}

static int tear_down(void **state)
{
	(void)state;
	return unlink(path);
}

static void fact(struct text *t, enum idx_fact_kind kind, const char *text)
{
	const uint32_t h[3] = { (uint32_t)kind | (uint32_t)strlen(text) << 8,
				7, idx_hash(text, strlen(text)) };

	text_add_bytes(t, h, sizeof(h));
	text_add_bytes(t, text, strlen(text) + 1);
}

#define N 3

/* Three modules: one with two facts, one with none, one with one. */
static void sources(struct idx_source v[N], struct text *t)
{
	static const char *const rel[N] = { "kernel/a.ko", "kernel/b-b.ko.xz",
					    "updates/c.ko" };
	size_t first;

	fact(t, IDX_EXPORT, "a_function");
	fact(t, IDX_NAME_ALIAS, "pci:v*");
	first = t->n;
	fact(t, IDX_NEED, "a_function");
	for (unsigned i = 0; i < N; i++)
		v[i] = (struct idx_source){ .rel = rel[i], .name = "x",
					    .size = 100 + i, .ino = 5 + i,
					    .mtime_ns = OLD - 5,
					    .ctime_ns = OLD + i };
	v[0].facts = (struct span){ (uint8_t *)t->p, first };
	v[1].facts = (struct span){ (uint8_t *)t->p, 0 };
	v[2].facts = (struct span){ (uint8_t *)t->p + first, t->n - first };
}

static void save(struct idx_source *v, size_t n)
{
	const struct idx_sources s = { .v = v, .n = n };
	_cleanup_bytes_ struct bytes b = { 0 };

	assert_int_equal(idx_cache_bytes(&s, NOW, &b, NULL), 0);
	assert_int_equal(file_write(path, b.p, b.n, 0600, NULL), 0);
}

static size_t use(struct idx_source *v, size_t n, struct idx_cache *c)
{
	struct idx_sources s = { .v = v, .n = n };
	size_t known;

	for (size_t i = 0; i < n; i++)
		v[i].facts = (struct span){ 0 };
	assert_int_equal(idx_cache_read(path, c, NULL), 0);
	assert_int_equal(idx_cache_use(c, &s, &known, NULL), 0);
	return known;
}

static void unchanged_modules_are_known(void **state)
{
	_cleanup_text_ struct text t = { 0 };
	_cleanup_idx_cache_ struct idx_cache c = { 0 };
	struct idx_source v[N], w[N];

	(void)state;
	sources(v, &t);
	save(v, N);
	/* In another order. */
	for (unsigned i = 0; i < N; i++)
		w[i] = v[N - 1 - i];
	assert_int_equal(use(w, N, &c), N);
	for (unsigned i = 0; i < N; i++) {
		assert_int_equal(w[i].facts.n, v[N - 1 - i].facts.n);
		assert_memory_equal(w[i].facts.p, v[N - 1 - i].facts.p,
				    w[i].facts.n);
	}
}

static void what_changed_is_not(void **state)
{
	_cleanup_text_ struct text t = { 0 };
	struct idx_source v[N], w[N];

	(void)state;
	sources(v, &t);
	save(v, N);
	for (unsigned i = 0; i < 5; i++) {
		_cleanup_idx_cache_ struct idx_cache c = { 0 };

		memcpy(w, v, sizeof(w));
		w[1].size += i == 0;
		w[1].ino += i == 1;
		w[1].mtime_ns += i == 2;
		w[1].ctime_ns += i == 3;
		if (i == 4)
			w[1].rel = "kernel/b-c.ko.xz";
		assert_int_equal(use(w, N, &c), N - 1);
		assert_null(w[1].facts.p);
	}
}

/* A second change within one tick of the clock would not be seen. */
static void what_just_changed_is_not_kept(void **state)
{
	_cleanup_text_ struct text t = { 0 };
	_cleanup_idx_cache_ struct idx_cache c = { 0 };
	struct idx_source v[N];

	(void)state;
	sources(v, &t);
	v[0].ctime_ns = NOW - 1000000;
	v[2].ctime_ns = NOW / 1000000000 * 1000000000 - 1000000000;
	save(v, N);
	assert_int_equal(use(v, N, &c), 1);
	assert_non_null(v[1].facts.p);
}

/* As squashfs has it: the time of change is that of modification. */
static void without_a_time_of_change_it_is_not_kept(void **state)
{
	_cleanup_text_ struct text t = { 0 };
	_cleanup_idx_cache_ struct idx_cache c = { 0 };
	struct idx_source v[N];

	(void)state;
	sources(v, &t);
	v[0].ctime_ns = v[0].mtime_ns = OLD / 1000000000 * 1000000000;
	v[1].ctime_ns = v[1].mtime_ns = OLD / 1000000000 * 1000000000 + 1;
	save(v, N);
	assert_int_equal(use(v, N, &c), 2);
	assert_null(v[0].facts.p);
}

static void what_could_not_be_read_is_not_kept(void **state)
{
	_cleanup_text_ struct text t = { 0 }, bad = { 0 };
	_cleanup_idx_cache_ struct idx_cache c = { 0 };
	struct idx_source v[N];

	(void)state;
	sources(v, &t);
	idx_facts_add_broken(EIO, "input/output error", &bad);
	v[0].facts = (struct span){ (uint8_t *)bad.p, bad.n };
	save(v, N);
	assert_int_equal(use(v, N, &c), N - 1);
	assert_null(v[0].facts.p);
}

static void damage_is_noticed(void **state)
{
	_cleanup_text_ struct text t = { 0 };
	_cleanup_bytes_ struct bytes b = { 0 };
	struct idx_source v[N];

	(void)state;
	sources(v, &t);
	save(v, N);
	assert_int_equal(file_read(path, 1 << 20, &b, NULL), 0);
	for (size_t n = 0; n < b.n; n++) {
		struct idx_cache c;

		assert_int_equal(file_write(path, b.p, n, 0600, NULL), 0);
		assert_int_equal(idx_cache_read(path, &c, NULL), -EBADMSG);
	}
	for (size_t i = 0; i < b.n; i++) {
		struct idx_cache c;
		struct diag d = { 0 };

		b.p[i] ^= 1;
		assert_int_equal(file_write(path, b.p, b.n, 0600, NULL), 0);
		assert_int_equal(idx_cache_read(path, &c, &d), -EBADMSG);
		assert_true(d.what[0]);
		b.p[i] ^= 1;
	}
}

static void none_is_no_error(void **state)
{
	struct idx_cache c;
	struct diag d = { 0 };

	(void)state;
	assert_int_equal(idx_cache_read("/nonexistent/x", &c, &d), -ENOENT);
	assert_int_equal(d.err, 0);
}

#define TEST(fn) cmocka_unit_test_setup_teardown(fn, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(unchanged_modules_are_known),
		TEST(what_changed_is_not),
		TEST(what_just_changed_is_not_kept),
		TEST(without_a_time_of_change_it_is_not_kept),
		TEST(what_could_not_be_read_is_not_kept),
		TEST(damage_is_noticed),
		TEST(none_is_no_error),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
