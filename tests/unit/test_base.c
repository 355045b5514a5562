/* SPDX-License-Identifier: GPL-2.0-or-later */
/* src/base: diagnostics, spans, arenas, text, files, children. */
#include <errno.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/arena.h"
#include "base/child.h"
#include "base/dso.h"
#include "base/file.h"
#include "base/span.h"
#include "base/text.h"

/* An empty name is seen. */
static void diag_in_nothing(void **state)
{
	struct diag d = { 0 };

	(void)state;
	assert_int_equal(diag_fail(&d, ENOENT, "gone"), -ENOENT);
	assert_int_equal(diag_in(&d, "%s", ""), -ENOENT);
	assert_string_equal(d.where, "''");
	assert_int_equal(diag_in(&d, "folder"), -ENOENT);
	assert_string_equal(d.where, "folder: ''");
}

static void diag_first_error_wins(void **state)
{
	struct diag d = { 0 };

	(void)state;
	assert_int_equal(diag_fail(&d, ENOEXEC, "found %d", 3), -ENOEXEC);
	assert_int_equal(diag_fail(&d, EINVAL, "later"), -EINVAL);
	assert_int_equal(diag_in(&d, "section %u", 5), -ENOEXEC);
	assert_int_equal(diag_in(&d, "a.ko"), -ENOEXEC);
	assert_int_equal(diag_hint(&d, "do this"), -ENOEXEC);
	assert_int_equal(diag_hint(&d, "do that"), -ENOEXEC);
	assert_string_equal(d.where, "a.ko: section 5");
	assert_string_equal(d.what, "found 3");
	assert_string_equal(d.hint, "do this");
	assert_int_equal(diag_fail(NULL, EIO, "x"), -EIO);
	assert_int_equal(diag_in(NULL, "x"), 0);
}

static void hint_with_failure(void **state)
{
	struct diag d = { 0 };

	(void)state;
	assert_int_equal(diag_fail_hint(NULL, EIO, "h", "x"), -EIO);
	assert_int_equal(diag_fail_hint(&d, EIO, "do this", "n %d", 1), -EIO);
	assert_int_equal(diag_fail_hint(&d, EINVAL, "later", "later"), -EINVAL);
	assert_string_equal(d.what, "n 1");
	assert_string_equal(d.hint, "do this");
	assert_int_equal(d.err, EIO);
}

#ifndef LKM_STATIC
static void libraries(void **state)
{
	void *fn = NULL;
	const struct dso_fn none[] = { { 0 } };
	const struct dso_fn one[] = { { "no_such_function", &fn }, { 0 } };
	struct dso gone = { .soname = "liblkm-none.so.0", .package = "nix",
			    .fns = none,
			    .lock = PTHREAD_MUTEX_INITIALIZER };
	struct dso libc = { .soname = "libc.so.6", .package = "libc6",
			    .fns = one, .lock = PTHREAD_MUTEX_INITIALIZER };
	struct diag d = { 0 }, e = { 0 };

	(void)state;
	assert_int_equal(dso_need(&gone, NULL), -ENOPKG);
	assert_int_equal(dso_need(&gone, &d), -ENOPKG);
	assert_non_null(strstr(d.what, "liblkm-none.so.0 cannot be loaded"));
	assert_non_null(strstr(d.hint, "apt install nix"));
	assert_int_equal(dso_need(&libc, &e), -ENOPKG);
	assert_non_null(strstr(e.what, "has no function no_such_function"));
	libc.fns = none;
	assert_int_equal(dso_need(&libc, NULL), 0);
	assert_int_equal(dso_need(&libc, NULL), 0);
}
#endif

static void string_tables(void **state)
{
	static const uint8_t raw[] = { 'a', 'b', 0, 'c' };
	struct span t = span_table((struct span){ raw, sizeof(raw) });

	(void)state;
	assert_int_equal(t.n, 3);
	assert_string_equal(span_table_str(t, 1), "b");
	assert_string_equal(span_table_str(t, 2), "");
	assert_null(span_table_str(t, 3));
	assert_int_equal(span_table((struct span){ raw, 2 }).n, 0);
	assert_int_equal(span_table((struct span){ NULL, 0 }).n, 0);
}

