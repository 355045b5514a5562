/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Unit tests of src/index: what is written is what is read; and damage. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>

#include "base/text.h"
#include "index/bin.h"
#include "index/bin_write.h"
#include "index/dir.h"

struct row {
	const char *key, *value;
	uint32_t priority;
};

static struct bytes file_of(const struct row *rows, size_t n)
{
	_cleanup_arena_ struct arena a = { 0 };
	struct idx_trie *t = idx_trie_new(&a);
	struct bytes b = { 0 };

	assert_non_null(t);
	for (size_t i = 0; i < n; i++)
		assert_int_equal(idx_trie_add(t, rows[i].key, rows[i].value,
					      rows[i].priority),
				 0);
	assert_int_equal(idx_trie_bytes(t, &b, NULL), 0);
	return b;
}

static struct idx_bin *bin_of(const struct bytes *b)
{
	struct idx_bin *bin = NULL;
	struct diag d = { 0 };

	if (idx_bin_open_span("x.bin", bytes_span(b), &bin, &d) < 0)
		fail_msg("%s: %s", d.where, d.what);
	return bin;
}

static int append(void *arg, const char *key, const struct idx_value *v)
{
	text_addf(arg, "%s=%s/%u ", key, v->value, v->priority);
	return 0;
}

/* "key=value/priority " of all. */
static void expect_all(const struct idx_bin *bin, const char *want)
{
	_cleanup_text_ struct text t = { 0 };

	assert_int_equal(idx_bin_each(bin, append, &t, NULL), 0);
	assert_string_equal(text_str(&t), want);
}

static void expect_match(const struct idx_bin *bin, const char *key,
			 const char *want)
{
	_cleanup_text_ struct text t = { 0 };
	_cleanup_arena_ struct arena a = { 0 };
	struct idx_value *v;
	struct diag d = { 0 };
	size_t n;

	if (idx_bin_match(bin, key, &a, &v, &n, &d) < 0)
		fail_msg("%s: %s", d.where, d.what);
	for (size_t i = 0; i < n; i++)
		text_addf(&t, "%s%s", i ? " " : "", v[i].value);
	assert_string_equal(text_str(&t), want);
}

static const struct row sample[] = {
	{ "abc", "1", 5 },    { "abd", "2", 4 },   { "ab", "3", 3 },
	{ "abc", "4", 5 },    { "abc", "5", 1 },   { "a*d", "6", 7 },
	{ "x:[ab]*", "7", 1 }, { "x:?1", "8", 0 }, { "x:*", "9", 2 },
	{ "*", "all", 9 },    { "zz", "", 0 },
};

static void test_round_trip(void **state _unused_)
{
	_cleanup_bytes_ struct bytes b = file_of(sample, ARRAY_SIZE(sample));
	_cleanup_idx_bin_ struct idx_bin *bin = bin_of(&b);

	/* Pre-order: the root comes first. */
	assert_memory_equal(b.p, "\xb0\x07\xf4\x57\0\2\0\1\x20\0\0\x0c", 12);
	expect_all(bin, "*=all/9 a*d=6/7 ab=3/3 abc=5/1 abc=4/5 abc=1/5 "
			"abd=2/4 x:*=9/2 x:?1=8/0 x:[ab]*=7/1 zz=/0 ");
}

static void test_get(void **state _unused_)
{
	_cleanup_bytes_ struct bytes b = file_of(sample, ARRAY_SIZE(sample));
	_cleanup_idx_bin_ struct idx_bin *bin = bin_of(&b);
	const char *v;

	for (size_t i = 0; i < ARRAY_SIZE(sample); i++)
		assert_int_equal(idx_bin_get(bin, sample[i].key, &v, NULL), 0);
	assert_int_equal(idx_bin_get(bin, "abc", &v, NULL), 0);
	assert_string_equal(v, "5");
	assert_int_equal(idx_bin_get(bin, "zz", &v, NULL), 0);
	assert_string_equal(v, "");
	assert_int_equal(idx_bin_get(bin, "", &v, NULL), -ENOENT);
	assert_int_equal(idx_bin_get(bin, "a", &v, NULL), -ENOENT);
	assert_int_equal(idx_bin_get(bin, "abcd", &v, NULL), -ENOENT);
	assert_int_equal(idx_bin_get(bin, "z", &v, NULL), -ENOENT);
	assert_int_equal(idx_bin_get(bin, "zzz", &v, NULL), -ENOENT);
	assert_int_equal(idx_bin_get(bin, "\xff", &v, NULL), -ENOENT);
}

static void test_match(void **state _unused_)
{
	_cleanup_bytes_ struct bytes b = file_of(sample, ARRAY_SIZE(sample));
	_cleanup_idx_bin_ struct idx_bin *bin = bin_of(&b);

	expect_match(bin, "abc", "5 1 4 all");
	expect_match(bin, "abd", "2 6 all");
	expect_match(bin, "axxd", "6 all");
	expect_match(bin, "x:a1", "8 7 9 all");
	expect_match(bin, "x:c1", "8 9 all");
	expect_match(bin, "x:c", "9 all");
	expect_match(bin, "", "all");
}

static void test_empty(void **state _unused_)
{
	_cleanup_bytes_ struct bytes b = file_of(NULL, 0);
	_cleanup_idx_bin_ struct idx_bin *bin = bin_of(&b);
	const char *v;

	assert_int_equal(b.n, 12);
	expect_all(bin, "");
	expect_match(bin, "x", "");
	assert_int_equal(idx_bin_get(bin, "", &v, NULL), -ENOENT);
	assert_int_equal(idx_bin_get(bin, "x", &v, NULL), -ENOENT);
}

static void test_empty_key(void **state _unused_)
{
	const struct row rows[] = { { "", "v", 1 } };
	_cleanup_bytes_ struct bytes b = file_of(rows, 1);
	_cleanup_idx_bin_ struct idx_bin *bin = bin_of(&b);

	expect_all(bin, "=v/1 ");
	expect_match(bin, "", "v");
}

static void test_bad_key(void **state _unused_)
{
	_cleanup_arena_ struct arena a = { 0 };
	struct idx_trie *t = idx_trie_new(&a);

	assert_int_equal(idx_trie_add(t, "caf\xc3\xa9", "v", 0), -EILSEQ);
	assert_int_equal(idx_trie_add(t, "\x7f\x01", "v", 0), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_round_trip),
		cmocka_unit_test(test_get),
		cmocka_unit_test(test_match),
		cmocka_unit_test(test_empty),
		cmocka_unit_test(test_empty_key),
		cmocka_unit_test(test_bad_key),
	};

	return cmocka_run_group_tests_name("index", tests, NULL, NULL);
}
