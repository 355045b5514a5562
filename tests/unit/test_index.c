/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Unit tests of src/index: what is written is what is read; and damage. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <errno.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/text.h"
#include "index/bin.h"
#include "index/bin_write.h"

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

/* Longer than what is looked ahead for; and bytes that no pattern has. */
static void test_long_query(void **state _unused_)
{
	const struct row rows[] = { { "a*[z]", "1", 0 }, { "a*z", "2", 1 },
				    { "a*?b", "3", 2 },	 { "a\\*z", "4", 3 } };
	_cleanup_bytes_ struct bytes b = file_of(rows, ARRAY_SIZE(rows));
	_cleanup_idx_bin_ struct idx_bin *bin = bin_of(&b);
	char key[600];

	for (size_t n = 2; n < sizeof(key) - 1; n++) {
		memset(key, 'x', n);
		key[0] = 'a';
		key[n] = 0;
		key[n - 1] = 'z';
		expect_match(bin, key, "1 2");
		key[n - 1] = 'b';
		expect_match(bin, key, n < 3 ? "" : "3");
		key[n - 1] = 'c';
		expect_match(bin, key, "");
	}
	expect_match(bin, "a\xc3\xa9z", "1 2");
	expect_match(bin, "a\\z", "1 2 4");
	expect_match(bin, "\xff", "");
}

/* Under one key many values, under one character many keys. */
static void test_many(void **state _unused_)
{
	enum { N = 5000 };
	_cleanup_arena_ struct arena a = { 0 };
	struct row *rows = arena_array(&a, N, sizeof(*rows));

	assert_non_null(rows);
	for (size_t i = 0; i < N; i++)
		rows[i] = (struct row){ i % 2 ? "same" : "s", "v",
					(uint32_t)(N - i) };

	_cleanup_bytes_ struct bytes b = file_of(rows, N);
	_cleanup_idx_bin_ struct idx_bin *bin = bin_of(&b);
	struct idx_value *v;
	size_t n;

	assert_int_equal(idx_bin_match(bin, "same", &a, &v, &n, NULL), 0);
	assert_int_equal(n, N / 2);
	for (size_t i = 0; i < n; i++)
		assert_int_equal(v[i].priority, 2 * i + 1);
}

/* A chain as deep as it is long. */
static void test_deep(void **state _unused_)
{
	enum { N = 1000 };
	_cleanup_arena_ struct arena a = { 0 };
	struct row *rows = arena_array(&a, N, sizeof(*rows));
	_cleanup_text_ struct text t = { 0 };
	char *s = arena_alloc(&a, N + 1);
	struct idx_value *v;
	size_t n;

	assert_true(rows && s);
	memset(s, '*', N);
	for (size_t i = 0; i < N; i++)
		rows[i] = (struct row){ s + i, "v", (uint32_t)i };

	_cleanup_bytes_ struct bytes b = file_of(rows, N);
	_cleanup_idx_bin_ struct idx_bin *bin = bin_of(&b);

	assert_int_equal(idx_bin_match(bin, "x", &a, &v, &n, NULL), 0);
	assert_int_equal(n, N);
	assert_int_equal(idx_bin_each(bin, append, &t, NULL), 0);
}

#define HEAD "\xb0\x07\xf4\x57\0\2\0\1"

