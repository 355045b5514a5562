/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * src/lab/slim.c: only debug information is left out, and only from files that
 * are whole and not signed. The object comes from the compiler at hand.
 */
#include <elf.h>
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/child.h"
#include "base/file.h"
#include "lab/slim.h"

static const char source[] =
	"char m[1024] __attribute__((section(\".gnu.linkonce.this_module\")));\n"
	"const char i[] __attribute__((section(\".modinfo\"))) = \"name=x\";\n"
	"int f(int a) { return a + m[a]; }\n";

/* A small object with DWARF, read; *dir is removed by the caller. */
static struct ko *object(char **dir)
{
	char *c = NULL, *o = NULL;
	struct ko *ko = NULL;
	int status = -1;

	assert_int_equal(dir_temp("slim", dir, NULL), 0);
	assert_true(asprintf(&c, "%s/x.c", *dir) > 0);
	assert_true(asprintf(&o, "%s/x.ko", *dir) > 0);
	assert_int_equal(file_write(c, source, sizeof(source) - 1, 0644, NULL),
			 0);

	const char *const argv[] = { "gcc", "-g", "-O2", "-c", "-o", o, c,
				     NULL };

	assert_int_equal(child_run(argv, NULL, NULL, NULL, &status, NULL), 0);
	assert_int_equal(status, 0);
	assert_int_equal(ko_open_module(o, &ko, NULL), 0);
	free(c);
	free(o);
	return ko;
}

static void only_debug_is_left_out(void **state)
{
	char *dir = NULL;
	struct ko *a = object(&dir), *b = NULL;
	struct bytes slim = { 0 };
	uint64_t gone = 0;

	(void)state;
	assert_int_equal(lab_slim(a, &slim), 0);
	assert_true(slim.n < a->image.n);
	assert_int_equal(ko_open_bytes("slim", &slim, &b, NULL), 0);
	assert_int_equal(ko_check_module(b, NULL), 0);
	assert_int_equal(a->nsh, b->nsh);
	for (uint32_t i = 1; i < a->nsh; i++) {
		struct ko_section x, y;

		assert_true(ko_section(a, i, &x));
		assert_true(ko_section(b, i, &y));
		assert_string_equal(x.name, y.name);
		assert_int_equal(x.type, y.type);
		assert_int_equal(x.flags, y.flags);
		assert_int_equal(x.link, y.link);
		assert_int_equal(x.info, y.info);
		assert_true(y.offset + (y.type == SHT_NOBITS ? 0 : y.size) <=
			    b->image.n);
		if (strstr(x.name, ".debug_")) {
			gone += x.size;
			assert_int_equal(y.size, 0);
			continue;
		}
		assert_int_equal(x.bytes.n, y.bytes.n);
		assert_memory_equal(x.bytes.n ? x.bytes.p : y.bytes.p,
				    y.bytes.p, x.bytes.n);
		if (y.bytes.n && y.addralign)
			assert_int_equal(y.offset % y.addralign, 0);
	}
	assert_true(gone > 0);
	(void)ko_close(a);
	(void)ko_close(b);
	assert_int_equal(tree_remove(dir, NULL), 0);
	free(dir);
}

/* The kernel is to see these as they are. */
static void others_stay_as_they_are(void **state)
{
	char *dir = NULL;
	struct ko *a = object(&dir), *b = NULL;
	struct bytes copy = { malloc(a->image.n + 64), a->image.n };
	struct bytes slim = { 0 };
	static const char marker[] = KO_SIG_MARKER;

	(void)state;
	assert_non_null(copy.p);

	/* Cut short: the section table is gone. */
	memcpy(copy.p, a->image.p, copy.n);
	assert_int_equal(ko_open_span("cut", (struct span){ copy.p, copy.n / 2 },
				      &b, NULL),
			 0);
	assert_int_equal(lab_slim(b, &slim), -ENODATA);
	(void)ko_close(b);

	/* Signed, or what looks like it. */
	memcpy(copy.p + copy.n, marker, sizeof(marker) - 1);
	assert_int_equal(ko_open_span("signed",
				      (struct span){ copy.p,
						     copy.n + sizeof(marker) -
							     1 },
				      &b, NULL),
			 0);
	assert_int_equal(lab_slim(b, &slim), -ENODATA);
	(void)ko_close(b);

	/* Without debug information there is nothing to do. */
	assert_int_equal(lab_slim(a, &slim), 0);
	assert_int_equal(ko_open_bytes("slim", &slim, &b, NULL), 0);
	assert_int_equal(lab_slim(b, &slim), -ENODATA);
	(void)ko_close(b);
	(void)ko_close(a);
	bytes_fini(&copy);
	assert_int_equal(tree_remove(dir, NULL), 0);
	free(dir);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(only_debug_is_left_out),
		cmocka_unit_test(others_stay_as_they_are),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
