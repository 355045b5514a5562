/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What adopt reads in sources and writes into Kconfig files and Makefiles. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/text.h"
#include "build/adopt_module.h"
#include "build/adopt_text.h"
#include "build/adopt_version.h"
#include "build/ktree.h"

#define IS(t, want)                                                           \
	do {                                                                  \
		assert_false((t)->failed);                                    \
		assert_string_equal(text_str(t), want);                       \
		text_fini(t);                                                 \
	} while (0)

static void macros(void **state)
{
	char buf[64];

	(void)state;
	assert_true(adopt_macro("MODULE_LICENSE(\"GPL\");", "MODULE_LICENSE", 0,
				0, buf, sizeof(buf)));
	assert_string_equal(buf, "GPL");

	/* Strings next to one another are one; so says C. */
	assert_true(adopt_macro("X (\"a \"\n\t/* no */ \"b\\\"c\");", "X", 0, 0,
				buf, sizeof(buf)));
	assert_string_equal(buf, "a b\"c");

	/* Comments, strings and longer names are none. */
	assert_false(adopt_macro("/* X(\"a\") */ // X(\"b\")\n \"X(1)\" AX(\"c\") XA(\"d\") 'X'",
				 "X", 0, 0, buf, sizeof(buf)));
	assert_false(adopt_macro("X", "X", 0, 0, buf, sizeof(buf)));

	/* The second call, the second argument. */
	assert_true(adopt_macro("X(a, \"b, c\") X(d, \"e\" \"f\")", "X", 1, 1,
				buf, sizeof(buf)));
	assert_string_equal(buf, "ef");
	assert_true(adopt_macro("X(a, \"b, c\") X(d, \"e\")", "X", 0, 1, buf,
				sizeof(buf)));
	assert_string_equal(buf, "b, c");
	assert_true(adopt_macro("X(f(1, 2), \"b\")", "X", 0, 1, buf,
				sizeof(buf)));
	assert_string_equal(buf, "b");

	/* What ends in the middle ends. */
	assert_true(adopt_macro("X(\"abc", "X", 0, 0, buf, sizeof(buf)));
	assert_true(adopt_macro("X(\"abc\\", "X", 0, 0, buf, sizeof(buf)));
	assert_true(adopt_macro("X(\"abcdefgh\")", "X", 0, 0, buf, 4));
	assert_string_equal(buf, "abc");
	assert_false(adopt_macro("/* X(\"a\")", "X", 0, 0, buf, sizeof(buf)));
}

static void licences(void **state)
{
	(void)state;
	assert_true(adopt_licence_fits("GPL"));
	assert_true(adopt_licence_fits("Dual BSD/GPL"));
	assert_false(adopt_licence_fits("Proprietary"));
	assert_false(adopt_licence_fits("GPL v3"));
	assert_false(adopt_licence_fits(""));
	assert_string_equal(adopt_licence_spdx("GPL"), "GPL-2.0-only");
	assert_null(adopt_licence_spdx("Dual BSD/GPL"));
	assert_null(adopt_licence_spdx("MIT"));
}

static void entries(void **state)
{
	struct adopt_module m = { .name = "foo",
				  .description = "Does what it does" };
	struct text t = { 0 };

	(void)state;
	adopt_kconfig_entry(&m, "FOO", "A \"foo\" \\ bar", "PCI", &t);
	IS(&t, "config FOO\n"
	       "\ttristate \"A \\\"foo\\\" \\\\ bar\"\n"
	       "\tdepends on PCI\n"
	       "\thelp\n"
	       "\t  Does what it does.\n\n"
	       "\t  To compile this driver as a module, choose M here: the\n"
	       "\t  module will be called foo.\n\n"
	       "\t  If unsure, say N.\n");
}