static void span_stays_inside(void **state)
{
	static const uint8_t raw[] = { 1, 2, 3, 4, 'a', 0, 'b' };
	struct span s = { raw, sizeof(raw) }, sub = { 0 };
	uint64_t v = 99;

	(void)state;
	assert_true(span_uint(s, 0, 4, false, &v));
	assert_int_equal(v, 0x04030201);
	assert_true(span_uint(s, 0, 4, true, &v));
	assert_int_equal(v, 0x01020304);
	assert_false(span_uint(s, 4, 4, false, &v));
	assert_false(span_uint(s, UINT64_MAX, 4, false, &v));
	assert_int_equal(v, 0x01020304);
	assert_true(span_sub(s, 7, 0, &sub));
	assert_false(span_sub(s, 8, 0, &sub));
	assert_false(span_sub(s, 1, UINT64_MAX, &sub));
	assert_string_equal(span_str(s, 4), "a");
	assert_null(span_str(s, 6));
	assert_null(span_str(s, 7));
}

static void arena_keeps_its_limit(void **state)
{
	struct arena a = { .limit = 1024 };

	(void)state;
	assert_non_null(arena_alloc(&a, 1000));
	assert_null(arena_alloc(&a, 64));
	assert_null(arena_array(&a, SIZE_MAX / 2, 4));
	arena_fini(&a);

	char *s = arena_printf(&a, "%s-%d", "x", 7);

	assert_string_equal(s, "x-7");
	arena_fini(&a);
}

static void numbers_are_whole(void **state)
{
	uint64_t v = 0;

	(void)state;
	assert_true(str_to_u64("0x10", 100, &v));
	assert_int_equal(v, 16);
	assert_false(str_to_u64("101", 100, &v));
	assert_false(str_to_u64("1x", 100, &v));
	assert_false(str_to_u64("-1", UINT64_MAX, &v));
	assert_false(str_to_u64("", 100, &v));
	assert_false(str_to_u64("99999999999999999999", UINT64_MAX, &v));
}

static void files_are_replaced_whole(void **state)
{
	struct diag d = { 0 };
	char *dir = NULL, *path = NULL;
	struct bytes b = { 0 };

	(void)state;
	assert_int_equal(dir_temp("test", &dir, &d), 0);
	assert_true(asprintf(&path, "%s/a/b/f", dir) > 0);
	assert_int_equal(file_write(path, "x", 1, 0644, &d), -ENOENT);
	*strrchr(path, '/') = 0;
	d = (struct diag){ 0 };
	assert_int_equal(dir_make(path, &d), 0);
	path[strlen(path)] = '/';
	assert_int_equal(file_write(path, "old", 3, 0644, &d), 0);
	assert_int_equal(file_write(path, "new", 3, 0600, &d), 0);
	assert_int_equal(file_read(path, 2, &b, &d), -EFBIG);
	d = (struct diag){ 0 };
	assert_int_equal(file_read(path, 3, &b, &d), 0);
	assert_string_equal((char *)b.p, "new");
	bytes_fini(&b);
	assert_int_equal(tree_remove(dir, &d), 0);
	assert_false(path_exists(dir));
	free(path);
	free(dir);
}

static void collect(void *arg, const char *line)
{
	text_addf(arg, "[%s]", line);
}

static void longest_line(void *arg, const char *line)
{
	size_t *longest = arg, n = strlen(line);

	*longest = n > *longest ? n : *longest;
}

static void interrupt(void *arg, const char *line)
{
	unsigned *lines = arg;

	(void)line;
	if (++*lines == 1000)
		assert_int_equal(raise(SIGTERM), 0);
	assert_in_range(*lines, 0, 1000000);
}

