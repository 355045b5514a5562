/* SPDX-License-Identifier: GPL-2.0-or-later */
/* src/index/devname: one line of modules.devname. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "index/devname.h"

static int parse(const char *line, struct idx_devname *ret, struct diag *d)
{
	return idx_devname_parse((struct span){ (const uint8_t *)line,
						strlen(line) },
				 ret, d);
}

static void parts(void **state)
{
	struct idx_devname e;
	struct diag d = { 0 };

	(void)state;
	assert_int_equal(parse("snd_seq a/b/seq b116:7 more", &e, &d), 0);
	assert_true(span_eq(e.module, "snd_seq"));
	assert_true(span_eq(e.device, "a/b/seq"));
	assert_true(span_eq(e.folder, "a/b"));
	assert_int_equal(e.kind, 'b');
	assert_int_equal(e.major, 116);
	assert_int_equal(e.minor, 7);
	assert_int_equal(parse("fuse fuse c10:229", &e, NULL), 0);
	assert_int_equal(e.folder.n, 0);
	assert_int_equal(parse(".x ..y c0:0", &e, NULL), 0);
	assert_int_equal(parse("a b...c c0:0", &e, NULL), 0);
	assert_int_equal(parse("a .../c c4095:1048575", &e, NULL), 0);
}

static void comments(void **state)
{
	struct idx_devname e = { .kind = 'x' };
	struct diag d = { 0 };

	(void)state;
	assert_int_equal(parse("#", &e, &d), -ENODATA);
	assert_int_equal(parse("#a b c1:2", &e, &d), -ENODATA);
	assert_int_equal(d.err, 0);
	assert_int_equal(e.kind, 'x');
	assert_int_equal(parse(" #a b c1:2", &e, NULL), 0);
}

static void refused(void **state)
{
	static const struct {
		const char *line, *what;
	} t[] = {
		{ "", "module" },	    { "  ", "module" },
		{ "a", "device" },	    { "a /b c1:2", "device" },
		{ "a .. c1:2", "device" },  { "a . c1:2", "device" },
		{ "a b/ c1:2", "device" },  { "a b//c c1:2", "device" },
		{ "a b/.. c1:2", "device" }, { "a b\x1b c1:2", "device" },
		{ "\x80 b c1:2", "module" }, { "a b", "kind" },
		{ "a b 1:2", "kind" },	    { "a b c", "major" },
		{ "a b c1", "major" },	    { "a b c4096:1", "major" },
		{ "a b c:1", "major" },	    { "a b c1:", "minor" },
		{ "a b c1:1048576", "minor" }, { "a b c1:2x", "minor" },
		{ "a b c1: 2", "minor" },
		{ "a b c1:99999999999999999999999", "minor" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(t); i++) {
		struct idx_devname e = { .kind = 'x' };
		struct diag d = { 0 };

		assert_int_equal(parse(t[i].line, &e, &d), -EBADMSG);
		assert_int_equal(e.kind, 'x');
		assert_non_null(strstr(d.what, t[i].what));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(parts),
		cmocka_unit_test(comments),
		cmocka_unit_test(refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