static void kconfig(void **state)
{
	struct text t = { 0 };

	(void)state;
	adopt_kconfig_add("config A\n\tbool\n", "config N\n", &t);
	IS(&t, "config A\n\tbool\n\nconfig N\n");
	adopt_kconfig_add("", "config N\n", &t);
	IS(&t, "config N\n");
	adopt_kconfig_add("menu \"m\"\n\nconfig A\n\tbool\n\nendmenu\n",
			  "config N\n", &t);
	IS(&t, "menu \"m\"\n\nconfig A\n\tbool\n\nconfig N\n\nendmenu\n");

	/* Before the files that are sourced at the end, inside of the if. */
	adopt_kconfig_add("if X\nconfig A\n\tbool\nsource \"a/Kconfig\"\n\nsource \"b/Kconfig\"\n\nendif # X\n",
			  "config N\n", &t);
	IS(&t, "if X\nconfig A\n\tbool\n\nconfig N\n\nsource \"a/Kconfig\"\n\nsource \"b/Kconfig\"\n\nendif # X\n");

	/* A source line in the middle is none at the end. */
	adopt_kconfig_add("source \"a/Kconfig\"\nconfig A\n\tbool\n",
			  "config N\n", &t);
	IS(&t, "source \"a/Kconfig\"\nconfig A\n\tbool\n\nconfig N\n");

	/* A file that does not end in a line end. */
	adopt_kconfig_add("config A\n\tbool", "config N\n", &t);
	IS(&t, "config A\n\tbool\n\nconfig N\n");

	adopt_kconfig_source("menu \"m\"\nsource \"a/Kconfig\"\nendmenu\n",
			     "d/n/Kconfig", &t);
	IS(&t, "menu \"m\"\nsource \"a/Kconfig\"\nsource \"d/n/Kconfig\"\nendmenu\n");
	adopt_kconfig_source("config A\n\tbool\n", "d/n/Kconfig", &t);
	IS(&t, "config A\n\tbool\n\nsource \"d/n/Kconfig\"\n");
}

static void options(void **state)
{
	(void)state;
	assert_true(adopt_kconfig_has("config A\n", "A"));
	assert_true(adopt_kconfig_has("x\nmenuconfig\tA # yes\n", "A"));
	assert_false(adopt_kconfig_has("config AB\nconfig B\n", "A"));
	assert_false(adopt_kconfig_has("# config A\n\tconfig A\n", "A"));
	assert_false(adopt_kconfig_has("depends on A\n", "A"));
}

static void makefile(void **state)
{
	struct text t = { 0 };

	(void)state;
	adopt_makefile_add("", "N", "n.o", &t);
	IS(&t, "obj-$(CONFIG_N)\t+= n.o\n");

	/* Behind the last one, in the column of most. */
	adopt_makefile_add("obj-$(CONFIG_B)\t\t+= b.o\nobj-$(CONFIG_A)\t\t+= a.o\nb-y := c.o\n",
			   "N", "n/", &t);
	IS(&t, "obj-$(CONFIG_B)\t\t+= b.o\nobj-$(CONFIG_A)\t\t+= a.o\nobj-$(CONFIG_N)\t\t+= n/\nb-y := c.o\n");

	/* Not into a condition, and behind all lines of a statement. */
	adopt_makefile_add("obj-$(CONFIG_B) += b.o \\\n\tc.o\nifdef CONFIG_X\nobj-y += x.o\nendif\n",
			   "N", "n.o", &t);
	IS(&t, "obj-$(CONFIG_B) += b.o \\\n\tc.o\nobj-$(CONFIG_N)\t+= n.o\nifdef CONFIG_X\nobj-y += x.o\nendif\n");

	/* In order, where there is one. */
	adopt_makefile_add("obj-$(CONFIG_A) += a.o\nobj-$(CONFIG_M) += m.o\nobj-$(CONFIG_O) += o.o\n",
			   "N", "n.o", &t);
	IS(&t, "obj-$(CONFIG_A) += a.o\nobj-$(CONFIG_M) += m.o\nobj-$(CONFIG_N)\t+= n.o\nobj-$(CONFIG_O) += o.o\n");
	adopt_makefile_add("obj-$(CONFIG_A) += a.o", "N", "n.o", &t);
	IS(&t, "obj-$(CONFIG_A) += a.o\nobj-$(CONFIG_N)\t+= n.o\n");
}

