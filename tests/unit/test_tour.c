/* SPDX-License-Identifier: GPL-2.0-or-later */
/* src/tour: steps from Markdown, claims against output, progress. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/file.h"
#include "base/text.h"
#include "tour/lesson.h"
#include "tour/match.h"
#include "tour/progress.h"

static int parse(const char *text, struct tour_step *s, struct diag *d)
{
	*d = (struct diag){ 0 };
	return tour_step_parse("01-x", "/nowhere", text, strlen(text), s, d);
}

static void a_step(void **state)
{
	static const char text[] =
		"# A *title*\n\nProse.\n\n* a list\n\n"
		"```c file=a.c\n```\n"
		"```run needs=cmd:cc show=3\nmake\n```\n"
		"```expect status=1\nno\n```\n"
		"More.\n\n"
		"```guest modules=a,b append=\"x=1 y=2\"\nls\n```\n"
		"```c\nint x;\n```\n"
		"```check\nlkm try x.c\n```\n"
		"```expect needs=before:5.11 needs=cmd:cc\nOK\n```\n"
		"```expect\nPASS\n```\n"
		"```hint\nh\n```\n```answer\na\n```\n";
	static const enum tour_kind kinds[] = {
		TOUR_PROSE, TOUR_SOURCE, TOUR_RUN,    TOUR_EXPECT,
		TOUR_PROSE, TOUR_GUEST,	 TOUR_TEXT,   TOUR_CHECK,
		TOUR_EXPECT, TOUR_EXPECT, TOUR_HINT,  TOUR_ANSWER,
	};
	struct tour_step s;
	struct diag d;

	(void)state;
	assert_int_equal(parse(text, &s, &d), 0);
	assert_string_equal(s.title, "A ");
	assert_int_equal(s.n, ARRAY_SIZE(kinds));
	for (size_t i = 0; i < s.n; i++)
		assert_int_equal(s.blocks[i].kind, kinds[i]);
	assert_string_equal(tour_attr(&s.blocks[1], "file"), "a.c");
	assert_string_equal(tour_attr(&s.blocks[2], "needs"), "cmd:cc");
	assert_string_equal(tour_attr(&s.blocks[3], "status"), "1");
	assert_string_equal(tour_attr(&s.blocks[5], "append"), "x=1 y=2");
	assert_null(tour_attr(&s.blocks[5], "status"));
	assert_int_equal(s.blocks[2].line, 9);
	assert_true(tour_has(&s, TOUR_CHECK));
	tour_step_fini(&s);
}

/* Each is refused, with the line and with words that say why. */
static void slips(void **state)
{
	static const struct {
		const char *text, *where, *what;
	} bad[] = {
		{ "", "01-x/step.md:1", "title" },
		{ "no title\n", "01-x/step.md:1", "title" },
		{ "# T\n```rum\nx\n```\n", "step.md:2", "'rum'" },
		{ "# T\n```run\n```\n", "step.md:2", "no command" },
		{ "# T\n```expect\nx\n```\n", "step.md:2", "behind the run" },
		{ "# T\n```run\nx\n```\nand\n```expect\nx\n```\n",
		  "step.md:6", "behind the run" },
		{ "# T\n```run\nx\n```\n```expect\na\n```\n```expect\nb\n```\n",
		  "step.md:8", "behind the run" },
		{ "# T\n```run\nx\n```\n```expect needs=before:5.1\na\n```\n",
		  "step.md:5", "another one behind it" },
		{ "# T\n```run\nx\n```\n```expect needs=before:5.1\na\n```\nAnd.\n",
		  "step.md:5", "another one behind it" },
		{ "# T\n```run needs=befor:5.1\nx\n```\n", "step.md:2",
		  "needs=befor:5.1, wanted KIND:WHAT" },
		{ "# T\n```run needs=cmd\nx\n```\n", "step.md:2", "KIND" },
		{ "# T\n```run needs=before:new\nx\n```\n", "step.md:2",
		  "a version" },
		{ "# T\n```run status=1\nx\n```\n", "step.md:2", "'status'" },
		{ "# T\n```run now\nx\n```\n", "step.md:2", "'now'" },
		{ "# T\n```run needs=\"x\nx\n```\n", "step.md:2", "NAME=VALUE" },
		{ "# T\n```c file=../x\n```\n", "step.md:2", "of this folder" },
		{ "# T\n```c file=/etc/passwd\n```\n", "step.md:2", "folder" },
		{ "# T\n```c file=.hidden\n```\n", "step.md:2", "folder" },
		{ "# T\n```c file=a.c\nint x;\n```\n", "step.md:2", "own" },
	};
	struct tour_step s;
	struct diag d;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
		assert_int_equal(parse(bad[i].text, &s, &d), -EINVAL);
		assert_non_null(strstr(d.where, bad[i].where));
		assert_non_null(strstr(d.what, bad[i].what));
	}
}