/* One that prints for ever gives read(2) no chance to be interrupted. */
static void children_are_interrupted(void **state)
{
	static const char *const argv[] = { "yes", NULL };
	struct diag d = { 0 };
	unsigned lines = 0;
	int status = -1;

	(void)state;
	child_catch_signals();
	assert_int_equal(child_run(argv, NULL, interrupt, &lines, &status,
				   &d), -EINTR);
	assert_int_equal(child_interrupted(), SIGTERM);
}

static void interrupt_at_once(void *arg, const char *line)
{
	(void)arg;
	(void)line;
	(void)raise(SIGTERM);
}

/* One that is asked to end puts away what it began, and so does its child. */
static void children_tidy_up(void **state)
{
	_cleanup_free_ char *dir = NULL;

	(void)state;
	assert_int_equal(dir_temp("test", &dir, NULL), 0);

	const char *const argv[] = {
		"sh", "-c",
		"sh -c 'trap \"rmdir $0; exit\" TERM; echo; while sleep 0.1; do :; done' \"$0\"; true",
		dir, NULL
	};
	int status;
	pid_t pid = fork();

	if (!pid) {
		child_catch_signals();
		_exit(-child_run(argv, NULL, interrupt_at_once, NULL, &status,
				 NULL));
	}
	assert_true(pid > 0);
	assert_int_equal(child_wait(pid), EINTR);
	assert_false(path_exists(dir));
}

/* nohup(1) wants that. */
static void ignored_hangup(void **state)
{
	struct sigaction was;

	(void)state;
	assert_true(signal(SIGHUP, SIG_IGN) != SIG_ERR);
	child_catch_signals();
	assert_int_equal(sigaction(SIGHUP, NULL, &was), 0);
	assert_true(was.sa_handler == SIG_IGN);
}

/* What a child leaves behind with its output counts, too. */
static void children_have_a_limit(void **state)
{
	static const char *const argv[] = { "sh", "-c", "sleep 60 & echo; true",
					    NULL };
	const struct child_setup s = { .limit_ms = 100 };
	struct diag d = { 0 };
	size_t longest = 0;
	int status = -1;

	(void)state;
	assert_int_equal(child_run(argv, &s, longest_line, &longest, &status,
				   &d), -ETIMEDOUT);
	assert_int_equal(d.err, 0);
}

/* A program that never ends its line does not take all memory. */
static void children_without_lines(void **state)
{
	static const char *const argv[] = {
		"sh", "-c", "head -c 3000000 /dev/zero | tr '\\0' a", NULL
	};
	struct diag d = { 0 };
	size_t longest = 0;
	int status = -1;

	(void)state;
	assert_int_equal(child_run(argv, NULL, longest_line, &longest,
				   &status, &d), 0);
	assert_int_equal(status, 0);
	assert_in_range(longest, 4096, 100000);
}

static void children_report(void **state)
{
	struct diag d = { 0 };
	struct text t = { 0 };
	int status = -1;
	const char *const ok[] = { "sh", "-c", "echo a; echo b >&2; exit 3",
				   NULL };
	const char *const none[] = { "no-such-program-here", NULL };

	(void)state;
	assert_int_equal(child_run(ok, NULL, collect, &t, &status, &d), 0);
	assert_int_equal(status, 3);
	assert_string_equal(text_str(&t), "[a][b]");
	assert_int_equal(child_run(none, NULL, NULL, NULL, &status, &d),
			 -ENOENT);
	text_fini(&t);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(diag_first_error_wins),
		cmocka_unit_test(diag_in_nothing),
		cmocka_unit_test(hint_with_failure),
#ifndef LKM_STATIC
		cmocka_unit_test(libraries),
#endif
		cmocka_unit_test(string_tables),
		cmocka_unit_test(span_stays_inside),
		cmocka_unit_test(arena_keeps_its_limit),
		cmocka_unit_test(numbers_are_whole),
		cmocka_unit_test(files_are_replaced_whole),
		cmocka_unit_test(children_report),
		cmocka_unit_test(children_without_lines),
		cmocka_unit_test(children_have_a_limit),
		cmocka_unit_test(children_tidy_up),
		cmocka_unit_test(ignored_hangup),
		/* The last one: a signal that came stays. */
		cmocka_unit_test(children_are_interrupted),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
