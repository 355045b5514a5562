/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Unit tests of src/index/dir.h: a module folder, whole and in between. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/text.h"
#include "index/bin_write.h"
#include "index/dir.h"

static char *top;

static char *in_top(const char *name)
{
	char *path = NULL;

	assert_true(asprintf(&path, "%s/%s", top, name) > 0);
	return path;
}

static void write_bytes(const char *name, const void *p, size_t n)
{
	_cleanup_free_ char *path = in_top(name);

	assert_int_equal(file_write(path, p, n, 0644, NULL), 0);
}

static void write_text(const char *name, const char *text)
{
	write_bytes(name, text, strlen(text));
}

static void make_folder(const char *name)
{
	_cleanup_free_ char *path = in_top(name);

	assert_int_equal(dir_make(path, NULL), 0);
}

/* An index with one key. */
static void write_bin(const char *name, const char *key, const char *value)
{
	_cleanup_arena_ struct arena a = { 0 };
	_cleanup_bytes_ struct bytes b = { 0 };
	struct idx_trie *t = idx_trie_new(&a);

	assert_non_null(t);
	assert_int_equal(idx_trie_add(t, key, value, 0), 0);
	assert_int_equal(idx_trie_bytes(t, &b, NULL), 0);
	write_bytes(name, b.p, b.n);
}

static int make_top(void **state _unused_)
{
	return dir_temp("test", &top, NULL);
}

static int remove_top(void **state _unused_)
{
	int r = tree_remove(top, NULL);

	free(top);
	return r;
}

static struct idx_dir *open_top(void)
{
	struct idx_dir *dir = NULL;

	assert_int_equal(idx_dir_open(top, &dir, NULL), 0);
	return dir;
}

static void expect_dep(struct idx_dir *dir, const char *name, const char *want)
{
	_cleanup_arena_ struct arena a = { 0 };
	_cleanup_text_ struct text t = { 0 };
	const char **v;
	size_t n, top_n = strlen(top);

	assert_int_equal(idx_dir_dep(dir, name, &a, &v, &n, NULL), 0);
	for (size_t i = 0; i < n; i++) {
		bool in = !strncmp(v[i], top, top_n);

		text_addf(&t, "%s%s", i ? " " : "", v[i] + (in ? top_n : 0));
	}
	assert_string_equal(text_str(&t), want);
}

static void test_absent(void **state _unused_)
{
	_cleanup_free_ char *path = in_top("nosuch");
	_cleanup_idx_dir_ struct idx_dir *dir = NULL;
	_cleanup_arena_ struct arena a = { 0 };
	_cleanup_bytes_ struct bytes info = { 0 };
	const struct idx_bin *b;
	const char **v;
	struct diag d = { 0 };
	size_t n;

	assert_int_equal(idx_dir_open(path, &dir, &d), 0);
	assert_false(idx_dir_exists(dir));
	assert_false(idx_dir_pending(dir));
	assert_false(idx_dir_stale(dir));
	assert_string_equal(idx_dir_path(dir), path);
	for (unsigned f = 0; f < IDX_FILES; f++)
		assert_int_equal(idx_dir_bin(dir, f, &b, &d), -ENOENT);
	assert_int_equal(idx_dir_dep(dir, "a", &a, &v, &n, &d), -ENOENT);
	assert_int_equal(d.err, 0);
	assert_int_equal(idx_dir_builtin_info(dir, "a", &info, NULL), -ENOENT);
}

static void test_dep(void **state _unused_)
{
	_cleanup_idx_dir_ struct idx_dir *dir = open_top();
	_cleanup_arena_ struct arena a = { 0 };
	const char **v;
	struct diag d = { 0 };
	size_t n;

	write_bin("modules.dep.bin", "m", "kernel/m.ko:  b.ko /abs/c.ko d.ko ");
	expect_dep(dir, "m", "/kernel/m.ko /b.ko /abs/c.ko /d.ko");
	assert_int_equal(idx_dir_dep(dir, "n", &a, &v, &n, &d), -ENOENT);
	assert_int_equal(d.err, 0);
}

