/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Each thing that mkko can break: who notices, and in which words. A damage
 * that the reader has no business with (the kernel's rules have) must leave
 * every answer as it was.
 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "ko/ko.h"
#include "mkko.h"

enum who {
	NOBODY,	 /* all that is asked below works                         */
	CHECK,	 /* ko_check_module()                                     */
	INIT,	 /* ko_section_bytes() of .init.text                      */
	EXPORTS, /* ko_exports()                                          */
	NEEDS,	 /* ko_needs(), with the table that the damage is in      */
	SIGNED,	 /* ko_signature()                                        */
	INFO,	 /* ko_modinfo(): the value of a key is @what, NULL: none */
	LOST,	 /* no error, but less is there; see lost()               */
};

static const struct {
	const char *name;
	enum who who;
	const char *what; /* part of the message; INFO: the value */
	const char *key;
} wanted[] = {
	{ "elf.len", CHECK, "inside the ELF header, after 40 bytes" },
	{ "elf.cut", CHECK, "but the file ends at" },
	{ "elf.magic", CHECK, "not an ELF file" },
	{ "elf.class", CHECK, "found ELF class 7, wanted 1" },
	{ "elf.data", CHECK, "found ELF byte order 9, wanted 1" },
	{ "elf.type", CHECK, "a shared library or a program (type 3)" },
	{ "elf.machine", LOST, "machine 30583" },
	{ "elf.shentsize", CHECK, "section headers of 63 bytes, wanted" },
	{ "elf.shoff", CHECK, "the section table needs bytes 0x7ffffff0+" },
	{ "elf.shnum", CHECK, "the section table needs bytes" },
	{ "elf.shnum.zero", CHECK, "no sections" },
	{ "elf.shstrndx", CHECK, "found 0 as the number of the section" },
	{ "elf.shstrndx.range", CHECK, "found 65264 as the number of the" },
	{ "elf.secstrings.offset", CHECK, "section names need bytes 0x7ffff" },
	{ "elf.secstrings.empty", CHECK, "table of section names is empty" },
	{ "elf.secstrings.nul", LOST, NULL },
	{ "elf.section0", NOBODY, NULL },
	{ "elf.section0.size", NOBODY, NULL },
	{ "section.offset", INIT, "needs bytes 0x7ffffff0+0x10 but" },
	{ "section.size", INIT, "+0x7ffffff0 but the file ends at" },
	{ "section.wrap", INIT, "+0xffffffff" },
	{ "section.name", LOST, NULL },
	{ "section.align", NOBODY, NULL },
	{ "section.wx", NOBODY, NULL },
	{ "symtab.missing", LOST, NULL },
	{ "symtab.link", LOST, NULL },
	{ "symtab.link.range", LOST, NULL },
	{ "symtab.offset", LOST, NULL },
	{ "symtab.size", LOST, NULL },
	{ "symtab.name", LOST, NULL },
	{ "symtab.shndx", NOBODY, NULL },
	{ "symtab.common", NOBODY, NULL },
	{ "symtab.value", NOBODY, NULL },
	{ "strtab.nul", LOST, NULL },
	{ "strtab.start", LOST, NULL },
	{ "strtab.offset", LOST, NULL },
	{ "modinfo.missing", INFO, NULL, "license" },
	{ "modinfo.empty", INFO, NULL, "license" },
	{ "modinfo.noalloc", NOBODY, NULL },
	{ "modinfo.nonul", INFO, "6.1.0 SMP preempt mod_unload modversions x",
	  "vermagic" },
	{ "modinfo.vermagic", INFO, NULL, "vermagic" },
	{ "modinfo.license", INFO, NULL, "license" },
	{ "modinfo.name", INFO, NULL, "name" },
	{ "modinfo.equals", INFO, NULL, "depends" },
	{ "this_module.missing", CHECK, "an object file, not a module" },
	{ "this_module.size", NOBODY, NULL },
	{ "this_module.noalloc", NOBODY, NULL },
	{ "this_module.nobits", NOBODY, NULL },
	{ "this_module.name.empty", NOBODY, NULL },
	{ "this_module.name.nonul", NOBODY, NULL },
	{ "versions.short", NEEDS, "65 bytes, wanted entries of 64" },
	{ "versions.nonul", NEEDS, "entry 0 of __versions is not terminated" },
	{ "versions.crc", LOST, NULL },
	{ "versions.missing", LOST, NULL },
	{ "versions.ext.crcs", LOST, NULL },
	{ "versions.ext.names", NEEDS, "0 names, wanted 4, one for each CRC" },
	{ "versions.ext.nonul", NEEDS, "3 names, wanted 4" },
	{ "ksymtab.size", EXPORTS, "0x7 bytes" },
	{ "ksymtab.offset", EXPORTS, "needs bytes 0x7ffffff0+" },
	{ "ksymtab.reloc", EXPORTS, "is for symbol 1048575 at offset 0x0" },
	{ "ksymtab.hole", EXPORTS, "at offset 0x7ffffff0, but there are" },
	{ "ksymtab.norelocs", EXPORTS, "no table of exported symbols" },
	{ "ksymtab.strings", NOBODY, NULL },
	{ "kcrctab.size", EXPORTS, "__kcrctab has 4 bytes for the 2 symbols" },
	{ "reloc.offset", NOBODY, NULL },
	{ "reloc.symbol", NOBODY, NULL },
	{ "reloc.type", NOBODY, NULL },
	{ "reloc.section", NOBODY, NULL },
	{ "note.size", LOST, NULL },
	{ "sig.marker", LOST, NULL },
	{ "sig.length", SIGNED, "says that it has 2147483632 bytes" },
	{ "sig.length.zero", SIGNED, "says that it has 0 bytes" },
	{ "sig.idtype", LOST, NULL },
	{ "sig.pad", NOBODY, NULL },
	{ "sig.der", SIGNED, "no PKCS#7 message" },
};

/* Every answer, as one text. */
struct answers {
	struct text all;
	int err[LOST]; /* by who */
	struct diag d[LOST];
};

static void say_exports(const struct ko *ko, struct arena *a, struct answers *s)
{
	struct ko_export *e;
	size_t n = 0;

	s->err[EXPORTS] = ko_exports(ko, a, &e, &n, &s->d[EXPORTS]);
	for (size_t i = 0; i < n; i++)
		text_addf(&s->all, "export %s %s %x %d\n", e[i].name, e[i].ns,
			  e[i].crc, e[i].gpl_only);
}

static void say_needs(const struct ko *ko, struct arena *a, struct answers *s)
{
	struct ko_need *w;
	size_t n = 0;

	s->err[NEEDS] = ko_needs(ko, a, &w, &n, &s->d[NEEDS]);
	for (size_t i = 0; i < n; i++)
		text_addf(&s->all, "need %s %x %d\n", w[i].name, w[i].crc,
			  w[i].has_crc);
	for (int t = KO_VERSIONS; t <= KO_VERSIONS_EXT; t++)
		for (struct ko_version v = { 0 };
		     ko_version_next(ko, (enum ko_version_table)t, &v);)
			text_addf(&s->all, "version %s %x\n", v.name, v.crc);
}

static void say_sections(const struct ko *ko, struct answers *s)
{
	struct ko_section sec;
	struct span b;

	for (struct ko_section x = { 0 }; ko_section_next(ko, &x);)
		text_addf(&s->all, "section %s\n", x.name);
	for (struct ko_symbol y = { 0 }; ko_symbol_next(ko, &y);)
		text_addf(&s->all, "symbol %s\n", y.name);
	if (ko_find_section(ko, ".init.text", &sec))
		s->err[INIT] = ko_section_bytes(ko, sec.idx, &b, &s->d[INIT]);
}

static void say_signature(const struct ko *ko, struct arena *a,
			  struct answers *s)
{
	struct ko_signature sig = { 0 };
	struct span id = { 0 };

	s->err[SIGNED] = ko_signature(ko, a, &sig, &s->d[SIGNED]);
	if (!s->err[SIGNED])
		text_addf(&s->all, "signed %s %s %s\n", sig.id, sig.signer,
			  sig.hash);
	if (s->err[SIGNED] == -ENODATA)
		s->err[SIGNED] = 0;
	text_addf(&s->all, "build id %d\n", ko_build_id(ko, &id));
}

static void ask(const struct bytes *b, struct answers *s)
{
	_cleanup_ko_ struct ko *ko = NULL;
	_cleanup_arena_ struct arena a = { 0 };

	*s = (struct answers){ 0 };
	assert_int_equal(ko_open_span("b.ko", bytes_span(b), &ko, NULL), 0);
	s->err[CHECK] = ko_check_module(ko, &s->d[CHECK]);
	text_addf(&s->all, "machine %s name %s\n", ko->machine_name, ko->name);
	for (struct ko_info i = { 0 }; ko_info_next(ko, &i);)
		text_addf(&s->all, "info %.*s=%s\n", (int)i.key.n,
			  (const char *)i.key.p, i.value);
	say_sections(ko, s);
	say_exports(ko, &a, s);
	say_needs(ko, &a, s);
	say_signature(ko, &a, s);
}

static void check_info(const struct bytes *b, const char *key,
		       const char *value)
{
	_cleanup_ko_ struct ko *ko = NULL;

	assert_int_equal(ko_open_span("b.ko", bytes_span(b), &ko, NULL), 0);
	if (value)
		assert_string_equal(ko_modinfo(ko, key), value);
	else
		assert_null(ko_modinfo(ko, key));
}

static void check(const struct mkko *m, size_t i)
{
	_cleanup_bytes_ struct bytes good = { 0 }, bad = { 0 };
	struct mkko copy = *m;
	struct answers a, b;
	enum who who = wanted[i].who;
	const char *name = wanted[i].name, *what = wanted[i].what;

	/* The long table, where it is there, hides the short one. */
	if (str_starts(name, "versions.") && !str_starts(name, "versions.ext"))
		copy.ext_versions = false;
	assert_int_equal(mkko_build(&copy, &good), 0);
	assert_int_equal(mkko_build(&copy, &bad), 0);
	assert_int_equal(mkko_break(&bad, name), 0);
	ask(&good, &a);
	ask(&bad, &b);
	for (int w = CHECK; w <= SIGNED; w++)
		if (a.err[w])
			fail_msg("%s good: %s", m->machine, a.d[w].what);
	if (who >= CHECK && who <= SIGNED) {
		if (!b.err[who] || !strstr(b.d[who].what, what))
			fail_msg("%s %s: %d '%s', wanted '%s'", m->machine,
				 name, b.err[who], b.d[who].what, what);
		assert_non_null(strstr(b.d[who].where, "b.ko"));
	}
	if (who == NOBODY && !str_eq(text_str(&a.all), text_str(&b.all)))
		fail_msg("%s %s changes an answer", m->machine, name);
	if (who >= INFO && str_eq(text_str(&a.all), text_str(&b.all)))
		fail_msg("%s %s changes nothing", m->machine, name);
	if (who == NOBODY)
		for (int w = CHECK; w <= SIGNED; w++)
			assert_int_equal(b.err[w], 0);
	if (who == INFO)
		check_info(&bad, wanted[i].key, what);
	if (who == LOST && what)
		assert_non_null(strstr(text_str(&b.all), what));
	text_fini(&a.all);
	text_fini(&b.all);
}

static void each_break(void **state)
{
	/* One of each class and byte order. */
	static const char *const machine[] = { "x86_64", "i686", "s390x",
					       "ppc",	 "arm",	 "mips64el" };

	(void)state;
	for (size_t k = 0; k < ARRAY_SIZE(machine); k++) {
		struct mkko m = mkko_full;

		m.machine = machine[k];
		for (size_t i = 0; i < ARRAY_SIZE(wanted); i++)
			check(&m, i);
	}
}

/* A break that is added to mkko is added above, too. */
static void every_break_is_here(void **state)
{
	size_t n = 0;

	(void)state;
	for (const struct mkko_break *b = mkko_breaks(); b->name; b++, n++) {
		size_t i = 0;

		while (i < ARRAY_SIZE(wanted) &&
		       !str_eq(wanted[i].name, b->name))
			i++;
		if (i == ARRAY_SIZE(wanted))
			fail_msg("nothing is said about %s", b->name);
	}
	assert_int_equal(n, ARRAY_SIZE(wanted));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_break),
		cmocka_unit_test(every_break_is_here),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
