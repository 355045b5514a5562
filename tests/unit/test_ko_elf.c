/* SPDX-License-Identifier: GPL-2.0-or-later */
/* src/ko: opening, ELF of every kind, symbols, .modinfo. */
#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "ko/ko.h"
#include "mkko.h"

/* A module of @m, opened; the file's bytes go over to it. */
static struct ko *made(const struct mkko *m)
{
	struct bytes b = { 0 };
	struct ko *ko = NULL;
	struct diag d = { 0 };

	assert_int_equal(mkko_build(m, &b), 0);
	assert_int_equal(ko_open_bytes("dir/x-y.ko", &b, &ko, &d), 0);
	assert_null(b.p);
	return ko;
}

static struct ko *opened(const void *p, size_t n)
{
	struct ko *ko = NULL;

	assert_int_equal(
		ko_open_span("in.ko", (struct span){ p, n }, &ko, NULL), 0);
	return ko;
}

/* What ko_check_module() says about some bytes. */
static void refused(const void *p, size_t n, const char *what)
{
	_cleanup_ko_ struct ko *ko = opened(p, n);
	struct diag d = { 0 };

	assert_int_equal(ko_check_module(ko, &d), -ENOEXEC);
	assert_string_equal(d.where, "in.ko");
	if (!strstr(d.what, what))
		fail_msg("'%s' is not in '%s'", what, d.what);
	assert_int_equal(ko_check_module(ko, NULL), -ENOEXEC);
	assert_false(ko->elf);
	assert_int_equal(ko->nsh, 0);
	assert_null(ko_modinfo(ko, "license"));
}

static void all_machines(void **state)
{
	struct mkko m = mkko_full;

	(void)state;
	for (const char *const *s = mkko_machines(); *s; s++) {
		m.machine = *s;

		_cleanup_ko_ struct ko *ko = made(&m);
		struct ko_section sec;
		struct ko_symbol sym;

		assert_int_equal(ko_check_module(ko, NULL), 0);
		assert_true(ko->elf);
		assert_int_equal(ko->type, ET_REL);
		assert_string_equal(ko->name, "mkko");
		/* uname says mips for both byte orders. */
		assert_memory_equal(ko->machine_name, *s,
				    strlen(ko->machine_name));
		assert_true(ko_find_section(ko, ".init.text", &sec));
		assert_int_equal(sec.type, SHT_PROGBITS);
		assert_int_equal(sec.flags, SHF_ALLOC | SHF_EXECINSTR);
		assert_int_equal(sec.size, 16);
		assert_int_equal(sec.addralign, 16);
		assert_int_equal(sec.bytes.n, 16);
		assert_true(ko_find_symbol(ko, "init_module", &sym));
		assert_int_equal(sym.shndx, sec.idx);
		assert_int_equal(sym.size, 16);
		assert_int_equal(sym.bind, STB_GLOBAL);
		assert_int_equal(sym.type, STT_FUNC);
		assert_string_equal(ko_modinfo(ko, "license"), "GPL");
	}
}

static void no_module(void **state)
{
	static const char elf64[64] = "\x7f"
				      "ELF\2\1\1";

	(void)state;
	refused("", 0, "the file is empty");
	refused("hello\n", 6, "a text file");
	refused("#!/bin/sh\n", 10, "a script");
	refused("!<arch>\nxyz", 11, "an archive");
	refused("\0\1\2\3\4", 5, "other data");
	refused("\x7f"
		"ELF",
		4, "inside the ELF header, after 4 bytes");
	refused(elf64, 63, "inside the ELF header, after 63 bytes");
	refused(elf64, 64, "of no type");
}

static void programs(void **state)
{
	struct bytes b = { 0 };
	struct mkko m = { 0 };

	(void)state;
	assert_int_equal(mkko_build(&m, &b), 0);
	b.p[16] = ET_EXEC;

	_cleanup_ko_ struct ko *ko = opened(b.p, b.n);
	struct diag d = { 0 };

	assert_int_equal(ko_check_elf(ko, &d), -ENOEXEC);
	assert_non_null(strstr(d.what, "a program"));
	assert_true(d.hint[0]);
	/* Its tables can be looked at, all the same. */
	assert_true(ko->elf);
	assert_int_equal(ko->type, ET_EXEC);
	assert_true(ko_symbols(ko) > 3);
	bytes_fini(&b);
}

