/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * src/lab/symbol: from addresses to functions and lines.
 *
 * The object is made here by the host's compiler. Labels in it say where an
 * instruction is, so that the tests need not know any compiler's code.
 */
#include <dirent.h>
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/child.h"
#include "base/file.h"
#include "base/text.h"
#include "lab/symbol.h"

/* libdw loses a few bytes where its input is damaged. */
const char *__lsan_default_suppressions(void);
const char *__lsan_default_suppressions(void)
{
	return "leak:libdw\nleak:libelf\n";
}

static const char header[] =
	"static inline __attribute__((always_inline)) void leaf(void)\n"
	"{\n"
	"	__asm__ volatile(\"in_header: nop\");\n"  /* 3 */
	"}\n"
	"static inline __attribute__((always_inline)) void middle(void)\n"
	"{\n"
	"	leaf();\n"                                /* 7 */
	"}\n";

static const char source[] =
	"#include \"a.h\"\n"
	"int outer(void);\n"
	"static inline __attribute__((always_inline)) void own(void)\n"
	"{\n"
	"	__asm__ volatile(\"in_own: nop\");\n"       /* 5 */
	"}\n"
	"int outer(void)\n"
	"{\n"
	"	__asm__ volatile(\"first: nop\");\n"        /* 9 */
	"	__asm__ volatile(\"second: nop\");\n"       /* 10 */
	"	middle();\n"                              /* 11 */
	"	own();\n"                                 /* 12 */
	"	return 0;\n"
	"}\n"
	"int start(void);\n"
	"__attribute__((section(\".init.text\"))) int start(void)\n"
	"{\n"
	"#ifdef __x86_64__\n"
	"	__asm__ volatile(\"nop; nop; nop; nop\");\n"
	"	__asm__ volatile(\"call outer\\ncalled: nop\");\n" /* 20 */
	"#endif\n"
	"	__asm__ volatile(\"third: nop\");\n"        /* 22 */
	"	return 0;\n"
	"}\n"
	"__attribute__((alias(\"start\"))) int init_module(void);\n";

static char *dir;

static char *in_dir(const char *name)
{
	char *p;

	if (asprintf(&p, "%s/%s", dir, name) < 0)
		abort();
	return p;
}

static int start_all(void **state)
{
	(void)state;
	if (dir_temp("symbol", &dir, NULL) < 0)
		return -1;

	_cleanup_free_ char *h = in_dir("a.h"), *c = in_dir("a.c");

	return file_write(h, header, strlen(header), 0644, NULL) < 0 ||
	       file_write(c, source, strlen(source), 0644, NULL) < 0;
}

static int end_all(void **state)
{
	(void)state;
	(void)!tree_remove(dir, NULL);
	free(dir);
	return 0;
}

/* Compiles with @flag; NULL if the compiler does not know it. */
static struct ko *compile(const char *flag)
{
	const char *cc = getenv("CC");
	_cleanup_free_ char *line = NULL, *o = in_dir("a.o");
	struct ko *ko = NULL;
	struct diag d = { 0 };

	if (asprintf(&line, "cd '%s' && %s -O2 -fno-pie -c %s -o a.o a.c "
		     ">log 2>&1", dir, cc && *cc ? cc : "cc", flag) < 0)
		abort();

	int status;
	const char *const argv[] = { "sh", "-c", line, NULL };
	struct child_setup s = { .no_input = true };

	if (child_run(argv, &s, NULL, NULL, &status, &d) < 0 || status)
		return NULL;

	struct bytes b = { 0 };

	assert_int_equal(file_read(o, 1 << 24, &b, &d), 0);
	assert_int_equal(ko_open_bytes("a.o", &b, &ko, &d), 0);
	return ko;
}

static uint64_t offset_of(const struct ko *ko, const char *label,
			  const char *function)
{
	struct ko_symbol l, f;

	assert_true(ko_find_symbol(ko, label, &l));
	assert_true(ko_find_symbol(ko, function, &f));
	assert_int_equal(l.shndx, f.shndx);
	return l.value - f.value;
}

static void place_is(const struct lab_place *p, const char *file,
		     unsigned line)
{
	if (!file) {
		assert_null(p->file);
		return;
	}
	assert_non_null(p->file);
	assert_string_equal(path_base(p->file), file);
	assert_int_equal(p->line, line);
}

/* Where a label is, asked as the frame of an oops. */
static struct lab_place ask(struct lab_symbols *s, const struct ko *ko,
			    const char *label, const char *function,
			    bool is_return, struct arena *a)
{
	struct lab_place p = { 0 };
	uint64_t off = offset_of(ko, label, function);
	struct diag d = { 0 };

	assert_int_equal(lab_symbols_function(s, function, off, is_return, a,
					      &p, &d), 0);
	assert_string_equal(p.function, function);
	assert_int_equal(p.offset, off);
	return p;
}

