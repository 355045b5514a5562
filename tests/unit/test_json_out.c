/* SPDX-License-Identifier: GPL-2.0-or-later */
/* tools/json_out: what it writes is what jansson reads. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <jansson.h>

#include "json_out.h"

static char *out;
static size_t out_n;

static struct jout begin(void)
{
	struct jout j = { .f = open_memstream(&out, &out_n) };

	assert_non_null(j.f);
	return j;
}

/* The document as jansson reads it, or NULL. */
static json_t *end(struct jout *j)
{
	json_error_t e;

	assert_int_equal(jout_finish(j), 0);
	(void)fclose(j->f);

	json_t *o = json_loads(out, JSON_DECODE_ANY | JSON_ALLOW_NUL |
					    JSON_REJECT_DUPLICATES, &e);

	if (!o)
		print_error("%s:\n%s\n", e.text, out);
	return o;
}

static void layout(void **state)
{
	struct jout j = begin();
	const char *const two[] = { "a", "b" };

	(void)state;
	jout_object(&j, NULL);
	jout_str(&j, "name", "hello");
	jout_strs(&j, "users", two, 2);
	jout_strs(&j, "none", two, 0);
	jout_array(&j, "rows");
	jout_object(&j, NULL);
	jout_end(&j);
	jout_object(&j, NULL);
	jout_uint(&j, "big", UINT64_MAX);
	jout_int(&j, "small", INT64_MIN);
	jout_bool(&j, "yes", true);
	jout_bool(&j, "no", false);
	jout_null(&j, "nothing");
	jout_str(&j, "none", NULL);
	jout_end(&j);
	jout_end(&j);
	jout_end(&j);
	assert_int_equal(jout_finish(&j), 0);
	(void)fclose(j.f);
	assert_string_equal(out, "{\n"
				 "  \"name\": \"hello\",\n"
				 "  \"users\": [\n"
				 "    \"a\",\n"
				 "    \"b\"\n"
				 "  ],\n"
				 "  \"none\": [],\n"
				 "  \"rows\": [\n"
				 "    {},\n"
				 "    {\n"
				 "      \"big\": 18446744073709551615,\n"
				 "      \"small\": -9223372036854775808,\n"
				 "      \"yes\": true,\n"
				 "      \"no\": false,\n"
				 "      \"nothing\": null,\n"
				 "      \"none\": null\n"
				 "    }\n"
				 "  ]\n"
				 "}\n");
	free(out);
}

/* @n bytes go in, @want comes out of a reader. */
static void check(const char *in, size_t n, const char *want, size_t want_n)
{
	struct jout j = begin();

	jout_span(&j, NULL, (struct span){ (const uint8_t *)in, n });

	json_t *o = end(&j);

	assert_non_null(o);
	assert_int_equal(json_string_length(o), want_n);
	assert_memory_equal(json_string_value(o), want, want_n);
	for (size_t i = 0; i + 1 < out_n; i++)
		assert_true((unsigned char)out[i] >= ' ' && out[i] != 0x7f);
	json_decref(o);
	free(out);
}

#define BAD "\xef\xbf\xbd"
#define CHECK(in, want) check(in, sizeof(in) - 1, want, sizeof(want) - 1)
#define SAME(in) CHECK(in, in)

static void strings(void **state)
{
	(void)state;
	SAME("");
	SAME("plain / \"quoted\" \\ \n\t\r\b\f\1\x1f\x7f");
	SAME("a\0b");
	SAME("\xc3\xa4 \xe2\x82\xac \xf0\x9f\x90\xa7 \xf4\x8f\xbf\xbf");
	SAME("\xc2\x80\xc2\x9b\xc2\x9f\xc2\xa0");
	SAME("\xed\x9f\xbf\xee\x80\x80\xef\xbf\xbf");
	CHECK("\xff", BAD);
	CHECK("a\x80z", "a" BAD "z");
	CHECK("\xc3", BAD);
	CHECK("\xc3(", BAD "(");
	CHECK("\xe2\x82", BAD BAD);
	CHECK("\xe2\x82z", BAD BAD "z");
	CHECK("\xc0\xaf", BAD BAD);		  /* too long a form */
	CHECK("\xe0\x80\xaf", BAD BAD BAD);
	CHECK("\xf0\x80\x80\xaf", BAD BAD BAD BAD);
	CHECK("\xed\xa0\x80", BAD BAD BAD);	  /* half of a pair  */
	CHECK("\xf4\x90\x80\x80", BAD BAD BAD BAD); /* past the end    */
	CHECK("\xf8\x88\x80\x80\x80", BAD BAD BAD BAD BAD);
}

/* Every pair of bytes gives a document, and what is valid comes back. */
static void all_pairs(void **state)
{
	struct jout j = begin();

	(void)state;
	jout_array(&j, NULL);
	for (unsigned i = 0; i < 65536; i++) {
		uint8_t two[] = { (uint8_t)(i >> 8), (uint8_t)i };

		jout_span(&j, NULL, (struct span){ two, 2 });
	}
	jout_end(&j);

	json_t *o = end(&j);

	assert_non_null(o);
	assert_int_equal(json_array_size(o), 65536);
	for (unsigned i = 0; i < 65536; i++) {
		char two[] = { (char)(i >> 8), (char)i };
		json_t *s = json_array_get(o, i);
		json_t *valid = json_stringn(two, 2);

		assert_int_equal(!!valid, valid && json_equal(s, valid));
		assert_true(valid || strstr(json_string_value(s), BAD) ||
			    !two[0]);
		json_decref(valid);
	}
	json_decref(o);
	free(out);
}

static void keys(void **state)
{
	struct jout j = begin();

	(void)state;
	jout_object(&j, NULL);
	jout_bool(&j, "a\"b\xff", true);
	jout_end(&j);

	json_t *o = end(&j);

	assert_non_null(o);
	assert_true(json_is_true(json_object_get(o, "a\"b" BAD)));
	json_decref(o);
	free(out);
}

static void full_disk(void **state)
{
	struct jout j = { .f = fopen("/dev/full", "w") };

	(void)state;
	if (!j.f)
		skip();
	jout_str(&j, NULL, "x");
	assert_int_equal(jout_finish(&j), -ENOSPC);
	(void)fclose(j.f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(layout),    cmocka_unit_test(strings),
		cmocka_unit_test(all_pairs), cmocka_unit_test(keys),
		cmocka_unit_test(full_disk),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