static void test_dep_alone(void **state _unused_)
{
	_cleanup_idx_dir_ struct idx_dir *dir = open_top();

	write_bin("modules.dep.bin", "m", "kernel/m.ko:");
	expect_dep(dir, "m", "/kernel/m.ko");
}

static void test_dep_damaged(void **state _unused_)
{
	_cleanup_idx_dir_ struct idx_dir *dir = open_top();
	_cleanup_arena_ struct arena a = { 0 };
	const char **v;
	struct diag d = { 0 };
	size_t n;

	write_bin("modules.dep.bin", "m", "kernel/m.ko b.ko");
	assert_int_equal(idx_dir_dep(dir, "m", &a, &v, &n, &d), -EBADMSG);
	assert_non_null(strstr(d.what, "found 'kernel/m.ko b.ko'"));
	assert_non_null(strstr(d.hint, "depmod"));
}

/* What is wrong is told each time, not only the first. */
static void test_bin_damaged(void **state _unused_)
{
	_cleanup_idx_dir_ struct idx_dir *dir = open_top();
	const struct idx_bin *b;

	write_text("modules.alias.bin", "not an index");
	for (unsigned i = 0; i < 2; i++) {
		struct diag d = { 0 };

		assert_int_equal(idx_dir_bin(dir, IDX_ALIAS, &b, &d),
				 -EBADMSG);
		assert_non_null(strstr(d.where, "modules.alias.bin"));
	}
	write_text("modules.builtin.bin", "");
	assert_int_equal(idx_dir_bin(dir, IDX_BUILTIN, &b, NULL), -ENODATA);
}

/* As touch -d does. */
static void set_time(const char *name, time_t sec)
{
	const struct timespec t[2] = { { .tv_sec = sec }, { .tv_sec = sec } };
	_cleanup_free_ char *path = in_top(name);

	assert_int_equal(utimensat(AT_FDCWD, path, t, 0), 0);
}

/* Some files of the new set have their names already, some do not. */
static void test_pending(void **state _unused_)
{
	_cleanup_free_ char *new = in_top(IDX_PENDING "/modules.dep.bin");
	_cleanup_free_ char *text = in_top("modules.dep");
	_cleanup_free_ char *file = NULL;
	_cleanup_idx_dir_ struct idx_dir *dir = NULL;
	const struct idx_bin *b;
	const char *value;

	make_folder(IDX_PENDING);
	write_bin("modules.dep.bin", "m", "old.ko:");
	write_bin(IDX_PENDING "/modules.dep.bin", "m", "new.ko:");
	write_bin("modules.alias.bin", "x", "new");
	dir = open_top();
	assert_true(idx_dir_pending(dir));
	expect_dep(dir, "m", "/new.ko");
	assert_int_equal(idx_dir_bin(dir, IDX_ALIAS, &b, NULL), 0);
	assert_int_equal(idx_bin_get(b, "x", &value, NULL), 0);
	assert_string_equal(value, "new");
	assert_int_equal(idx_dir_file(dir, "modules.dep.bin", &file), 0);
	assert_string_equal(file, new);
	free(file);
	assert_int_equal(idx_dir_file(dir, "modules.dep", &file), 0);
	assert_string_equal(file, text);
}

/* Another depmod ran since, and did not look at the pending set. */
static void test_overtaken(void **state _unused_)
{
	_cleanup_idx_dir_ struct idx_dir *dir = NULL;

	make_folder(IDX_PENDING);
	write_bin("modules.dep.bin", "m", "new.ko:");
	write_bin(IDX_PENDING "/modules.dep.bin", "m", "old.ko:");
	set_time("modules.dep.bin", 1001);
	set_time(IDX_PENDING "/modules.dep.bin", 1000);
	dir = open_top();
	expect_dep(dir, "m", "/new.ko");
}