/* Deep, wide, cut short: parsed or refused, soon. */
static void hostile(void **state)
{
	_cleanup_text_ struct text t = { 0 };
	struct tour_step s;
	struct diag d;

	(void)state;
	text_add(&t, "# T\n");
	for (int i = 0; i < 20000; i++)
		text_add(&t, "> ");
	text_add(&t, "deep\n");
	if (parse(text_str(&t), &s, &d) == 0)
		tour_step_fini(&s);
	t.n = 0;
	text_add(&t, "# T\n");
	for (int i = 0; i < 1001; i++)
		text_add(&t, "```c\n```\n");
	assert_int_equal(parse(text_str(&t), &s, &d), -EINVAL);
	assert_non_null(strstr(d.what, "more than 1000 blocks"));
	assert_int_equal(parse("# T\n```run\nx", &s, &d), 0);
	tour_step_fini(&s);
}

static bool fits(const char *pattern, const char *line)
{
	return tour_match_line(pattern, strlen(pattern), line, strlen(line));
}

static void patterns(void **state)
{
	(void)state;
	assert_true(fits("abc", "xabcx"));
	assert_false(fits("abc", "abxc"));
	assert_true(fits("a b", "xa \t  bx"));
	assert_false(fits("a b", "ab"));
	assert_true(fits("  a", "a"));
	assert_true(fits("user ... 0 - Live", "user 16384 0 - Live 0xc0"));
	assert_false(fits("user ... 1 - Live", "user 16384 0 - Live 0xc0"));
	assert_true(fits("[permanent], (OE)", "x [permanent], (OE)"));
	assert_true(fits("...", ""));
	assert_true(fits("a...c", "abc"));
	assert_true(fits("a ... a", "a b a"));
	assert_false(fits("aa...aa", "aaa"));
	assert_true(fits("aab", "aaab"));
	assert_false(fits("a", ""));
}

static void count(void *arg, const char *pattern)
{
	struct text *t = arg;

	text_addf(t, "%s|", pattern);
}

static void blocks(void **state)
{
	static const struct tour_var vars[] = { { "release", "6.1" },
						{ NULL, NULL } };
	static const struct {
		const char *patterns, *output, *bad;
		int n;
	} v[] = {
		{ "a\nb\n", "a\nb\n", "", 2 },
		{ "b\na\n", "a\nb\n", "a|", 2 },
		{ "a\na\n", "a\n", "", 2 },
		{ "! c\n", "a\nb\n", "", 1 },
		{ "! b\n", "a\nb\n", "! b|", 1 },
		{ "\n\n  \n", "a\n", "", 0 },
		{ "in {release}.\n", "in 6.1.\n", "", 1 },
		{ "{other}\n", "{other}\n", "", 1 },
		{ "{release\n", "{release\n", "", 1 },
		{ "x\ny\n", "", "x|y|", 2 },
		{ "last", "the last", "", 1 },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(v); i++) {
		_cleanup_text_ struct text bad = { 0 };

		assert_int_equal(tour_match(v[i].patterns, v[i].output, vars,
					    count, &bad),
				 v[i].n);
		assert_string_equal(text_str(&bad), v[i].bad);
	}
}

