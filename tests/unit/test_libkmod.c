/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Unit tests of libkmod: what kmod 30's library has not, or does in another
 * way. (That all else is the same, tests/cli/libkmod compares.)
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <dlfcn.h>
#include <errno.h>
#include <pthread.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/utsname.h>

#include "base/file.h"
#include "base/text.h"
#include "libkmod.h"

static char *top;

static char *in_top(const char *name)
{
	char *path = NULL;

	assert_true(asprintf(&path, "%s/%s", top, name) > 0);
	return path;
}

static void write_text(const char *name, const char *text)
{
	_cleanup_free_ char *path = in_top(name);

	assert_int_equal(file_write(path, text, strlen(text), 0644, NULL), 0);
}

/* A module folder without .bin files: the text ones do. */
static int make_top(void **state _unused_)
{
	static const char *const files[] = { "m/a.ko", "m/b.ko", "m/c.ko" };
	struct diag d = { 0 };

	assert_int_equal(dir_temp("test-libkmod", &top, &d), 0);

	_cleanup_free_ char *m = in_top("m"), *conf = in_top("conf");

	assert_int_equal(dir_make(m, &d), 0);
	assert_int_equal(dir_make(conf, &d), 0);
	for (size_t i = 0; i < ARRAY_SIZE(files); i++)
		write_text(files[i], "");
	write_text("m/modules.dep", "c.ko: b.ko a.ko\nb.ko: a.ko\na.ko:\n");
	write_text("m/modules.alias", "alias x:* c\nalias x:1 b\n");
	return 0;
}

static int remove_top(void **state _unused_)
{
	assert_int_equal(tree_remove(top, NULL), 0);
	free(top);
	top = NULL;
	return 0;
}

static void nowhere(void *data _unused_, int prio _unused_,
		    const char *file _unused_, int line _unused_,
		    const char *fn _unused_, const char *format _unused_,
		    va_list args _unused_)
{
}

/* A context with this configuration (NULL: as it is), which says nothing. */
static struct kmod_ctx *with_conf(const char *text)
{
	_cleanup_free_ char *dir = in_top("m"), *conf = in_top("conf");
	const char *paths[] = { conf, NULL };

	if (text)
		write_text("conf/a.conf", text);

	struct kmod_ctx *ctx = kmod_new(dir, paths);

	assert_non_null(ctx);
	kmod_set_log_fn(ctx, nowhere, NULL);
	return ctx;
}

static int dry_run(const char *conf, const char *name, unsigned flags)
{
	struct kmod_ctx *ctx = with_conf(conf);
	struct kmod_list *l = NULL;

	assert_int_equal(kmod_module_new_from_lookup(ctx, name, &l), 0);
	assert_non_null(l);

	struct kmod_module *mod = kmod_module_get_module(l);
	int r = kmod_module_probe_insert_module(
		mod, flags | KMOD_PROBE_DRY_RUN, NULL, NULL, NULL, NULL);

	(void)kmod_module_unref(mod);
	(void)kmod_module_unref_list(l);
	assert_null(kmod_unref(ctx));
	return r;
}

static void test_deny(void **state _unused_)
{
	assert_int_equal(dry_run("", "c", 0), 0);
	assert_int_equal(dry_run("deny c for a reason\n", "c", 0), -EPERM);
	assert_int_equal(dry_run("deny a\n", "c", 0), -EPERM);
	assert_int_equal(dry_run("deny c\n", "a", 0), 0);
	assert_int_equal(dry_run("deny c\n", "x:2", 0), -EPERM);
}

static void test_allow(void **state _unused_)
{
	assert_int_equal(dry_run("allow b\n", "c", 0), -EPERM);
	assert_int_equal(dry_run("allow c\n", "c", 0), 0);
	assert_int_equal(dry_run("allow b c\ndeny c\n", "c", 0), -EPERM);
}

