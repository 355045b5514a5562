/* SPDX-License-Identifier: GPL-2.0-or-later */
/* lab/subjects: which modules are loaded, in which order, with what. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/file.h"
#include "lab/subjects.h"
#include "mkko.h"

static char *dir;

/* Writes NAME.ko that exports "NAME_x" and needs what is named. */
static const char *module(const char *sub, const char *name,
			  const char *depends, const char *needs)
{
	static char path[4096];
	char have[64], want[64];
	const struct mkko_export e = { .name = have };
	const struct mkko_need n = { .name = want };
	const struct mkko m = { .name = name, .depends = depends,
				.exports = &e, .n_exports = 1,
				.needs = &n, .n_needs = needs ? 1 : 0 };
	_cleanup_bytes_ struct bytes b = { 0 };

	(void)snprintf(have, sizeof(have), "%s_x", name);
	(void)snprintf(want, sizeof(want), "%s_x", needs ? needs : "");
	assert_int_equal(mkko_build(&m, &b), 0);
	(void)snprintf(path, sizeof(path), "%s/%s", dir, sub);
	assert_int_equal(dir_make(path, NULL), 0);
	(void)snprintf(path, sizeof(path), "%s/%s/%s.ko", dir, sub, name);
	assert_int_equal(file_write(path, b.p, b.n, 0644, NULL), 0);
	return path;
}

static void add(struct lab_subjects *s, const char *name, const char *depends,
		const char *needs)
{
	struct diag d = { 0 };

	if (lab_subjects_add(s, module("own", name, depends, needs), &d) < 0)
		fail_msg("%s: %s", d.where, d.what);
}

/* "dep1+ a b": '+' marks what is no subject. */
static void order_is(struct lab_subjects *s, const struct build_kernel *k,
		     const char *want)
{
	_cleanup_text_ struct text t = { 0 };
	struct diag d = { 0 };

	assert_int_equal(lab_subjects_resolve(s, k, &d), 0);
	for (size_t i = 0; i < s->n; i++)
		text_addf(&t, "%s%s%s", i ? " " : "", s->v[i].ko->name,
			  s->v[i].dep ? "+" : "");
	assert_string_equal(text_str(&t), want);
}

static void test_order(void **state)
{
	static const struct build_kernel none;
	struct lab_subjects s = { 0 };

	(void)state;
	add(&s, "a", "", NULL);
	add(&s, "b", "", NULL);
	order_is(&s, &none, "a b"); /* as given */
	lab_subjects_fini(&s);

	add(&s, "a", "", "b"); /* by symbol */
	add(&s, "c", "", "a");
	add(&s, "b", "", NULL);
	order_is(&s, &none, "b a c");
	lab_subjects_fini(&s);

	add(&s, "a", "c-x", NULL); /* by name, '-' is '_' */
	add(&s, "b", "", NULL);
	add(&s, "c_x", "", NULL);
	order_is(&s, &none, "c_x a b");
	lab_subjects_fini(&s);

	add(&s, "a", "", "b"); /* in a circle: each once */
	add(&s, "b", "", "c");
	add(&s, "c", "", "a");
	order_is(&s, &none, "c b a");
	lab_subjects_fini(&s);

	add(&s, "a", "a", "a"); /* of itself */
	order_is(&s, &none, "a");
	lab_subjects_fini(&s);
}

static void test_many(void **state)
{
	static const struct build_kernel none;
	struct lab_subjects s = { 0 };
	_cleanup_text_ struct text want = { 0 };

	(void)state;
	for (int i = 0; i < 40; i++) {
		char name[16], next[16];

		(void)snprintf(name, sizeof(name), "m%d", i);
		(void)snprintf(next, sizeof(next), "m%d", i + 1);
		add(&s, name, "", i < 39 ? next : NULL);
		text_addf(&want, "%sm%d", i ? " " : "", 39 - i);
	}
	order_is(&s, &none, text_str(&want));
	lab_subjects_fini(&s);
}