static void lines_with(const char *flag)
{
	_cleanup_ko_ struct ko *ko = compile(flag);
	_cleanup_lab_symbols_ struct lab_symbols *s = NULL;
	_cleanup_arena_ struct arena a = { 0 };
	struct lab_place p;

	if (!ko)
		skip();
	assert_int_equal(lab_symbols_open(ko, &s, NULL), 0);
	p = ask(s, ko, "first", "outer", false, &a);
	place_is(&p, "a.c", 9);
	assert_null(p.inlined);
	/* As the compiler was told: in its folder. */
	assert_true(str_starts(p.file, dir) || !strchr(p.file, '/'));
	p = ask(s, ko, "second", "outer", false, &a);
	place_is(&p, "a.c", 10);
	p = ask(s, ko, "second", "outer", true, &a);
	place_is(&p, "a.c", 9);
	p = ask(s, ko, "third", "start", false, &a);
	place_is(&p, "a.c", 22);
	/* Two functions of the header: the author's line counts. */
	p = ask(s, ko, "in_header", "outer", false, &a);
	place_is(&p, "a.c", 11);
	assert_string_equal(p.inlined, "leaf");
	assert_string_equal(path_base(p.inlined_file), "a.h");
	assert_int_equal(p.inlined_line, 3);
	/* One of the author's own: there. */
	p = ask(s, ko, "in_own", "outer", false, &a);
	place_is(&p, "a.c", 5);
	assert_string_equal(p.inlined, "own");
	assert_int_equal(p.inlined_line, 5);
}

static void dwarf5(void **state)
{
	(void)state;
	lines_with("-gdwarf-5");
}

static void dwarf4(void **state)
{
	(void)state;
	lines_with("-gdwarf-4");
}

static void compressed(void **state)
{
	(void)state;
	lines_with("-g -gz");
}

static void without_debug_information(void **state)
{
	_cleanup_ko_ struct ko *ko = compile("-g0");
	_cleanup_lab_symbols_ struct lab_symbols *s = NULL;
	_cleanup_arena_ struct arena a = { 0 };
	struct lab_place p;

	(void)state;
	if (!ko)
		skip();
	assert_int_equal(lab_symbols_open(ko, &s, NULL), 0);
	p = ask(s, ko, "first", "outer", false, &a);
	place_is(&p, NULL, 0);
	assert_int_equal(p.line, 0);
}

static void unknown_functions(void **state)
{
	_cleanup_ko_ struct ko *ko = compile("-g");
	_cleanup_lab_symbols_ struct lab_symbols *s = NULL;
	_cleanup_arena_ struct arena a = { 0 };
	struct lab_place p = { 0 };

	(void)state;
	if (!ko)
		skip();
	assert_int_equal(lab_symbols_open(ko, &s, NULL), 0);
	assert_int_equal(lab_symbols_function(s, "nobody", 3, true, &a, &p,
					      NULL), 0);
	assert_string_equal(p.function, "nobody");
	assert_int_equal(p.offset, 3);
	assert_null(p.file);
	assert_int_equal(lab_symbols_function(s, "outer", UINT64_MAX, false,
					      &a, &p, NULL), 0);
	assert_null(p.file);
	assert_int_equal(lab_symbols_function(s, "outer", 0, true, &a, &p,
					      NULL), 0);
	place_is(&p, "a.c", p.line);

	struct arena none = { .limit = 8 };

	assert_int_equal(lab_symbols_function(s, "outer", 0, true, &none, &p,
					      NULL), -ENOMEM);
}

static void addresses(void **state)
{
	static const struct lab_section_at at[] = {
		{ "nosuch", 0xffffffffc0200000 },
		{ ".text", 0xffffffffc0201000 },
		{ ".init.text", 0xffffffffc0206000 },
	};
	_cleanup_ko_ struct ko *ko = compile("-g");
	_cleanup_lab_symbols_ struct lab_symbols *s = NULL;
	_cleanup_arena_ struct arena a = { 0 };
	struct lab_place p = { 0 };
	struct ko_symbol sym;

	(void)state;
	if (!ko)
		skip();
	assert_int_equal(lab_symbols_open(ko, &s, NULL), 0);
	assert_true(ko_find_symbol(ko, "second", &sym));
	assert_int_equal(lab_symbols_address(s, at[1].address + sym.value, at,
					     ARRAY_SIZE(at), true, &a, &p,
					     NULL), 0);
	place_is(&p, "a.c", 9);
	assert_string_equal(p.function, "outer");
	assert_int_equal(p.offset, offset_of(ko, "second", "outer"));

	assert_true(ko_find_symbol(ko, "third", &sym));
	assert_int_equal(lab_symbols_address(s, at[2].address + sym.value, at,
					     ARRAY_SIZE(at), false, &a, &p,
					     NULL), 0);
	place_is(&p, "a.c", 22);
	/* Not "init_module", which is the same place. */
	assert_string_equal(p.function, "start");

	static const uint64_t outside[] = { 0, 0xffffffffc0200000,
					    0xffffffffc0207000, UINT64_MAX };

	for (size_t i = 0; i < ARRAY_SIZE(outside); i++) {
		assert_int_equal(lab_symbols_address(s, outside[i], at,
						     ARRAY_SIZE(at), false, &a,
						     &p, NULL), 0);
		assert_null(p.function);
		assert_null(p.file);
	}
}