/* systemd takes a flag that comes back for "blacklisted", and is silent. */
static void test_deny_is_silent_where_a_blacklist_is(void **state _unused_)
{
	const unsigned flag = KMOD_PROBE_APPLY_BLACKLIST;

	assert_int_equal(dry_run("blacklist c\n", "c", flag), (int)flag);
	assert_int_equal(dry_run("deny c\n", "c", flag), (int)flag);
	assert_int_equal(dry_run("deny a\n", "c", flag), (int)flag);
	assert_int_equal(dry_run("deny b\n", "a", flag), 0);
	assert_int_equal(dry_run("blacklist c\n", "x:2",
				 KMOD_PROBE_APPLY_BLACKLIST_ALIAS_ONLY),
			 KMOD_PROBE_APPLY_BLACKLIST_ALIAS_ONLY);
	assert_int_equal(dry_run("blacklist c\n", "c",
				 KMOD_PROBE_APPLY_BLACKLIST_ALIAS_ONLY), 0);
}

static void test_weakdeps(void **state _unused_)
{
	struct kmod_ctx *ctx = with_conf("weakdep c b nosuch a\n");
	struct kmod_module *mod;
	struct kmod_list *l = NULL;

	assert_int_equal(kmod_module_new_from_name(ctx, "c", &mod), 0);
	assert_int_equal(kmod_module_get_weakdeps(mod, &l), 0);

	struct kmod_module *one = kmod_module_get_module(l);

	assert_string_equal(kmod_module_get_name(one), "b");
	(void)kmod_module_unref(one);
	one = kmod_module_get_module(kmod_list_last(l));
	assert_string_equal(kmod_module_get_name(one), "a");
	(void)kmod_module_unref(one);
	assert_int_equal(kmod_module_get_weakdeps(mod, &l), -EINVAL);
	(void)kmod_module_unref_list(l);
	(void)kmod_module_unref(mod);

	l = NULL;
	assert_int_equal(kmod_module_get_weakdeps(NULL, &l), -ENOENT);
	assert_null(kmod_config_get_weakdeps(NULL));

	struct kmod_config_iter *i = kmod_config_get_weakdeps(ctx);

	assert_true(kmod_config_iter_next(i));
	assert_string_equal(kmod_config_iter_get_key(i), "c");
	assert_string_equal(kmod_config_iter_get_value(i), "b nosuch a");
	assert_false(kmod_config_iter_next(i));
	kmod_config_iter_free_iter(i);
	assert_null(kmod_unref(ctx));
}

/* Programs that were linked with kmod 30 to 32 look at another node. */
static void test_both_nodes(void **state _unused_)
{
	static const char name[] = "kmod_module_new_from_name_lookup";
	static const char *const nodes[] = { "LIBKMOD_5", "LIBKMOD_30" };
	struct kmod_ctx *ctx = with_conf("");

	assert_null(dlvsym(RTLD_DEFAULT, name, "LIBKMOD_33"));
	for (size_t i = 0; i < ARRAY_SIZE(nodes); i++) {
		__typeof__(&kmod_module_new_from_name_lookup) fn =
			dlvsym(RTLD_DEFAULT, name, nodes[i]);
		struct kmod_module *mod = NULL;

		assert_non_null(fn);
		assert_int_equal(fn(ctx, "b", &mod), 0);
		assert_string_equal(kmod_module_get_name(mod), "b");
		(void)kmod_module_unref(mod);
	}
	assert_null(kmod_unref(ctx));
}

/* A time that no test can have had by itself. */
static void make_old(const char *name)
{
	_cleanup_free_ char *path = in_top(name);
	const struct timespec t[2] = { { .tv_sec = 1000 }, { .tv_sec = 1000 } };

	assert_int_equal(utimensat(AT_FDCWD, path, t, 0), 0);
}

static void test_edited_configuration_is_noticed(void **state _unused_)
{
	struct kmod_ctx *ctx = with_conf("options c x=1\n");

	assert_int_equal(kmod_validate_resources(ctx), KMOD_RESOURCES_OK);
	make_old("conf/a.conf");
	assert_int_equal(kmod_validate_resources(ctx),
			 KMOD_RESOURCES_MUST_RECREATE);
	assert_null(kmod_unref(ctx));
}

static size_t hits(struct kmod_ctx *ctx, const char *name)
{
	struct kmod_list *l = NULL, *i;
	size_t n = 0;

	assert_int_equal(kmod_module_new_from_lookup(ctx, name, &l), 0);
	kmod_list_foreach(i, l)
		n++;
	(void)kmod_module_unref_list(l);
	return n;
}

