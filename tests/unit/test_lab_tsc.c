/* SPDX-License-Identifier: GPL-2.0-or-later */
/* src/lab/tsc: the rate is the same, however short or long one looks. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <time.h>

#include <cmocka.h>

#include "lab/tsc.h"

#ifdef __x86_64__
#include <x86intrin.h>

static double seconds(void)
{
	struct timespec t;

	(void)clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

/* Against a long look, in which a moment more or less counts for little. */
static void test_rate(void **state)
{
	const struct timespec wait = { .tv_sec = 1 };
	double start = seconds();
	uint64_t tsc = __rdtsc();
	unsigned khz = lab_tsc_khz();

	(void)state;
	(void)nanosleep(&wait, NULL);

	double end = seconds();
	double wanted = (double)(__rdtsc() - tsc) / (end - start) / 1000;

	assert_true(khz > 0);
	assert_in_range((unsigned)(1000 * khz / wanted), 900, 1100);
}

static void test_again(void **state)
{
	unsigned khz = lab_tsc_khz();

	(void)state;
	for (int i = 0; i < 5; i++)
		assert_in_range(lab_tsc_khz(), khz - khz / 500,
				khz + khz / 500);
}
#else
static void test_rate(void **state)
{
	(void)state;
	assert_int_equal(lab_tsc_khz(), 0);
}

static void test_again(void **state)
{
	(void)state;
	skip();
}
#endif

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_rate),
		cmocka_unit_test(test_again),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