static void own_makefile(void **state)
{
	struct adopt_module m = { .name = "foo" };
	struct text t = { 0 };

	(void)state;
	assert_int_equal(strv_add(&m.parts, "foo.c"), 0);
	adopt_makefile_own(&m, "FOO", true, &t);
	IS(&t, "# SPDX-License-Identifier: GPL-2.0-only\nobj-$(CONFIG_FOO)\t+= foo.o\n");
	strv_fini(&m.parts);
	for (int i = 0; i < 12; i++)
		assert_int_equal(strv_addf(&m.parts, "part-%d.c", i), 0);
	adopt_makefile_own(&m, "FOO", true, &t);
	IS(&t, "# SPDX-License-Identifier: GPL-2.0-only\nobj-$(CONFIG_FOO)\t+= foo.o\n\n"
	       "foo-y := part-0.o part-1.o part-2.o part-3.o part-4.o part-5.o part-6.o \\\n"
	       "\tpart-7.o part-8.o part-9.o part-10.o part-11.o\n");
	strv_fini(&m.parts);

	/* Built outside of the source, too. */
	static const char *const flags[] = { "-I$(src)/a", "-DX=$(src)/$(src)",
					     "-I$(srctree)/$(src)", "-DY" };

	assert_int_equal(strv_add(&m.parts, "foo.c"), 0);
	for (size_t i = 0; i < ARRAY_SIZE(flags); i++)
		assert_int_equal(strv_add(&m.flags, flags[i]), 0);
	adopt_makefile_own(&m, "FOO", true, &t);
	IS(&t, "# SPDX-License-Identifier: GPL-2.0-only\nobj-$(CONFIG_FOO)\t+= foo.o\n\n"
	       "ccflags-y := -I$(srctree)/$(src)/a -DX=$(srctree)/$(src)/$(srctree)/$(src) -I$(srctree)/$(src) -DY\n");
	adopt_makefile_own(&m, "FOO", false, &t);
	IS(&t, "# SPDX-License-Identifier: GPL-2.0-only\nobj-$(CONFIG_FOO)\t+= foo.o\n\n"
	       "ccflags-y := -I$(src)/a -DX=$(src)/$(src) -I$(srctree)/$(src) -DY\n");
	strv_fini(&m.parts);
	strv_fini(&m.flags);
}

static void left_out(void **state)
{
	(void)state;
	assert_true(build_ktree_left_out("drivers/net/ethernet/x/y.c", NULL));
	assert_false(build_ktree_left_out("drivers/net/ethernet/x/y.c",
					  "drivers/net"));
	assert_true(build_ktree_left_out("drivers/net/y.c", "drivers/nets"));
	assert_false(build_ktree_left_out("drivers/net/Kconfig", NULL));
	assert_false(build_ktree_left_out("drivers/misc/y.c", NULL));
	assert_true(build_ktree_left_out("arch/arm64/kernel/y.S", NULL));
	assert_false(build_ktree_left_out("arch/arm64/crypto/Kconfig", NULL));
	assert_false(build_ktree_left_out("arch/x86/kernel/y.c", NULL));
	assert_false(build_ktree_left_out("Documentation/Kconfig", NULL));
	assert_true(build_ktree_left_out("Documentation/a/b.rst", NULL));
}

/* What is left of it at Linux 6.1.5. */
#define AT_6_1(source, want)                                                  \
	do {                                                                  \
		struct text t = { 0 };                                        \
		(void)adopt_version_resolve(source,                           \
					    adopt_version_code("6.1.5"), &t); \
		IS(&t, want);                                                 \
	} while (0)
#define SAME_AT_6_1(source) AT_6_1(source, source)
#define OLD "LINUX_VERSION_CODE < KERNEL_VERSION(5, 12, 0)"
#define NOW "LINUX_VERSION_CODE >= KERNEL_VERSION(6,1,0)"