static void test_new_indexes(void **state _unused_)
{
	struct kmod_ctx *fresh = with_conf(""), *kept = with_conf(NULL);

	write_text("m/modules.builtin", "");
	write_text("m/modules.symbols", "");
	assert_int_equal(kmod_load_resources(kept), 0);
	assert_int_equal(kmod_validate_resources(kept), KMOD_RESOURCES_OK);
	assert_int_equal(hits(fresh, "y:1"), 0);
	assert_int_equal(hits(kept, "y:1"), 0);
	write_text("m/modules.alias", "alias y:1 a\nalias y:* b\n");
	assert_int_equal(hits(fresh, "y:1"), 2);
	assert_int_equal(hits(kept, "y:1"), 0);
	assert_int_equal(kmod_validate_resources(fresh), KMOD_RESOURCES_OK);
	assert_int_equal(kmod_validate_resources(kept),
			 KMOD_RESOURCES_MUST_RELOAD);
	kmod_unload_resources(kept);
	assert_int_equal(kmod_load_resources(kept), 0);
	assert_int_equal(hits(kept, "y:1"), 2);
	assert_int_equal(kmod_validate_resources(kept), KMOD_RESOURCES_OK);
	assert_null(kmod_unref(fresh));
	assert_null(kmod_unref(kept));
}

static unsigned shown;

/* depmod runs while a plan is carried out, and the program asks again. */
static void ask_within(struct kmod_module *m, bool install _unused_,
		       const char *options _unused_)
{
	struct kmod_list *l = kmod_module_get_dependencies(m);

	write_text("m/modules.dep", shown % 2 ? "a.ko:\n" :
				    "c.ko: b.ko a.ko\nb.ko: a.ko\na.ko:\n");
	(void)kmod_module_get_path(m);
	(void)kmod_module_unref_list(l);
	shown++;
}

static void test_indexes_change_within(void **state _unused_)
{
	struct kmod_ctx *ctx = with_conf("softdep c pre: x:1 post: x:2\n");
	struct kmod_module *mod;

	assert_int_equal(kmod_module_new_from_name(ctx, "c", &mod), 0);
	for (int i = 0; i < 4; i++) {
		write_text("m/modules.dep",
			   "c.ko: b.ko a.ko\nb.ko: a.ko\na.ko:\n");
		shown = 0;
		assert_int_equal(
			kmod_module_probe_insert_module(mod, KMOD_PROBE_DRY_RUN,
							NULL, NULL, NULL,
							ask_within), 0);
		assert_true(shown >= 3);
	}
	(void)kmod_module_unref(mod);
	assert_null(kmod_unref(ctx));
}

static void test_identity(void **state _unused_)
{
	struct kmod_ctx *ctx = with_conf("");
	struct kmod_module *one, *two, *other;
	_cleanup_free_ char *path = in_top("m/b.ko"),
			    *elsewhere = in_top("b.ko");

	write_text("b.ko", "");
	assert_int_equal(kmod_module_new_from_name(ctx, "b", &one), 0);
	assert_int_equal(kmod_module_new_from_path(ctx, path, &two), 0);
	assert_ptr_equal(one, two);
	assert_int_equal(kmod_module_new_from_path(ctx, elsewhere, &other),
			 -EEXIST);
	assert_ptr_equal(kmod_module_unref(two), one);
	assert_non_null(kmod_unref(ctx));
	assert_string_equal(kmod_module_get_path(one), path);
	assert_null(kmod_module_unref(one));
}

static void test_folder_of_the_running_kernel(void **state _unused_)
{
	const char *paths[] = { "/dev/null", NULL };
	struct kmod_ctx *ctx = kmod_new(NULL, paths);
	struct utsname u;
	char want[300];

	assert_int_equal(uname(&u), 0);
	(void)snprintf(want, sizeof(want), "/lib/modules/%s", u.release);
	assert_true(str_ends(kmod_get_dirname(ctx), want));
	assert_int_equal(kmod_get_dirname(ctx)[0], '/');
	assert_null(kmod_unref(ctx));
}

