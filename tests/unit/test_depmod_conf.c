/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Reading depmod.d. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "base/file.h"
#include "base/text.h"
#include "conf/depmod_conf.h"

static char file[] = "/tmp/lkm-test-depmod-conf.XXXXXX";

static int set_up(void **state)
{
	(void)state;
	memcpy(file + sizeof(file) - 7, "XXXXXX", 6);

	int fd = mkstemp(file);

	return fd < 0 ? -1 : close(fd);
}

static int tear_down(void **state)
{
	(void)state;
	return unlink(file);
}

static void hear(void *arg, int prio, const char *text)
{
	(void)prio;
	text_addf(arg, "%s\n", text + strlen(file));
}

static struct text hints;

static void hear_hint(void *arg, const char *text)
{
	(void)arg;
	text_addf(&hints, "%s\n", text + strlen(file));
}

static void read_conf(const char *text, struct depmod_conf *c,
		      struct text *said)
{
	const char *const paths[] = { file, NULL };
	struct depmod_conf_from from = { .paths = paths, .version = "6.1.0",
					 .say = hear, .hint = hear_hint,
					 .arg = said };

	assert_int_equal(file_write(file, text, strlen(text), 0600, NULL), 0);
	assert_int_equal(depmod_conf_read(&from, c, NULL), 0);
}

static void every_keyword(void **state)
{
	_cleanup_depmod_conf_ struct depmod_conf c = { 0 };
	_cleanup_text_ struct text said = { 0 };

	(void)state;
	read_conf("# comment\nsearch weird extra \\\n  built-in\nsearch external\n"
		  "override a-b 6.[01] extra\noverride c 6.2 extra\n"
		  "external * /x\nexternal ^1 /y\nexclude .git build\n"
		  "include z\nmake_map_files no\nfacts yes\nfacts no\n",
		  &c, &said);
	assert_int_equal(c.n_searches, 4);
	assert_string_equal(c.searches[0].dir, "weird");
	assert_int_equal(c.searches[2].kind, DEPMOD_SEARCH_BUILTIN);
	assert_int_equal(c.searches[3].kind, DEPMOD_SEARCH_EXTERNAL);
	assert_int_equal(c.n_overrides, 1);
	assert_string_equal(c.overrides[0].module, "a-b");
	assert_int_equal(c.n_externals, 1);
	assert_string_equal(c.externals[0], "/x");
	assert_int_equal(c.n_excludes, 2);
	assert_string_equal(c.excludes[1], "build");
	assert_true(c.no_facts);
	assert_string_equal(text_str(&said),
			    ":10: command not implemented yet\n"
			    ":11: command not implemented yet\n");
}

static void bad_lines_are_told(void **state)
{
	_cleanup_depmod_conf_ struct depmod_conf c = { 0 };
	_cleanup_text_ struct text said = { 0 };

	(void)state;
	read_conf("foo bar\noverride x\noverride a b\nexternal\nexternal x\n"
		  "override q [ d\nfacts\nfacts maybe\nfacts no x",
		  &c, &said);
	assert_string_equal(
		text_str(&said),
		":1: ignoring bad line starting with 'foo'\n"
		":2: ignoring bad line starting with 'override'\n"
		":3: ignoring bad line starting with 'override'\n"
		":4: ignoring bad line starting with 'external'\n"
		":5: ignoring bad line starting with 'external'\n"
		":6: '[' is no regular expression, the line fits no version\n"
		":7: ignoring bad line starting with 'facts'\n"
		":8: ignoring bad line starting with 'facts'\n"
		":9: ignoring bad line starting with 'facts'\n");
	assert_non_null(strstr(text_str(&hints),
			       ":1: wanted: a line that begins with search, "));
	assert_non_null(strstr(text_str(&hints),
			       ":3: wanted: override MODULE VERSION FOLDER\n"));
	assert_non_null(strstr(text_str(&hints),
			       ":6: wanted: '*', or an extended regular "));
	text_fini(&hints);
	assert_false(c.no_facts);
	assert_int_equal(c.n_overrides, 0);
	assert_int_equal(c.n_searches, 2);
	assert_string_equal(c.searches[0].dir, "updates");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(every_keyword, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(bad_lines_are_told, set_up,
						tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