static void object_file(void **state)
{
	struct bytes b = { 0 };
	struct mkko m = { 0 };
	struct diag d = { 0 };

	(void)state;
	assert_int_equal(mkko_build(&m, &b), 0);
	assert_int_equal(mkko_break(&b, "this_module.missing"), 0);

	_cleanup_ko_ struct ko *ko = opened(b.p, b.n);

	assert_int_equal(ko_check_elf(ko, NULL), 0);
	assert_int_equal(ko_check_module(ko, &d), -ENOEXEC);
	assert_non_null(strstr(d.what, "an object file, not a module"));
	bytes_fini(&b);
}

static void names(void **state)
{
	char n[KO_NAME_MAX];
	struct mkko m = { .name = "in-side" };
	struct bytes b = { 0 };

	(void)state;
	ko_name_of_path("/a.b/x-y.ko", n);
	assert_string_equal(n, "x_y");
	ko_name_of_path("x.ko.xz", n);
	assert_string_equal(n, "x");
	ko_name_of_path("x.kong.ko.gz", n);
	assert_string_equal(n, "x.kong");
	ko_name_of_path("plain", n);
	assert_string_equal(n, "plain");

	/* .modinfo, then struct module, then the file. */
	assert_int_equal(mkko_build(&m, &b), 0);

	_cleanup_ko_ struct ko *ko = opened(b.p, b.n);

	assert_string_equal(ko->name, "in_side");
	assert_int_equal(mkko_break(&b, "modinfo.name"), 0);
	ko_close(ko);
	ko = opened(b.p, b.n);
	assert_null(ko_modinfo(ko, "name"));
	assert_string_equal(ko->name, "in_side");
	assert_int_equal(mkko_break(&b, "this_module.name.empty"), 0);
	ko_close(ko);
	ko = opened(b.p, b.n);
	assert_string_equal(ko->name, "in");
	bytes_fini(&b);
}

static void describe(void **state)
{
	_cleanup_ko_ struct ko *ko = made(&mkko_full);
	_cleanup_text_ struct text t = { 0 };
	struct ko_section text, mod, bss;
	struct ko_symbol s;

	(void)state;
	assert_true(ko_find_section(ko, ".text", &text));
	assert_true(ko_find_section(ko, ".bss", &bss));
	assert_true(ko_find_section(ko, ".gnu.linkonce.this_module", &mod));
	assert_int_equal(mod.idx, ko->sh_this_module);
	ko_describe(ko, text.idx, 0x12, &t);
	text_add(&t, " ");
	ko_describe(ko, text.idx, 0x1000, &t);
	text_add(&t, " ");
	ko_describe(ko, bss.idx, 3, &t);
	text_add(&t, " ");
	ko_describe(ko, 9999, 3, &t);
	assert_string_equal(
		text_str(&t),
		"mkko_spaced+0x2/0x10 mkko_gpl+0xfe0/0x10 .bss+0x3 section 9999+0x3");
	assert_true(ko_symbol_at(ko, mod.idx, 24, &s));
	assert_string_equal(s.name, "__this_module");
	assert_false(ko_symbol_at(ko, bss.idx, 0, &s));
}

static void relocations(void **state)
{
	static const char *const machine[] = { "x86_64", "arm", "mips64el",
					       "mips64", "s390x" };

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(machine); i++) {
		struct mkko m = { .machine = machine[i] };
		_cleanup_ko_ struct ko *ko = made(&m);
		struct ko_section s = { 0 };
		struct ko_symbol y;
		struct ko_reloc r;

		while (ko_section_next(ko, &s) && s.info != ko->sh_this_module)
			;
		assert_int_equal(ko_relocs(ko, &s), 2);
		assert_true(ko_reloc(ko, &s, 0, &r));
		assert_int_equal(r.offset, ko->is64 ? 0x138 : 0x9c);
		assert_int_equal(r.rela, s.type == SHT_RELA);
		assert_true(ko_symbol(ko, r.sym, &y));
		assert_string_equal(y.name, "init_module");
		if (ko->machine == EM_MIPS)
			assert_int_equal(r.type, R_MIPS_64);
		assert_false(ko_reloc(ko, &s, 2, &r));
	}
}

