/* SPDX-License-Identifier: GPL-2.0-or-later */
/* build/scaffold and build/project: new names, and for which kernels. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "build/project.h"
#include "build/scaffold.h"

static void renamed(const char *text, const char *want)
{
	_cleanup_text_ struct text t = { 0 };

	build_scaffold_rename(text, strlen(text), "foo", "bar", &t);
	assert_string_equal(text_str(&t), want);
}

static void words(void **state)
{
	(void)state;
	renamed("", "");
	renamed("foo", "bar");
	renamed("foo_open(FOO_MAX)", "bar_open(BAR_MAX)");
	renamed("foo.c foo.o /dev/foo0 foo%d", "bar.c bar.o /dev/bar0 bar%d");
	renamed("__foo_x _foo FOO", "__bar_x _bar BAR");
	renamed("\"foo: \"", "\"bar: \"");
}

static void other_words(void **state)
{
	(void)state;
	renamed("food foobar xfoo x_foo Foo fOO", "food foobar xfoo x_foo Foo fOO");
	renamed("fo foofoo foo", "fo foofoo bar");
	renamed("FOOD _ __ ", "FOOD _ __ ");
	renamed("\xff\xfe foo \x80", "\xff\xfe bar \x80");
}

static void names(void **state)
{
	static const char *const good[] = { "a", "my_dev", "x25", "Foo", "_x" };
	static const char *const bad[] = { "", "-", "a-b", "2x", "a b", "a/b",
					   "int", "linux", "a\n", "\xc3\xa4" };
	struct diag d = { 0 };

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(good); i++)
		assert_int_equal(build_scaffold_name(good[i], NULL), 0);
	for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
		d = (struct diag){ 0 };
		assert_int_equal(build_scaffold_name(bad[i], &d), -EINVAL);
		assert_true(d.what[0]);
	}
}

static void exceptions(void **state)
{
	_cleanup_strv_ struct strv v = { 0 };

	(void)state;
	assert_int_equal(strv_add(&v, "5.10: old"), 0);
	assert_int_equal(strv_add(&v, "6: all of them"), 0);
	assert_string_equal(build_project_except(&v, "5.10.0-46-amd64"), "old");
	assert_string_equal(build_project_except(&v, "5.10"), "old");
	assert_null(build_project_except(&v, "5.100.1"));
	assert_null(build_project_except(&v, "5.1.0"));
	assert_string_equal(build_project_except(&v, "6.1.0-56"),
			    "all of them");
	assert_null(build_project_except(&v, "7.2"));
	assert_null(build_project_except(&v, "66.1"));
	assert_null(build_project_except(&v, ""));
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(words),
		cmocka_unit_test(other_words),
		cmocka_unit_test(names),
		cmocka_unit_test(exceptions),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