static void test_from_tree(void **state)
{
	struct build_kernel k = { .release = "6.1.0" };
	struct lab_subjects s = { 0 };

	(void)state;
	(void)snprintf(k.modules, sizeof(k.modules), "%s/tree", dir);
	(void)module("tree/kernel/lib", "low", "", NULL);
	(void)module("tree/kernel/lib", "mid-dle", "low", NULL);
	(void)module("tree/kernel/lib", "ring1", "ring2", NULL);
	(void)module("tree/kernel/lib", "ring2", "ring1", NULL);
	(void)module("tree/kernel/lib", "twin", "", NULL);

	add(&s, "plain", "", NULL);
	add(&s, "top", "mid_dle", NULL);
	order_is(&s, &k, "low+ mid_dle+ plain top");
	assert_int_equal(s.notes.n, 0);
	lab_subjects_fini(&s);

	add(&s, "top", "ring1", NULL);
	order_is(&s, &k, "ring2+ ring1+ top");
	lab_subjects_fini(&s);

	/* What was given is not taken from the tree, too. */
	add(&s, "top", "twin", NULL);
	add(&s, "twin", "", NULL);
	order_is(&s, &k, "twin top");
	lab_subjects_fini(&s);

	/* What nobody has is told, once for each that needs it. */
	add(&s, "top", "nobody,low", NULL);
	order_is(&s, &k, "low+ top");
	assert_int_equal(s.notes.n, 1);
	assert_string_equal(s.notes.v[0],
			    "top needs module nobody, which is neither given nor part of kernel 6.1.0");
	lab_subjects_fini(&s);
}

static void test_refused(void **state)
{
	struct lab_subjects s = { 0 };
	struct diag d = { 0 };
	char path[4096];

	(void)state;
	add(&s, "my_mod", "", NULL);
	assert_int_equal(lab_subjects_add(&s, module("x", "my-mod", "", NULL),
					  &d), -EEXIST);
	assert_non_null(strstr(d.what, "second module"));
	assert_true(d.hint[0]);
	d = (struct diag){ 0 };
	assert_int_equal(lab_subjects_add(&s, "/no/such.ko", &d), -ENOENT);

	(void)snprintf(path, sizeof(path), "%s/text.ko", dir);
	assert_int_equal(file_write(path, "text", 4, 0644, NULL), 0);
	d = (struct diag){ 0 };
	assert_int_equal(lab_subjects_add(&s, path, &d), -ENOEXEC);

	const struct mkko arm = { .machine = "aarch64", .name = "arm" };
	_cleanup_bytes_ struct bytes b = { 0 };

	assert_int_equal(mkko_build(&arm, &b), 0);
	assert_int_equal(file_write(path, b.p, b.n, 0644, NULL), 0);
	d = (struct diag){ 0 };
	assert_int_equal(lab_subjects_add(&s, path, &d), -ENOTSUP);
	assert_int_equal(lab_subjects_add(&s, path, NULL), -ENOTSUP);
	assert_int_equal(s.n, 1);
	lab_subjects_fini(&s);
}

static void test_parameters(void **state)
{
	static const struct {
		const char *given, *becomes; /* NULL: cannot be said */
	} params[] = {
		{ "a=1", "a=1" },
		{ "a", "a" },
		{ "a=", "a=" },
		{ "a=b=c", "a=b=c" },
		{ "a=1,2,3", "a=1,2,3" },
		{ "a=two words", "a=\"two words\"" },
		{ "a= x", "a=\" x\"" },
		{ "a=x\ty", "a=\"x\ty\"" },
		{ "a=x\ny", "a=\"x\ny\"" },
		{ "a=caf\303\240", "a=\"caf\303\240\"" },
		{ "a=\"two words\"", "a=\"two words\"" },
		{ "a=\"x\"", "a=\"x\"" },
		{ "a=p\"q r\"s", "a=p\"q r\"s" },
		{ "a=\"x\" y", NULL },
		{ "a=\"", NULL },
		{ "a=x\"y z", NULL },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(params); i++) {
		struct lab_subjects s = { 0 };
		struct diag d = { 0 };
		char want[64];

		add(&s, "a", "", NULL);

		int r = lab_subjects_param(&s, &s.v[0], params[i].given, &d);

		assert_int_equal(r, params[i].becomes ? 0 : -EINVAL);
		assert_string_equal(s.v[0].params, params[i].becomes ?
							   params[i].becomes :
							   "");
		assert_int_equal(d.hint[0] != 0, r != 0);
		/* And one more behind it. */
		assert_int_equal(lab_subjects_param(&s, &s.v[0], "z=9", NULL),
				 0);
		(void)snprintf(want, sizeof(want), "%s%sz=9",
			       params[i].becomes ? params[i].becomes : "",
			       params[i].becomes ? " " : "");
		assert_string_equal(s.v[0].params, want);
		lab_subjects_fini(&s);
	}
}

static int make_dir(void **state)
{
	(void)state;
	return dir_temp("subjects", &dir, NULL);
}

static int remove_dir(void **state)
{
	int r = tree_remove(dir, NULL);

	(void)state;
	free(dir);
	return r;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_order),
		cmocka_unit_test(test_many),
		cmocka_unit_test(test_from_tree),
		cmocka_unit_test(test_refused),
		cmocka_unit_test(test_parameters),
	};

	return cmocka_run_group_tests(tests, make_dir, remove_dir);
}