static void versions(void **state)
{
	(void)state;
	assert_int_equal(adopt_version_code("6.1.192"), 0x601c0);
	assert_int_equal(adopt_version_code("6.12.0-rc3"), 0x60c00);
	assert_int_equal(adopt_version_code("4.14.300"), 0x40eff);
	assert_int_equal(adopt_version_code("6.x"), 0);

	AT_6_1("a\n#if " OLD "\nb\n#else\nc\n#endif\nd\n", "a\nc\nd\n");
	AT_6_1("#if " NOW "\nb\n#else\nc\n#endif\n", "b\n");
	AT_6_1("#if " OLD "\nb\n#elif " NOW "\nc\n#else\nd\n#endif\n", "c\n");
	AT_6_1("# if 6 == 7 || \\\n\t" NOW " /* since\n then */\nb\n# endif\n",
	       "b\n");
	AT_6_1("#if LINUX_VERSION_CODE == KERNEL_VERSION(6, 1, 5)\nb\n#endif\n",
	       "b\n");
	AT_6_1("#if !(" NOW ")\nb\n#endif\n", "");

	/* What else is named counts only where it matters. */
	AT_6_1("#if defined(X) && " OLD "\nb\n#endif\nc\n", "c\n");
	AT_6_1("#if " NOW " || IS_ENABLED(CONFIG_X)\nb\n#endif\n", "b\n");
	SAME_AT_6_1("#if " OLD " || defined X\nb\n#endif\n");
	SAME_AT_6_1("#if " NOW " && __has_include(<linux/x.h>)\nb\n#endif\n");

	/* Other conditions stay, and what is decided inside of them is. */
	SAME_AT_6_1("#if 0\nb\n#endif\n#ifndef LINUX_VERSION_CODE\n#endif\n");
	AT_6_1("#ifdef X\n#if " OLD "\nb\n#endif\nc\n#else\nd\n#endif\n",
	       "#ifdef X\nc\n#else\nd\n#endif\n");
	AT_6_1("#if " OLD "\n#ifdef X\nb\n#else\nc\n#endif\n#endif\nd\n",
	       "d\n");
	AT_6_1("#if defined X\nb\n#elif " NOW "\nc\n#else\nd\n#endif\n",
	       "#if defined X\nb\n#else\nc\n#endif\n");
	AT_6_1("#if " OLD "\nb\n#elif defined X\nc\n#else\nd\n#endif\n",
	       "#if defined X\nc\n#else\nd\n#endif\n");

	/* Not what only looks so. */
	SAME_AT_6_1("/*\n#if " OLD "\n*/\n\"#if " OLD "\"\n");
	SAME_AT_6_1("#if (LINUX_VERSION_CODE >> 8) == 0x601\nb\n#endif\n");
	SAME_AT_6_1("#if LINUX_VERSION_CODE + 1 < 7\nb\n#endif\n");
	SAME_AT_6_1("#if 1 == LINUX_VERSION_CODE < 7\nb\n#endif\n");
	SAME_AT_6_1("#if KERNEL_VERSION(6, 1\nb\n#endif\n");

	/* Lines are continued, and quotes left open, as compilers see it. */
	SAME_AT_6_1("// a \\\n#if " OLD "\nb\n// a \\\n#endif\n");
	SAME_AT_6_1("#if " NOW " \\\r\n&& defined X\r\nb\r\n#endif\r\n");
	SAME_AT_6_1("#if " NOW " \\ \n&& defined X\nb\n#endif\n");
	AT_6_1("#if 0\ndon't /*\n#endif\n#if " OLD
	       "\nb\n#endif\n/* c */\n",
	       "#if 0\ndon't /*\n#endif\n/* c */\n");
	AT_6_1("%:if " OLD "\nb\n%:endif\nc\n", "c\n");
	SAME_AT_6_1("#if " NOW "\na\n#elifdef X\nb\n#endif\n");
	SAME_AT_6_1("#if A(\")/* \"\n#endif\n");

	/* What does not close is the compiler's business. */
	SAME_AT_6_1("#if " OLD "\nb\n");
	SAME_AT_6_1("#if " OLD "\nb\n#endif\n#endif\n");
	SAME_AT_6_1("#else\n");

	/* One blank line is left of two; and none at the end. */
	AT_6_1("a\n\n#if " OLD "\nb\n#endif\n\nc\n", "a\n\nc\n");
	AT_6_1("a\n\n#if " OLD "\nb\n#endif\n", "a\n");
	AT_6_1("#if " OLD "\nb\n#endif\n\n}", "}");
}

static void version_include(void **state)
{
	struct text t = { 0 };

	(void)state;
	assert_true(adopt_version_spoken("KERNEL_VERSION(6, 1, 0)"));
	assert_true(adopt_version_spoken("x = LINUX_VERSION_CODE;"));
	assert_false(adopt_version_spoken("#include <linux/version.h>\n"));
	adopt_version_drop_include("a\n# include <linux/version.h> /* b */\n"
				   "#include <linux/versions.h>\n", &t);
	IS(&t, "a\n#include <linux/versions.h>\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(macros),   cmocka_unit_test(licences),
		cmocka_unit_test(entries),  cmocka_unit_test(kconfig),
		cmocka_unit_test(options),  cmocka_unit_test(makefile),
		cmocka_unit_test(own_makefile), cmocka_unit_test(left_out),
		cmocka_unit_test(versions), cmocka_unit_test(version_include),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