static void test_stale(void **state _unused_)
{
	_cleanup_idx_dir_ struct idx_dir *dir = open_top();

	assert_true(idx_dir_stale(dir));
	write_text("modules.dep.bin", "");
	make_folder("kernel/fs/ext4");
	make_folder("build/new");
	set_time("kernel/fs/ext4", 1000);
	set_time("kernel/fs", 1000);
	set_time("kernel", 1000);
	set_time("modules.dep.bin", 1000);
	assert_false(idx_dir_stale(dir));
	set_time("kernel/fs/ext4", 1001);
	assert_true(idx_dir_stale(dir));
	set_time("kernel/fs/ext4", 999);
	assert_false(idx_dir_stale(dir));
	make_folder("modules.lkm-new.abc123");
	assert_false(idx_dir_stale(dir));
	make_folder("updates");
	assert_true(idx_dir_stale(dir));
}

static void test_builtin_info(void **state _unused_)
{
	static const char file[] = "a.x=1\0b.parm=p:q\0b.y=\0bb.z=3\0b.late=1";
	_cleanup_idx_dir_ struct idx_dir *dir = open_top();
	_cleanup_bytes_ struct bytes b = { 0 };
	struct diag d = { 0 };

	assert_int_equal(idx_dir_builtin_info(dir, "b", &b, NULL), -ENOENT);
	write_bytes("modules.builtin.modinfo", file, sizeof(file));
	assert_int_equal(idx_dir_builtin_info(dir, "b", &b, NULL), 0);
	assert_int_equal(b.n, sizeof("parm=p:q\0y="));
	assert_memory_equal(b.p, "parm=p:q\0y=", b.n);
	assert_int_equal(idx_dir_builtin_info(dir, "c", &b, &d), -ENODATA);
	assert_non_null(strstr(d.what, "modules.builtin.modinfo"));
}

/* Only the text is there. */
static void test_text(void **state _unused_)
{
	static const char info[] = "in.alias=i-n*\0in.license=GPL";
	_cleanup_idx_dir_ struct idx_dir *dir = open_top();
	_cleanup_arena_ struct arena a = { 0 };
	const struct idx_bin *b;
	struct idx_value *v;
	const char *value;
	size_t n;

	write_text("modules.dep", "k/a-b.ko.xz: k/c.ko\nk/c.ko:\nbad\n");
	write_text("modules.alias", "# x\nalias x-*[a-b] late\nalias x-* a\nalias x[ no\n"
				    "alias caf\xc3\xa9 no\nalias\nalias y\n");
	write_text("modules.symbols", "alias symbol:s a_b");
	write_text("modules.builtin", "kernel/in-n.ko\n\n");
	write_bytes("modules.builtin.modinfo", info, sizeof(info));
	expect_dep(dir, "a_b", "/k/a-b.ko.xz /k/c.ko");
	assert_int_equal(idx_dir_bin(dir, IDX_ALIAS, &b, NULL), 0);
	assert_int_equal(idx_bin_match(b, "x_1b", &a, &v, &n, NULL), 0);
	assert_int_equal(n, 2);
	assert_string_equal(v[0].value, "late");
	assert_string_equal(v[1].value, "a");
	assert_int_equal(idx_dir_bin(dir, IDX_SYMBOL, &b, NULL), 0);
	assert_int_equal(idx_bin_get(b, "symbol:s", &value, NULL), 0);
	assert_string_equal(value, "a_b");
	assert_int_equal(idx_dir_bin(dir, IDX_BUILTIN, &b, NULL), 0);
	assert_int_equal(idx_bin_get(b, "in_n", &value, NULL), 0);
	assert_int_equal(idx_dir_bin(dir, IDX_BUILTIN_ALIAS, &b, NULL), 0);
	assert_int_equal(idx_bin_match(b, "i_nx", &a, &v, &n, NULL), 0);
	assert_int_equal(n, 1);
	assert_string_equal(v[0].value, "in");
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, make_top, remove_top)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_absent),	 TEST(test_dep),
		TEST(test_dep_alone),	 TEST(test_dep_damaged),
		TEST(test_bin_damaged),	 TEST(test_pending),
		TEST(test_overtaken),	 TEST(test_stale),
		TEST(test_builtin_info), TEST(test_text),
	};

	return cmocka_run_group_tests_name("index_dir", tests, NULL, NULL);
}