/* Two terminals: what the one has done is not undone by the other. */
static void progress_of_two(void **state)
{
	char dir[] = "/tmp/lkm-tour.XXXXXX";
	struct tour_progress a = { 0 }, b = { 0 };
	struct diag d = { 0 };

	(void)state;
	assert_non_null(mkdtemp(dir));
	assert_int_equal(setenv("XDG_STATE_HOME", dir, 1), 0);
	assert_int_equal(tour_progress_load(&a, &d), 0);
	assert_int_equal(tour_progress_load(&b, &d), 0);
	tour_progress_of(&a, "01-a")->mark = TOUR_DONE;
	tour_progress_of(&a, "02-b")->hints = 3;
	assert_int_equal(tour_progress_save(&a, &d), 0);
	tour_progress_of(&b, "01-a")->mark = TOUR_READ;
	tour_progress_of(&b, "03-c")->mark = TOUR_DONE;
	assert_int_equal(tour_progress_save(&b, &d), 0);
	assert_int_equal(tour_progress_load(&a, &d), 0);
	assert_int_equal(tour_progress_of(&a, "01-a")->mark, TOUR_DONE);
	assert_int_equal(tour_progress_of(&a, "02-b")->hints, 3);
	assert_int_equal(tour_progress_of(&a, "03-c")->mark, TOUR_DONE);
	assert_int_equal(tree_remove(dir, &d), 0);
}

static void closest(void **state)
{
	static const char output[] = "greet.ko in Linux 6.1.0\n"
				     "  <6> hello from greet_init\n"
				     "  <6> bye from greet_exit\n"
				     "greet.c: In function 'greet, 1':\n"
				     "  <6> greet: who, 1\n"
				     "FAIL greet.ko";
	static const struct {
		const char *pattern, *line;
	} v[] = {
		{ "<6> greet: hello from greet_init",
		  "  <6> hello from greet_init" },
		{ "PASS greet.ko", "FAIL greet.ko" },
		{ "greet: who=1", "  <6> greet: who, 1" },
		{ "FAIL greet.ko", "FAIL greet.ko" },
		{ "EINVAL", NULL },
		{ "...", NULL },
		{ "", NULL },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(v); i++) {
		size_t n = 0;
		const char *l = tour_match_closest(v[i].pattern, output, &n);

		assert_int_equal(!l, !v[i].line);
		if (!l)
			continue;
		assert_int_equal(n, strlen(v[i].line));
		assert_memory_equal(l, v[i].line, n);
	}
	size_t n;

	assert_null(tour_match_closest("word", "", &n));
}

static void progress(void **state)
{
	char dir[] = "/tmp/lkm-unit.XXXXXX";
	static const char junk[] =
		"01-a read 2\n\nnonsense\n02-b done 0\n03-c other 1\n"
		"\xff\xfe\n02-b done 1000000\ncurrent 02-b\n";
	struct tour_progress p = { 0 };
	_cleanup_free_ char *path = NULL;
	struct diag d = { 0 };

	(void)state;
	assert_non_null(mkdtemp(dir));
	assert_int_equal(setenv("XDG_STATE_HOME", dir, 1), 0);
	assert_int_equal(tour_progress_load(&p, &d), 0);
	assert_int_equal(p.n, 0);
	assert_int_not_equal(asprintf(&path, "%s/lkm/tour/progress", dir), -1);
	assert_int_equal(file_write(path, junk, sizeof(junk) - 1, 0644, &d), 0);
	for (int i = 0; i < 2; i++) {
		assert_int_equal(tour_progress_load(&p, &d), 0);
		assert_int_equal(tour_progress_of(&p, "01-a")->mark, TOUR_READ);
		assert_int_equal(tour_progress_of(&p, "01-a")->hints, 2);
		assert_int_equal(tour_progress_of(&p, "02-b")->mark, TOUR_DONE);
		assert_int_equal(tour_progress_of(&p, "03-c")->mark, TOUR_NEW);
		assert_string_equal(p.current, "02-b");
		assert_int_equal(tour_progress_save(&p, &d), 0);
	}
	for (int i = 0; i < 200; i++) {
		char name[16];

		(void)snprintf(name, sizeof(name), "s%d", i);
		(void)tour_progress_of(&p, name);
	}
	assert_int_equal(p.n, ARRAY_SIZE(p.v));
	assert_int_equal(tree_remove(dir, NULL), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_step),   cmocka_unit_test(slips),
		cmocka_unit_test(hostile),  cmocka_unit_test(patterns),
		cmocka_unit_test(blocks),   cmocka_unit_test(closest),
		cmocka_unit_test(progress), cmocka_unit_test(progress_of_two),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
