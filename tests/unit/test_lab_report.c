/* SPDX-License-Identifier: GPL-2.0-or-later */
/* lab/report: what the guest says, if it is well and if it is hostile. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <stdlib.h>

#include <cmocka.h>

#include "lab/report.h"

enum { AREA = 4096 };

struct area {
	_Alignas(8) uint8_t bytes[AREA];
	uint64_t len;
	struct lab_report p;
	struct lab_result r;
};

static void start(struct area *a)
{
	*a = (struct area){ .r = { .stage = "start" } };
}

static void finish(struct area *a)
{
	arena_fini(&a->r.arena);
}

/* Appends a record as the guest does; @data_len may be a lie. */
static void put(struct area *a, uint32_t tag, const char *name, int64_t arg,
		const void *data, size_t n, uint64_t data_len)
{
	struct lab_rec rec = { tag, (uint32_t)strlen(name), arg, data_len };

	memcpy(a->bytes + a->len, &rec, sizeof(rec));
	memcpy(a->bytes + a->len + sizeof(rec), name, rec.name_len);
	memcpy(a->bytes + a->len + sizeof(rec) + rec.name_len, data, n);
	a->len += lab_rec_size(rec.name_len, n);
}

static int take_from(struct area *a, uint64_t len)
{
	/* A copy of its own, so that a sanitizer sees its end. */
	uint8_t *copy = malloc(AREA);
	struct diag d = { 0 };

	assert_non_null(copy);
	memcpy(copy, a->bytes, AREA);

	int r = lab_report_take(&a->p, (struct span){ copy, AREA }, len, &a->r,
				&d);

	free(copy);
	return r;
}

static void test_records(void **state)
{
	struct area a;

	(void)state;
	start(&a);
	put(&a, LAB_STAGE, "insert", 2, "", 0, 0);
	put(&a, LAB_FACT, "errno mod", -5, "", 0, 0);
	put(&a, LAB_FACT, "log", 3, "a\0b", 3, 3);
	put(&a, 77, "unknown", 3, "later", 5, 5);
	put(&a, LAB_STAGE, "use", 3, "", 0, 0);
	put(&a, LAB_FACT, "", 0, "x", 1, 1);
	assert_int_equal(take_from(&a, a.len), 0);
	assert_int_equal(a.p.taken, a.len);
	assert_int_equal(a.r.n_facts, 3);
	assert_string_equal(a.r.facts[0].name, "errno mod");
	assert_string_equal(a.r.facts[0].stage, "insert");
	assert_int_equal(a.r.facts[0].round, 2);
	assert_int_equal(a.r.facts[0].arg, -5);
	assert_int_equal(a.r.facts[1].data.n, 3);
	assert_memory_equal(a.r.facts[1].data.p, "a\0b", 4);
	assert_string_equal(a.r.facts[2].name, "");
	assert_string_equal(a.r.facts[2].stage, "use");
	assert_int_equal(a.r.facts[2].round, 3);
	assert_true(a.r.ready_ms > 0);
	assert_string_equal(a.r.stage, "use");
	finish(&a);
}

/* At every length only whole records are taken, and each once. */
static void test_piece_by_piece(void **state)
{
	struct area a;

	(void)state;
	start(&a);
	for (int i = 0; i < 20; i++)
		put(&a, LAB_FACT, "fact", i, "some data", (size_t)i % 9,
		    (uint64_t)i % 9);
	for (uint64_t len = 0; len <= a.len; len++)
		assert_int_equal(take_from(&a, len), 0);
	assert_int_equal(a.r.n_facts, 20);
	for (int i = 0; i < 20; i++)
		assert_int_equal(a.r.facts[i].arg, i);
	/* Nothing is taken back. */
	assert_int_equal(take_from(&a, 0), 0);
	assert_int_equal(take_from(&a, a.len), 0);
	assert_int_equal(a.r.n_facts, 20);
	finish(&a);
}

static void test_lengths(void **state)
{
	static const uint64_t lies[] = {
		AREA, AREA - 1, UINT32_MAX, UINT64_MAX, UINT64_MAX - 7,
		UINT64_MAX - sizeof(struct lab_rec), INT64_MAX,
		(uint64_t)INT64_MAX + 1, 1ULL << 32, UINT64_MAX - 4 - 24 + 1,
	};
	static const uint64_t ends[] = { AREA + 1, UINT64_MAX, 1ULL << 32,
					 INT64_MAX };

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(lies); i++) {
		struct area a;

		start(&a);
		put(&a, LAB_FACT, "good", 1, "", 0, 0);
		put(&a, LAB_FACT, "lies", 2, "", 0, lies[i]);
		put(&a, LAB_FACT, "then", 3, "", 0, 0);
		for (int again = 0; again < 3; again++)
			assert_int_equal(take_from(&a, a.len), 0);
		assert_int_equal(a.r.n_facts, 1);
		finish(&a);
	}
	for (size_t i = 0; i < ARRAY_SIZE(ends); i++) {
		struct area a;

		start(&a);
		put(&a, LAB_FACT, "good", 1, "", 0, 0);
		assert_int_equal(take_from(&a, ends[i]), 0);
		assert_int_equal(a.r.n_facts, 0);
		assert_int_equal(take_from(&a, a.len), 0);
		assert_int_equal(a.r.n_facts, 1);
		finish(&a);
	}
}

static void test_names(void **state)
{
	struct lab_rec rec = { LAB_FACT, UINT32_MAX, 0, 0 };
	struct area a;

	(void)state;
	start(&a);
	memcpy(a.bytes, &rec, sizeof(rec));
	assert_int_equal(take_from(&a, AREA), 0);
	assert_int_equal(a.r.n_facts, 0);
	/* A name ends at its NUL; the area may be full to its last byte. */
	rec.name_len = AREA - sizeof(rec);
	memcpy(a.bytes, &rec, sizeof(rec));
	memset(a.bytes + sizeof(rec), 'x', AREA - sizeof(rec));
	a.bytes[sizeof(rec) + 3] = 0;
	assert_int_equal(take_from(&a, AREA), 0);
	assert_int_equal(a.r.n_facts, 1);
	assert_string_equal(a.r.facts[0].name, "xxx");
	finish(&a);
}

/* A guest that never stops talking. */
static void test_too_many(void **state)
{
	size_t size = ((size_t)LAB_FACTS_MAX + 1000) * 24;
	uint8_t *p = calloc(1, size);
	struct lab_report rep = { 0 };
	struct lab_result res = { .stage = "start" };
	const struct lab_rec rec = { LAB_FACT, 0, 0, 0 };

	(void)state;
	assert_non_null(p);
	for (size_t at = 0; at < size; at += sizeof(rec))
		memcpy(p + at, &rec, sizeof(rec));
	assert_int_equal(lab_report_take(&rep, (struct span){ p, size }, size,
					 &res, NULL), 0);
	assert_int_equal(res.n_facts, LAB_FACTS_MAX);
	assert_int_equal(rep.taken, size);
	arena_fini(&res.arena);
	free(p);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_records),
		cmocka_unit_test(test_piece_by_piece),
		cmocka_unit_test(test_lengths),
		cmocka_unit_test(test_names),
		cmocka_unit_test(test_too_many),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