/* Init failed, nobody saw the sections: the call before it tells. */
static void addresses_of_the_unlisted(void **state)
{
#ifndef __x86_64__
	(void)state;
	skip();
#else
	_cleanup_ko_ struct ko *ko = compile("-g");
	_cleanup_lab_symbols_ struct lab_symbols *s = NULL;
	_cleanup_arena_ struct arena a = { 0 };
	struct lab_place p = { 0 };
	struct ko_symbol sym;

	(void)state;
	if (!ko)
		skip();
	assert_int_equal(lab_symbols_open(ko, &s, NULL), 0);
	assert_true(ko_find_symbol(ko, "called", &sym));
	assert_int_equal(lab_symbols_address(s, 0xffffffffc0206000 + sym.value,
					     NULL, 0, true, &a, &p, NULL), 0);
	place_is(&p, "a.c", 20);
	assert_string_equal(p.function, "start");

	/* Its relocation says whom it calls; what is before has none. */
	uint64_t off = offset_of(ko, "called", "start");
	const char *callee = lab_symbols_callee(s, "start", off);

	assert_non_null(callee);
	assert_string_equal(callee, "outer");
	assert_null(lab_symbols_callee(s, "start", off - 5));
	assert_null(lab_symbols_callee(s, "start", 0));
	assert_null(lab_symbols_callee(s, "start", UINT64_MAX));
	assert_null(lab_symbols_callee(s, "nobody", off));
	/* No return address, so it may be in either section: no guess. */
	assert_int_equal(lab_symbols_address(s, 0xffffffffc0206001, NULL, 0,
					     false, &a, &p, NULL), 0);
	assert_null(p.function);
	/* Behind no call at all. */
	assert_int_equal(lab_symbols_address(s, 0xffffffffc0206001, NULL, 0,
					     true, &a, &p, NULL), 0);
	assert_null(p.function);
#endif
}

static size_t open_files(void)
{
	DIR *d = opendir("/proc/self/fd");
	size_t n = 0;

	if (!d)
		return 0;
	while (readdir(d))
		n++;
	(void)closedir(d);
	return n;
}

static uint64_t next_random(uint64_t *seed)
{
	*seed ^= *seed << 13;
	*seed ^= *seed >> 7;
	*seed ^= *seed << 17;
	return *seed;
}

/* Asks for everything; whatever the answer, it ends. */
static void ask_all(struct span image)
{
	_cleanup_ko_ struct ko *ko = NULL;
	_cleanup_lab_symbols_ struct lab_symbols *s = NULL;
	_cleanup_arena_ struct arena a = { 0 };
	struct lab_place p;

	if (ko_open_span("a.o", image, &ko, NULL) < 0)
		return;
	assert_int_equal(lab_symbols_open(ko, &s, NULL), 0);
	for (uint64_t off = 0; off < 24; off += 5) {
		(void)!lab_symbols_function(s, "outer", off, true, &a, &p,
					    NULL);
		(void)!lab_symbols_address(s, 0xffffffffc0206000 + off, NULL,
					   0, true, &a, &p, NULL);
	}
}

static void damage_does_no_harm(void **state)
{
	_cleanup_ko_ struct ko *ko = compile("-g");
	size_t before = open_files();
	uint64_t seed = UINT64_C(88172645463325252);

	(void)state;
	if (!ko)
		skip();

	struct span whole = ko_image(ko);
	_cleanup_free_ uint8_t *copy = malloc(whole.n);

	assert_non_null(copy);
	for (size_t i = 0; i < whole.n; i += 97)
		ask_all((struct span){ whole.p, i });
	for (unsigned i = 0; i < 500; i++) {
		memcpy(copy, whole.p, whole.n);
		for (unsigned k = 0; k < 1 + i % 6; k++)
			copy[next_random(&seed) % whole.n] =
				(uint8_t)next_random(&seed);
		ask_all((struct span){ copy, whole.n });
	}
	assert_int_equal(open_files(), before);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(dwarf5),
		cmocka_unit_test(dwarf4),
		cmocka_unit_test(compressed),
		cmocka_unit_test(without_debug_information),
		cmocka_unit_test(unknown_functions),
		cmocka_unit_test(addresses),
		cmocka_unit_test(addresses_of_the_unlisted),
		cmocka_unit_test(damage_does_no_harm),
	};

	return cmocka_run_group_tests(tests, start_all, end_all);
}
