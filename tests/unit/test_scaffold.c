/* SPDX-License-Identifier: GPL-2.0-or-later */
/* build/scaffold, rename and project: new names, and for which kernels. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "build/project.h"
#include "build/rename.h"
#include "build/scaffold.h"

static void renamed(const char *text, const char *want)
{
	_cleanup_text_ struct text t = { 0 };

	build_rename(text, strlen(text), "foo", "bar", &t);
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
	renamed("struct x_foo, cmd_foo_x", "struct x_bar, cmd_bar_x");
}

static void other_words(void **state)
{
	(void)state;
	renamed("food foobar xfoo 2foo Foo fOO", "food foobar xfoo 2foo Foo fOO");
	renamed("fo foofoo foo", "fo foofoo bar");
	renamed("FOOD _ __ ", "FOOD _ __ ");
	renamed("\xff\xfe foo \x80", "\xff\xfe bar \x80");
}

static void renamed_c(const char *text, const char *want)
{
	_cleanup_text_ struct text t = { 0 };

	build_rename_c(text, strlen(text), "foo", "longer", &t);
	assert_string_equal(text_str(&t), want);
}

/* What stands below an open bracket stays there. */
static void columns(void **state)
{
	(void)state;
	renamed_c("", "");
	renamed_c("foo(a,\n    b)", "longer(a,\n       b)");
	renamed_c("\tfoo(a,\n\t    b);\n\tc;\n",
		  "\tlonger(a,\n\t       b);\n\tc;\n");
	renamed_c("a(foo, b(c,\n         d),\n  e)", "a(longer, b(c,\n\t    d),\n  e)");
	/* Indented, not aligned. */
	renamed_c("foo(\n\ta)\n{\n\tb;\n}\n", "longer(\n\ta)\n{\n\tb;\n}\n");
	renamed_c("x = { foo,\n      b }", "x = { longer,\n      b }");
	/* Brackets that are none. */
	renamed_c("foo(\"(\", '(', '\\'', /* ( */ a, // (\n    b)",
		  "longer(\"(\", '(', '\\'', /* ( */ a, // (\n       b)");
	renamed_c("/* foo(\n *   foo */\nfoo(a,\n    b)",
		  "/* longer(\n *   longer */\nlonger(a,\n       b)");
	renamed_c(")]}foo(\n    a", ")]}longer(\n    a");
	renamed_c("\"foo(\n    a\\", "\"longer(\n    a\\");
	renamed_c("((((((((((((((((((((((((((((((((((((foo(a,\n  b",
		  "((((((((((((((((((((((((((((((((((((longer(a,\n  b");
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
		cmocka_unit_test(columns),
		cmocka_unit_test(names),
		cmocka_unit_test(exceptions),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