static void modinfo(void **state)
{
	static const char *const info[] = { "noeq", "=val",  "a=1",
					    "a=2",  "b=x=y", NULL };
	struct mkko m = { .info = info, .depends = "x,,y-z," };
	_cleanup_ko_ struct ko *ko = made(&m);
	_cleanup_strv_ struct strv l = { 0 };
	struct ko_info i = { 0 };

	(void)state;
	assert_string_equal(ko_modinfo(ko, "a"), "1");
	assert_string_equal(ko_modinfo(ko, "b"), "x=y");
	assert_string_equal(ko_modinfo(ko, "noeq"), "");
	assert_string_equal(ko_modinfo(ko, ""), "val");
	assert_null(ko_modinfo(ko, "licens"));
	assert_true(ko_info_next(ko, &i));
	assert_true(span_eq(i.key, "license"));
	assert_int_equal(ko_depends(ko, &l), 0);
	assert_int_equal(l.n, 2);
	assert_string_equal(l.v[0], "x");
	assert_string_equal(l.v[1], "y-z");
}

static void parameters(void **state)
{
	static const char *const info[] = {
		"parm=b:of b", "parmtype=a:int",  "parm=a:one:two",
		"parm=a:last", "parmtype=c:bool", "parm=nocolon",
		NULL,
	};
	struct mkko m = { .info = info };
	_cleanup_ko_ struct ko *ko = made(&m);
	_cleanup_arena_ struct arena a = { 0 };
	struct ko_param *p;
	size_t n;

	(void)state;
	assert_int_equal(ko_params(ko, &a, &p, &n), 0);
	assert_int_equal(n, 3);
	assert_string_equal(p[0].name, "b");
	assert_null(p[0].type);
	assert_string_equal(p[0].desc, "of b");
	assert_string_equal(p[1].name, "a");
	assert_string_equal(p[1].type, "int");
	assert_string_equal(p[1].desc, "last");
	assert_string_equal(p[2].name, "c");
	assert_null(p[2].desc);
}

static char *temp_file(const void *p, size_t n)
{
	char *path = strdup("/tmp/lkm-ko.XXXXXX");
	int fd = mkstemp(path);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, p, n), (ssize_t)n);
	(void)close(fd);
	return path;
}

static void files(void **state)
{
	struct ko *ko = NULL;
	struct diag d = { 0 };
	char *path = temp_file("", 0);

	(void)state;
	/* 2 GiB of nothing: refused by its size, not read. */
	assert_int_equal(truncate(path, INT64_C(2) << 30), 0);
	assert_int_equal(ko_open(path, &ko, &d), -EFBIG);
	assert_string_equal(d.where, path);
	assert_int_equal(truncate(path, 0), 0);
	assert_int_equal(ko_open(path, &ko, NULL), 0);
	assert_int_equal(ko->file_size, 0);
	ko = ko_close(ko);
	assert_int_equal(unlink(path), 0);
	assert_int_equal(ko_open(path, &ko, NULL), -ENOENT);
	assert_int_equal(ko_open("/", &ko, NULL), -EISDIR);
	assert_int_equal(ko_open("/dev/null", &ko, NULL), -EINVAL);

	/* A FIFO that nobody writes to must not stop us. */
	assert_int_equal(mkfifo(path, 0600), 0);
	assert_int_equal(ko_open(path, &ko, NULL), -EINVAL);
	assert_int_equal(unlink(path), 0);
	assert_null(ko);
	free(path);
}

/* Files of both kinds: read (small), mapped (large). */
static void small_and_large(void **state)
{
	struct bytes b = { 0 };

	(void)state;
	assert_int_equal(mkko_build(&mkko_full, &b), 0);
	for (int large = 0; large < 2; large++) {
		char *path = temp_file(b.p, b.n);
		struct ko *ko = NULL;

		if (large)
			assert_int_equal(truncate(path, 1 << 20), 0);
		assert_int_equal(ko_open_module(path, &ko, NULL), 0);
		assert_int_equal(ko->file_size, large ? 1 << 20 : b.n);
		assert_string_equal(ko->path, path);
		assert_memory_equal(ko_image(ko).p, b.p, b.n);
		ko_close(ko);
		assert_int_equal(unlink(path), 0);
		free(path);
	}
	bytes_fini(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(all_machines),
		cmocka_unit_test(no_module),
		cmocka_unit_test(programs),
		cmocka_unit_test(object_file),
		cmocka_unit_test(names),
		cmocka_unit_test(describe),
		cmocka_unit_test(relocations),
		cmocka_unit_test(modinfo),
		cmocka_unit_test(parameters),
		cmocka_unit_test(files),
		cmocka_unit_test(small_and_large),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