static void test_damage(void **state _unused_)
{
	static const struct {
		const char *bytes;
		size_t n;
		const char *where, *what;
	} rows[] = {
		{ HEAD, 8, "x.bin: byte 8", "its header has 12 bytes" },
		{ "MODULES INDEX", 12, "x.bin: byte 0", "found 0x4d4f4455" },
		{ "\xb0\x07\xf4\x57\0\3\0\0\0\0\0\x0c", 12, "x.bin: byte 4",
		  "found version 0x00030000" },
		{ HEAD "\x20\0\0\x09", 12, "byte 9", "a node should be here" },
		{ HEAD "\x20\0\0\x0d", 12, "byte 13", "a node should be here" },
		{ HEAD "\x80\0\0\x0c" "abc", 15, "byte 12",
		  "does not end before the file does, at 15" },
		{ HEAD "\x20\0\0\x0c" "a", 13, "byte 12", "a table of children" },
		{ HEAD "\x20\0\0\x0c" "ba", 14, "byte 12",
		  "found children for characters 98 to 97" },
		{ HEAD "\x20\0\0\x0c" "a\x80", 14, "byte 12",
		  "found children for characters 97 to 128" },
		{ HEAD "\x20\0\0\x0c" "\0a", 14, "byte 12",
		  "found children for characters 0 to 97" },
		{ HEAD "\x20\0\0\x0c" "ab\0\0\0\0\0\0\0", 21, "byte 12",
		  "a table of 2 children" },
		{ HEAD "\x40\0\0\x0c" "\0\0\0", 15, "byte 12",
		  "a list of values" },
		{ HEAD "\x40\0\0\x0c" "\0\0\0\2\0\0\0\0v\0\0\0\0\0v", 27,
		  "byte 22", "a value should begin here, with 1 to come" },
		{ HEAD "\x20\0\0\x0c" "aa\x20\0\0\x0c", 18, "byte 12",
		  "found a net or a ring" },
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		const struct span s = { (const uint8_t *)rows[i].bytes,
					rows[i].n };
		_cleanup_idx_bin_ struct idx_bin *bin = NULL;
		_cleanup_text_ struct text t = { 0 };
		struct diag d = { 0 };
		int r = idx_bin_open_span("x.bin", s, &bin, &d);

		if (!r)
			r = idx_bin_each(bin, append, &t, &d);
		assert_int_equal(r, -EBADMSG);
		assert_int_equal(d.err, EBADMSG);
		if (!strstr(d.where, rows[i].where) ||
		    !strstr(d.what, rows[i].what))
			fail_msg("%zu: %s: %s", i, d.where, d.what);
		assert_non_null(strstr(d.hint, "'depmod'"));
	}
}

/* Two ways to a node, sixty times: a walk over all would never end. */
static void test_net(void **state _unused_)
{
	enum { N = 60 };
	_cleanup_text_ struct text t = { 0 };
	_cleanup_arena_ struct arena a = { 0 };
	struct idx_value *v;
	struct diag d = { 0 };
	const char *value;
	size_t n;

	text_add_bytes(&t, HEAD "\x20\0\0\x0c", 12);
	for (size_t i = 1; i < N; i++) {
		const char word[4] = { 0x20, 0, (char)((12 + 10 * i) >> 8),
				       (char)(12 + 10 * i) };

		text_add(&t, "*+");
		text_add_bytes(&t, word, 4);
		text_add_bytes(&t, word, 4);
	}
	text_add_bytes(&t, "*+\0\0\0\0\0\0\0\0", 10);
	assert_false(t.failed);

	const struct bytes b = { (uint8_t *)t.p, t.n };
	_cleanup_idx_bin_ struct idx_bin *bin = bin_of(&b);

	assert_int_equal(idx_bin_get(bin, "*+*+", &value, NULL), -ENOENT);
	assert_int_equal(idx_bin_match(bin, "++++++++++++", &a, &v, &n, &d),
			 -EBADMSG);
	assert_non_null(strstr(d.what, "found a net or a ring"));
}

static void test_open(void **state _unused_)
{
	_cleanup_idx_bin_ struct idx_bin *bin = NULL;
	_cleanup_free_ char *dir = NULL, *path = NULL;
	struct diag d = { 0 };

	assert_int_equal(dir_temp("test", &dir, NULL), 0);
	assert_true(asprintf(&path, "%s/x.bin", dir) > 0);
	assert_int_equal(idx_bin_open(path, &bin, &d), -ENOENT);
	assert_int_equal(file_write(path, "", 0, 0644, NULL), 0);
	assert_int_equal(idx_bin_open(path, &bin, &d), -ENODATA);
	assert_int_equal(d.err, 0);
	assert_int_equal(idx_bin_open(dir, &bin, &d), -EISDIR);
	assert_string_equal(d.where, dir);
	assert_int_equal(unlink(path), 0);
	assert_int_equal(mkfifo(path, 0600), 0);
	d = (struct diag){ 0 };
	assert_int_equal(idx_bin_open(path, &bin, &d), -EBADMSG);
	assert_string_equal(d.where, path);
	assert_int_equal(tree_remove(dir, NULL), 0);
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
		cmocka_unit_test(test_long_query),
		cmocka_unit_test(test_many),
		cmocka_unit_test(test_deep),
		cmocka_unit_test(test_damage),
		cmocka_unit_test(test_net),
		cmocka_unit_test(test_open),
	};

	return cmocka_run_group_tests_name("index", tests, NULL, NULL);
}