/* Each thread has a context of its own. */
static void *worker(void *arg)
{
	struct kmod_ctx *ctx = arg;
	uintptr_t bad = 0;

	for (int i = 0; i < 200; i++) {
		struct kmod_list *l = NULL;
		struct kmod_module *mod = NULL;

		bad += kmod_module_new_from_lookup(ctx, "x:1", &l) || !l;
		(void)kmod_module_unref_list(l);
		bad += !!kmod_module_new_from_name(ctx, "c", &mod);
		l = kmod_module_get_dependencies(mod);
		bad += !l;
		(void)kmod_module_unref_list(l);
		l = NULL;
		bad += kmod_module_get_info(mod, &l) != -EINVAL;
		(void)kmod_module_unref(mod);
	}
	return (void *)bad;
}

static void test_threads(void **state _unused_)
{
	struct kmod_ctx *ctx[4];
	pthread_t t[ARRAY_SIZE(ctx)];

	for (size_t i = 0; i < ARRAY_SIZE(ctx); i++) {
		ctx[i] = with_conf("options c a=1\n");
		assert_int_equal(pthread_create(&t[i], NULL, worker, ctx[i]),
				 0);
	}
	for (size_t i = 0; i < ARRAY_SIZE(ctx); i++) {
		void *bad;

		assert_int_equal(pthread_join(t[i], &bad), 0);
		assert_null(bad);
		assert_null(kmod_unref(ctx[i]));
	}
}

static void said(void *data, int prio, const char *file _unused_,
		 int line _unused_, const char *fn, const char *format,
		 va_list args) __attribute__((format(printf, 6, 0)));

static void said(void *data, int prio, const char *file _unused_,
		 int line _unused_, const char *fn, const char *format,
		 va_list args)
{
	char text[256];

	(void)vsnprintf(text, sizeof(text), format, args);
	text_addf(data, "%d %s %s", prio, fn, text);
}

static void test_log(void **state _unused_)
{
	struct kmod_ctx *ctx = with_conf("deny b it is bad\n");
	_cleanup_text_ struct text t = { 0 };
	struct kmod_module *mod;

	kmod_set_log_fn(ctx, said, &t);
	assert_int_equal(kmod_module_new_from_name(ctx, "b", &mod), 0);
	assert_int_equal(kmod_module_probe_insert_module(mod,
				KMOD_PROBE_DRY_RUN, NULL, NULL, NULL, NULL),
			 -EPERM);
	assert_true(str_starts(text_str(&t),
			       "3 kmod_module_probe_insert_module b: /"));
	assert_non_null(strstr(text_str(&t), "a.conf:1: denied: it is bad\n"));
	kmod_set_log_fn(ctx, NULL, NULL);
	(void)kmod_module_insert_module(mod, 0, NULL);
	(void)kmod_module_unref(mod);
	assert_null(kmod_unref(ctx));
}

static void test_null(void **state _unused_)
{
	struct kmod_list *l = (struct kmod_list *)&l;
	struct kmod_ctx *ctx = with_conf("");
	struct kmod_module *mod;

	/* kmod 30 dies of these. */
	assert_null(kmod_get_dirname(NULL));
	kmod_config_iter_free_iter(NULL);
	assert_int_equal(kmod_module_new_from_name(ctx, "c", &mod), 0);
	assert_int_equal(kmod_module_get_info(mod, &l), -EINVAL);
	assert_int_equal(kmod_module_get_versions(mod, &l), -EINVAL);
	assert_int_equal(kmod_module_get_symbols(mod, &l), -EINVAL);
	assert_int_equal(kmod_module_get_dependency_symbols(mod, &l), -EINVAL);
	(void)kmod_module_unref(mod);
	assert_null(kmod_unref(ctx));
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, make_top, remove_top)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_deny),
		TEST(test_allow),
		TEST(test_deny_is_silent_where_a_blacklist_is),
		TEST(test_weakdeps),
		TEST(test_both_nodes),
		TEST(test_edited_configuration_is_noticed),
		TEST(test_new_indexes),
		TEST(test_indexes_change_within),
		TEST(test_identity),
		TEST(test_folder_of_the_running_kernel),
		TEST(test_threads),
		TEST(test_log),
		TEST(test_null),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
