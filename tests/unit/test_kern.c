/* SPDX-License-Identifier: GPL-2.0-or-later */
/* src/kern: what is learnt from images made for it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <elf.h>
#include <errno.h>
#include <glob.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <zlib.h>

#include "base/text.h"
#include "index/bin_write.h"
#include "kern/image.h"
#include "kern/kern.h"
#include "kern_pack.h"
#include "mkkern.h"
#include "mkko.h"

static char *top;

static int make_top(void **state _unused_)
{
	int r = dir_temp("test", &top, NULL);

	return r ? r : setenv("LKM_CACHE", top, 1);
}

static int remove_top(void **state _unused_)
{
	int r = tree_remove(top, NULL);

	free(top);
	return r;
}

static char *in_top(const char *name)
{
	char *path = NULL;

	assert_true(asprintf(&path, "%s/%s", top, name) > 0);
	return path;
}

static void write_at(const char *path, const struct bytes *b)
{
	assert_int_equal(file_write(path, b->p, b->n, 0644, NULL), 0);
}

static void write_text(const char *path, const char *s)
{
	assert_int_equal(file_write(path, s, strlen(s), 0644, NULL), 0);
}

static struct kern *open_where(const struct kern_where *w)
{
	struct kern *k = NULL;
	struct diag d = { 0 };
	int r = kern_open(w, &k, &d);

	if (r)
		print_message("%s: %s\n", d.where, d.what);
	assert_int_equal(r, 0);
	assert_int_equal(d.err, 0);
	return k;
}

/* A kernel of which there is only this image. */
static struct kern *open_image(const struct mkkern *m)
{
	_cleanup_free_ char *path = in_top("vmlinux");
	_cleanup_bytes_ struct bytes b = mkkern_build(m);

	write_at(path, &b);
	return open_where(&(struct kern_where){ .image = path,
						.no_cache = true });
}

/* ---------------------------------------------------------------- exports */

static void check_export(const struct kern *k, const char *name,
			 const char *ns, bool gpl, uint32_t crc)
{
	struct kern_export e = { 0 };

	assert_int_equal(kern_find_export(k, name, &e), KERN_YES);
	assert_string_equal(e.name, name);
	assert_string_equal(e.ns, ns);
	assert_string_equal(e.owner, "");
	assert_int_equal(e.gpl_only, gpl);
	assert_int_equal(e.value, UINT64_C(0x80100000) + 0x1000 +
					  (crc & 0xff));
	assert_int_equal(e.has_crc, crc >= 0x1000);
	if (e.has_crc)
		assert_int_equal(e.crc, crc);
}

static void check_exports(const struct mkkern *m)
{
	_cleanup_kern_ struct kern *k = open_image(m);
	bool old = m->form == MKKERN_PREL_OLD || m->form == MKKERN_ABS_OLD;
	uint32_t crc = m->crc == MKKERN_CRC_NONE ? 0 : 0x1000;
	struct kern_export e;
	size_t i = 0, n = 0;

	check_export(k, "alpha", "", false, crc);
	check_export(k, "beta", old ? "" : "NS", false, crc + 1);
	check_export(k, "delta", "", false, crc + 2);
	check_export(k, "gamma", "", true, crc + 3);
	assert_int_equal(kern_find_export(k, "NS", &e), KERN_NO);
	assert_int_equal(kern_find_export(k, "", &e), KERN_NO);
	while (kern_export_next(k, &i, &e))
		n++;
	assert_int_equal(n, 4);
}

static void exports_of_every_form(void **state)
{
	(void)state;
	for (int form = 0; form <= MKKERN_FLAGS; form++)
		for (int crc = 0; crc <= MKKERN_CRC_NONE; crc++)
			for (int bits = 0; bits < 4; bits++)
				check_exports(&(struct mkkern){
					.form = (enum mkkern_form)form,
					.crc = (enum mkkern_crc)crc,
					.is32 = bits & 1,
					.be = bits & 2,
				});
}

/* ------------------------------------------------------------ what it says */

static void identity(void **state)
{
	_cleanup_kern_ struct kern *k = open_image(&(struct mkkern){ 0 });

	(void)state;
	assert_string_equal(kern_release(k), MKKERN_RELEASE);
	assert_string_equal(kern_banner(k), "Linux version " MKKERN_RELEASE
					    " (mk@ko) (cc 1) #1 SMP");
	assert_string_equal(kern_vermagic(k), MKKERN_VERMAGIC);
	assert_int_equal(kern_machine(k), EM_X86_64);
	assert_true(kern_is64(k));
	assert_false(kern_be(k));
	assert_string_equal(
		kern_missing(k),
		"no configuration at hand; no modules of this kernel at hand");
}

static void lines_of_the_log(void **state)
{
	static const char *const yes[] = {
		"Invalid ELF header len %lu",
		"Invalid ELF header len %u",
		"%s: %s: kernel tainted.",
		"%s: bad vermagic: kernel tainted.",
		"Unknown rela relocation: %llu",
		"x86/modules: Unknown rela relocation: %llu",
		"module: x86/modules: Unknown rela relocation: %llu",
		"module: Unknown rela relocation: %llu",
		"overflow in relocation type %d val %s",
		"%s: init suspiciously returned %d",
		"%s: loading anyway...",
		"Loading of unsigned module is rejected",
		"no newline, 100%% sure",
	};
	static const char *const no[] = {
		"",
		"%s",
		"%s: %s",
		"Invalid ELF header",
		"Invalid ELF header len",
		"Invalid ELF header magic: != %s",
		"kernel",
		"Unknown rela relocation",
		"Loading of unsigned module is accepted",
		"overflow in relocation type %d value %s",
		"Linux version " MKKERN_RELEASE " (mk@ko) (cc 1) #1 SMP",
	};
	_cleanup_kern_ struct kern *k = open_image(&(struct mkkern){ 0 });

	(void)state;
	/* Twice: the second answer is one that was kept. */
	for (int again = 0; again < 2; again++) {
		for (size_t i = 0; i < ARRAY_SIZE(yes); i++)
			if (kern_says(k, yes[i]) != KERN_YES)
				fail_msg("it says '%s'", yes[i]);
		for (size_t i = 0; i < ARRAY_SIZE(no); i++)
			if (kern_says(k, no[i]) != KERN_NO)
				fail_msg("it does not say '%s'", no[i]);
	}
}

static void structures(void **state)
{
	static const struct {
		const char *path;
		uint32_t offset, size;
	} want[] = {
		{ "name", 24, 56 },	 { "init", 120, 8 },
		{ "exit", 128, 8 },	 { "core", 136, 16 },
		{ "core.base", 136, 8 }, { "core.size", 144, 4 },
		{ "inner", 156, 4 },
	};
	_cleanup_kern_ struct kern *k = open_image(&(struct mkkern){ 0 });
	struct kern_member m;

	(void)state;
	assert_int_equal(kern_module_size(k), 256);
	for (size_t i = 0; i < ARRAY_SIZE(want); i++) {
		assert_int_equal(kern_member(k, want[i].path, &m), KERN_YES);
		assert_int_equal(m.offset, want[i].offset);
		assert_int_equal(m.size, want[i].size);
	}
	assert_int_equal(kern_member(k, "mem", &m), KERN_NO);
	assert_int_equal(kern_member(k, "", &m), KERN_NO);
	assert_int_equal(kern_struct_size(k, "part"), 16);
	assert_int_equal(kern_struct_size(k, "module"), 256);
	assert_int_equal(kern_struct_size(k, "int"), 0);
	assert_true(kern_btf(k).n > 24);
}

static void structures_of_the_other_byte_order(void **state)
{
	_cleanup_kern_ struct kern *k =
		open_image(&(struct mkkern){ .be = true });
	struct kern_member m;

	(void)state;
	assert_int_equal(kern_member(k, "core.size", &m), KERN_YES);
	assert_int_equal(m.offset, 144);
	assert_true(kern_be(k));
}

static void keys(void **state)
{
	_cleanup_kern_ struct kern *k = open_image(&(struct mkkern){ 0 });
	_cleanup_kern_ struct kern *none = NULL;
	const struct kern_key *v;
	size_t n;

	(void)state;
	assert_int_equal(kern_keys(k, &v, &n), KERN_YES);
	assert_int_equal(n, 1);
	assert_string_equal(v[0].subject, "mkko test key");
	assert_string_equal(v[0].serial, "da010203fe");
	assert_int_equal(v[0].der.p[0], 0x30);
	kern_close(k);
	/* One that is in no list is not trusted. */
	k = open_image(&(struct mkkern){ .revoked = true });
	assert_int_equal(kern_keys(k, &v, &n), KERN_YES);
	assert_int_equal(n, 1);
	none = open_image(&(struct mkkern){ .no_keys = true });
	assert_int_equal(kern_keys(none, &v, &n), KERN_NO);
	assert_int_equal(n, 0);
}

static void names_in_sysfs(void **state)
{
	(void)state;
	for (int is32 = 0; is32 < 2; is32++) {
		_cleanup_kern_ struct kern *k =
			open_image(&(struct mkkern){ .is32 = is32 });

		assert_int_equal(kern_sysfs_taken(k, "loop"), KERN_YES);
		assert_int_equal(kern_sysfs_taken(k, "kernel"), KERN_YES);
		assert_int_equal(kern_sysfs_taken(k, "crc"), KERN_YES);
		assert_int_equal(kern_sysfs_taken(k, "hidden"), KERN_NO);
		assert_int_equal(kern_sysfs_taken(k, "panic"), KERN_NO);
		assert_int_equal(kern_sysfs_taken(k, ""), KERN_NO);
	}
}

static void what_an_image_lacks_is_unknown(void **state)
{
	_cleanup_kern_ struct kern *k = open_image(
		&(struct mkkern){ .no_exports = true, .no_btf = true });
	struct kern_export e;
	struct kern_member m;
	char *const *why;

	(void)state;
	assert_int_equal(kern_find_export(k, "alpha", &e), KERN_UNKNOWN);
	assert_int_equal(kern_find_provider(k, "alpha", &e), KERN_UNKNOWN);
	assert_int_equal(kern_member(k, "name", &m), KERN_UNKNOWN);
	assert_int_equal(kern_module_size(k), 0);
	assert_int_equal(kern_btf(k).n, 0);
	assert_int_equal(kern_builtin(k, "ext4"), KERN_UNKNOWN);
	assert_null(kern_module_path(k, "ext4"));
	assert_int_equal(kern_unknowns(k, &why), 4);
	assert_string_equal(why[1],
			    "the image has no table of exported symbols");
	assert_string_equal(why[2],
			    "the image has no type information (.BTF)");
}

/* ---------------------------------------------------------- configuration */

#define CONFIG                                                          \
	"#\n# Automatically generated\n#\nCONFIG_A=y\nCONFIG_B=m\n"     \
	"# CONFIG_C is not set\nCONFIG_D=42\nCONFIG_E=\"a \\\"b\\\"\"\n" \
	"CONFIG_MODVERSIONS=y\nCONFIG_Z=y"

static void check_config(const struct kern *k)
{
	assert_int_equal(kern_option(k, "A"), KERN_OPT_Y);
	assert_int_equal(kern_option(k, "B"), KERN_OPT_M);
	assert_int_equal(kern_option(k, "C"), KERN_OPT_N);
	assert_int_equal(kern_option(k, "NEVER_HEARD"), KERN_OPT_N);
	assert_int_equal(kern_option(k, "Z"), KERN_OPT_Y);
	assert_string_equal(kern_option_text(k, "D"), "42");
	assert_string_equal(kern_option_text(k, "E"), "a \"b\"");
	assert_null(kern_option_text(k, "F"));
}

static void options_of_a_file(void **state)
{
	_cleanup_free_ char *image = in_top("vmlinux");
	_cleanup_free_ char *config = in_top("config");
	_cleanup_bytes_ struct bytes b = mkkern_build(&(struct mkkern){ 0 });
	_cleanup_kern_ struct kern *k = NULL;

	(void)state;
	write_at(image, &b);
	write_text(config, CONFIG);
	k = open_where(&(struct kern_where){
		.image = image, .config = config, .no_cache = true });
	check_config(k);
}

static void options_in_the_image(void **state)
{
	_cleanup_bytes_ struct bytes packed = pack_gzip(
		(struct span){ (const uint8_t *)CONFIG, strlen(CONFIG) });
	_cleanup_kern_ struct kern *k = open_image(
		&(struct mkkern){ .config = (const char *)packed.p,
				  .config_n = packed.n });

	(void)state;
	check_config(k);
}

static void options_by_their_marks(void **state)
{
	_cleanup_kern_ struct kern *k = open_image(&(struct mkkern){ 0 });

	(void)state;
	assert_int_equal(kern_option(k, "SMP"), KERN_OPT_Y);
	assert_int_equal(kern_option(k, "MODVERSIONS"), KERN_OPT_Y);
	assert_int_equal(kern_option(k, "PREEMPT_RT"), KERN_OPT_N);
	assert_int_equal(kern_option(k, "MODULE_FORCE_LOAD"), KERN_OPT_Y);
	assert_int_equal(kern_option(k, "MODULE_SIG"), KERN_OPT_N);
	assert_int_equal(kern_option(k, "LIVEPATCH"), KERN_OPT_UNKNOWN);
	assert_int_equal(kern_option(k, "A"), KERN_OPT_UNKNOWN);
}

/* -------------------------------------------------------------- packaging */

static void check_packed(const struct bytes *image)
{
	_cleanup_ko_ struct ko *ko = NULL;
	struct diag d = { 0 };
	int r = kern_image_open_span("vmlinuz", bytes_span(image), &ko, &d);

	if (r)
		print_message("%s: %s\n", d.where, d.what);
	assert_int_equal(r, 0);
	assert_true(ko->elf);
	assert_int_equal(ko->machine, EM_X86_64);
}

static void every_packaging(void **state)
{
	_cleanup_bytes_ struct bytes elf = mkkern_build(&(struct mkkern){ 0 });
	uint32_t size = (uint32_t)elf.n;

	(void)state;
	for (const struct packer *p = packers; p->name; p++) {
		_cleanup_bytes_ struct bytes in = p->fn(bytes_span(&elf));
		_cleanup_bytes_ struct bytes bz =
			mkkern_bzimage(bytes_span(&in), size);
		_cleanup_bytes_ struct bytes zboot =
			mkkern_zboot(bytes_span(&in), size);
		_cleanup_bytes_ struct bytes uki =
			mkkern_uki(bytes_span(&bz));

		print_message("# %s\n", p->name);
		check_packed(&in);
		/* gzip's own last four bytes are the size. */
		if (str_eq(p->name, "gzip")) {
			bz.p[0x24c] = (uint8_t)(bz.p[0x24c] - 4);
			check_packed(&bz);
			check_packed(&zboot);
			continue;
		}
		check_packed(&bz);
		check_packed(&zboot);
		check_packed(&uki);
	}
}

static void check_refused(const struct bytes *b, int err)
{
	_cleanup_free_ char *path = in_top("vmlinuz");
	struct kern *k = NULL;
	struct diag d = { 0 };

	write_at(path, b);
	assert_int_equal(kern_open(&(struct kern_where){ .image = path,
							 .no_cache = true },
				   &k, &d),
			 err);
	assert_int_equal(d.err, -err);
	assert_true(d.what[0] != 0);
	assert_null(k);
}

static void what_is_no_kernel(void **state)
{
	_cleanup_bytes_ struct bytes elf = mkkern_build(&(struct mkkern){ 0 });
	_cleanup_bytes_ struct bytes in =
		packers[1].fn(bytes_span(&elf));
	_cleanup_bytes_ struct bytes bz =
		mkkern_bzimage(bytes_span(&in), (uint32_t)elf.n);
	struct bytes words = { (uint8_t *)(uintptr_t)"some words", 10 };
	struct bytes none = { 0 };
	struct kern *k = NULL;

	(void)state;
	check_refused(&words, -EBADMSG);
	check_refused(&none, -EBADMSG);
	bz.n -= 8; /* the payload ends outside */
	check_refused(&bz, -EBADMSG);
	bz.n += 8;
	memset(bz.p + 1024 + 64 + in.n / 2, 0xff, 16);
	check_refused(&bz, -EBADMSG);
	assert_int_equal(kern_open(&(struct kern_where){ .image = "/none" },
				   &k, NULL),
			 -ENOENT);
	assert_int_equal(kern_open(&(struct kern_where){ 0 }, &k, NULL),
			 -ENOENT);
	assert_null(kern_close(NULL));
}

/* An image that is bare memory, as arm64's: what can be told is told. */
static void bare_memory(void **state)
{
	static const char text[] = "MZ..code\0Linux version 9.9.9 (a@b)\n\0"
				   "\0013Invalid ELF header len %lu\n\0"
				   "9.9.9 SMP mod_unload aarch64\0";
	_cleanup_free_ char *path = in_top("Image");
	struct bytes b = { (uint8_t *)(uintptr_t)text, sizeof(text) };
	_cleanup_kern_ struct kern *k = NULL;
	struct kern_export e;

	(void)state;
	write_at(path, &b);
	k = open_where(&(struct kern_where){ .image = path,
					     .no_cache = true });
	assert_string_equal(kern_release(k), "9.9.9");
	assert_string_equal(kern_vermagic(k), "9.9.9 SMP mod_unload aarch64");
	assert_int_equal(kern_says(k, "Invalid ELF header len %lu"), KERN_YES);
	assert_int_equal(kern_find_export(k, "alpha", &e), KERN_UNKNOWN);
}

/*
 * arm64's Image: 40 exports, half of them for GPL modules, their CRCs, ten
 * parameters, and what the kernel would fill in when it starts.
 */
enum {
	IMG_SIZE = 0x8000, IMG_TABLE = 0x1000,
	IMG_NAMES = 0x2000, IMG_PARAMS = 0x3000, IMG_PNAMES = 0x4000,
	IMG_RELAS = 0x5000, N_EACH = 40, N_PARAMS = 10,
};
static const uint64_t img_base = UINT64_C(0xffff800080000000);

static void put_num(uint8_t *p, uint64_t v, size_t n)
{
	v = htole64(v);
	memcpy(p, &v, n);
}

static void put_ksym(uint8_t *img, size_t i, const char *name)
{
	size_t at = IMG_TABLE + 12 * i, to = IMG_NAMES + 16 * i;

	(void)snprintf((char *)img + to, 16, "%s", name);
	put_num(img + at, 0x100 - at, 4);
	put_num(img + at + 4, to - (at + 4), 4);
	put_num(img + IMG_TABLE + 12 * 2 * N_EACH + 4 * i, 0xc0000000 + i, 4);
}

static size_t put_rela(uint8_t *img, size_t n, uint64_t at, uint64_t to)
{
	uint8_t *p = img + IMG_RELAS + 24 * n;

	put_num(p, img_base + at, 8);
	put_num(p + 8, R_AARCH64_RELATIVE, 8);
	put_num(p + 16, img_base + to, 8);
	return n + 1;
}

static void fill_image(uint8_t *img)
{
	static const char words[] = "Linux version 9.9.9 (a@b)\0\0"
				    "9.9.9 SMP mod_unload modversions aarch64 ";
	char name[16];
	size_t n = 0;

	memcpy(img, "MZ", 2);
	put_num(img + 16, IMG_SIZE, 8);
	memcpy(img + 56, "ARM\x64", 4);
	memcpy(img + 0x200, words, sizeof(words));
	for (size_t i = 0; i < 2 * N_EACH; i++) {
		(void)snprintf(name, sizeof(name), "%s_%02zu",
			       i < N_EACH ? "plain" : "gpl", i);
		put_ksym(img, i, name);
	}
	for (size_t i = 0; i < N_PARAMS; i++) {
		size_t at = IMG_PARAMS + 40 * i, to = IMG_PNAMES + 16 * i;

		(void)snprintf((char *)img + to, 16, "8mod%zu.x", i);
		put_num(img + at + 24, 0444, 2);
		n = put_rela(img, n, at, to);
		n = put_rela(img, n, at + 16, 0x100);
	}
	while (n < 80)
		n = put_rela(img, n, 0x800 + 8 * n, 0);
}

static void arm64_image(void **state)
{
	_cleanup_free_ char *path = in_top("Image.arm64");
	_cleanup_free_ uint8_t *img = calloc(1, IMG_SIZE);
	struct bytes b = { img, IMG_SIZE };
	_cleanup_kern_ struct kern *k = NULL;
	struct kern_export e;

	(void)state;
	assert_non_null(img);
	fill_image(img);
	write_at(path, &b);
	k = open_where(&(struct kern_where){ .image = path,
					     .no_cache = true });
	assert_int_equal(kern_machine(k), EM_AARCH64);
	assert_true(kern_is64(k));
	assert_int_equal(kern_find_export(k, "plain_07", &e), KERN_YES);
	assert_int_equal(e.value, img_base + 0x100);
	assert_true(e.has_crc && e.crc == 0xc0000007 && !e.gpl_only);
	assert_int_equal(kern_find_export(k, "gpl_79", &e), KERN_YES);
	assert_true(e.has_crc && e.crc == 0xc0000000 + 79 && e.gpl_only);
	assert_int_equal(kern_find_export(k, "plain_99", &e), KERN_NO);
	assert_int_equal(kern_sysfs_taken(k, "8mod3"), KERN_YES);
	assert_int_equal(kern_sysfs_taken(k, "8mod10"), KERN_NO);
	/* Cut anywhere, it is a smaller image, or none. */
	for (b.n = 1; b.n < IMG_SIZE; b.n += 509) {
		struct kern *less = NULL;

		write_at(path, &b);
		(void)!kern_open(&(struct kern_where){ .image = path,
						       .no_cache = true },
				 &less, NULL);
		(void)kern_close(less);
	}
}

/* ------------------------------------------------------------------ cache */

/* The one file in the cache; NULL: there is none. */
static char *cached(const char *kind)
{
	_cleanup_free_ char *pattern = NULL;
	glob_t found = { 0 };
	char *path = NULL;

	assert_true(asprintf(&pattern, "%s/facts/%s-*", top, kind) > 0);
	if (!glob(pattern, 0, NULL, &found) && found.gl_pathc == 1)
		path = strdup(found.gl_pathv[0]);
	globfree(&found);
	return path;
}

/* So old that it cannot change again without a new time. */
static void wait_a_tick(void)
{
	(void)usleep(50 * 1000);
}

static void check_answers(struct kern *k)
{
	struct kern_export e;
	const struct kern_key *v;
	size_t n;

	assert_string_equal(kern_release(k), MKKERN_RELEASE);
	assert_int_equal(kern_find_export(k, "gamma", &e), KERN_YES);
	assert_int_equal(kern_says(k, "Invalid ELF header len %lu"), KERN_YES);
	assert_int_equal(kern_module_size(k), 256);
	assert_true(kern_btf(k).n > 0);
	assert_int_equal(kern_keys(k, &v, &n), KERN_YES);
}

static void the_cache_is_used_and_never_trusted(void **state)
{
	_cleanup_free_ char *image = in_top("vmlinux-cached");
	_cleanup_bytes_ struct bytes b = mkkern_build(&(struct mkkern){ 0 });
	const struct kern_where w = { .image = image };
	struct kern *k;
	struct stat was, is;

	(void)state;
	write_at(image, &b);
	wait_a_tick();
	k = open_where(&w);
	check_answers(k);
	kern_close(k);

	_cleanup_free_ char *path = cached("image");

	assert_non_null(path);
	assert_int_equal(stat(path, &was), 0);
	k = open_where(&w);
	check_answers(k);
	kern_close(k);
	assert_int_equal(stat(path, &is), 0);
	assert_int_equal(was.st_ino, is.st_ino);

	/* Damage anywhere makes it worthless, and it is made again. */
	_cleanup_bytes_ struct bytes file = { 0 };

	assert_int_equal(file_read(path, 1 << 20, &file, NULL), 0);
	for (size_t i = 0; i < file.n; i += file.n / 37 + 1) {
		file.p[i] ^= 0x10;
		write_at(path, &file);
		file.p[i] ^= 0x10;
		k = open_where(&w);
		/* The type information is checked when it is asked for. */
		assert_int_equal(kern_module_size(k), 256);
		(void)kern_btf(k);
		kern_close(k);
	}
	for (size_t n = 0; n < file.n; n += file.n / 37 + 1) {
		struct bytes cut = { file.p, n };

		write_at(path, &cut);
		k = open_where(&w);
		check_answers(k);
		kern_close(k);
	}
}

static void another_image_is_another_key(void **state)
{
	_cleanup_free_ char *image = in_top("vmlinux-cached");
	_cleanup_bytes_ struct bytes b =
		mkkern_build(&(struct mkkern){ .no_btf = true });
	_cleanup_free_ char *before = cached("image");
	struct kern *k;

	(void)state;
	assert_non_null(before);
	write_at(image, &b);
	wait_a_tick();
	k = open_where(&(struct kern_where){ .image = image });
	assert_int_equal(kern_module_size(k), 0);
	kern_close(k);

	/* What was known of the old one is gone. */
	_cleanup_free_ char *after = cached("image");

	assert_non_null(after);
	assert_string_not_equal(before, after);
	assert_false(path_exists(before));
}

static void no_cache_writes_nothing(void **state)
{
	_cleanup_free_ char *facts = in_top("facts");
	_cleanup_kern_ struct kern *k = NULL;

	(void)state;
	assert_int_equal(tree_remove(facts, NULL), 0);
	k = open_image(&(struct mkkern){ 0 });
	wait_a_tick();
	assert_null(cached("image"));
}

/* ---------------------------------------------------------------- modules */

static void write_module(const char *dir, const char *name,
			 const struct mkko_export *x, size_t n)
{
	_cleanup_free_ char *path = NULL;
	_cleanup_bytes_ struct bytes b = { 0 };
	const struct mkko m = {
		.name = name,
		.exports = x,
		.n_exports = n,
		.vermagic = MKKERN_VERMAGIC,
	};

	assert_int_equal(mkko_build(&m, &b), 0);
	assert_true(asprintf(&path, "%s/%s.ko", dir, name) > 0);
	write_at(path, &b);
}

static char *make_folder(void)
{
	static const struct mkko_export one[] = { { "one_a", NULL, 7, false },
						  { "one_b", "X", 8, true } };
	char *dir = in_top("modules");
	_cleanup_free_ char *sub = in_top("modules/kernel/lib");
	_cleanup_free_ char *builtin = in_top("modules/modules.builtin");

	assert_int_equal(tree_remove(dir, NULL), 0);
	assert_int_equal(dir_make(sub, NULL), 0);
	write_module(sub, "one", one, 2);
	write_module(sub, "two", NULL, 0);
	write_text(builtin, "kernel/fs/ext9.ko\nkernel/lib/a-b.ko\n");
	return dir;
}

static void modules_without_an_index(void **state)
{
	_cleanup_free_ char *dir = make_folder();
	_cleanup_kern_ struct kern *k =
		open_where(&(struct kern_where){ .modules = dir });
	_cleanup_arena_ struct arena a = { 0 };
	struct kern_export e, *v;
	size_t n;

	(void)state;
	assert_int_equal(kern_find_provider(k, "one_b", &e), KERN_YES);
	assert_string_equal(e.owner, "one");
	assert_string_equal(e.ns, "X");
	assert_true(e.gpl_only && e.has_crc);
	assert_int_equal(e.crc, 8);
	assert_int_equal(kern_find_provider(k, "alpha", &e), KERN_NO);
	assert_int_equal(kern_find_export(k, "alpha", &e), KERN_UNKNOWN);
	assert_true(str_ends(kern_module_path(k, "two"), "/lib/two.ko"));
	assert_null(kern_module_path(k, "three"));
	assert_int_equal(kern_builtin(k, "ext9"), KERN_YES);
	assert_int_equal(kern_builtin(k, "a_b"), KERN_YES);
	assert_int_equal(kern_builtin(k, "one"), KERN_NO);
	assert_int_equal(kern_module_exports(k, "one", &a, &v, &n), KERN_YES);
	assert_int_equal(n, 2);
	assert_string_equal(v[0].name, "one_a");
	assert_int_equal(kern_module_exports(k, "two", &a, &v, &n), KERN_YES);
	assert_int_equal(n, 0);
	assert_int_equal(kern_module_exports(k, "three", &a, &v, &n), KERN_NO);
}

/* Without an image, one of its modules tells. */
static void a_module_tells(void **state)
{
	_cleanup_free_ char *dir = make_folder();
	_cleanup_kern_ struct kern *k =
		open_where(&(struct kern_where){ .modules = dir });
	struct kern_member m;

	(void)state;
	assert_string_equal(kern_vermagic(k), MKKERN_VERMAGIC);
	assert_string_equal(kern_release(k), MKKERN_RELEASE);
	assert_int_equal(kern_machine(k), EM_X86_64);
	assert_int_equal(kern_module_size(k), 896);
	assert_int_equal(kern_member(k, "name", &m), KERN_YES);
	assert_int_equal(m.offset, 24);
	assert_int_equal(kern_member(k, "init", &m), KERN_YES);
	assert_int_equal(m.offset, 312);
	assert_int_equal(kern_member(k, "exit", &m), KERN_YES);
	assert_int_equal(m.offset, 848);
	assert_int_equal(kern_member(k, "taints", &m), KERN_UNKNOWN);
	assert_int_equal(kern_says(k, "%s"), KERN_UNKNOWN);
	assert_int_equal(kern_option(k, "SMP"), KERN_OPT_Y);
	assert_int_equal(kern_option(k, "MODULE_SIG"), KERN_OPT_UNKNOWN);
}

/* What the cache says of a module holds only while it is the same file. */
static void a_module_that_changed(void **state)
{
	static const struct mkko_export now[] = { { "one_c", NULL, 9, false } };
	_cleanup_free_ char *dir = make_folder();
	_cleanup_free_ char *sub = in_top("modules/kernel/lib");
	const struct kern_where w = { .modules = dir };
	struct kern_export e;
	struct kern *k;

	(void)state;
	wait_a_tick();
	k = open_where(&w);
	assert_int_equal(kern_find_provider(k, "one_a", &e), KERN_YES);
	kern_close(k);

	_cleanup_free_ char *kept = cached("modules");

	assert_non_null(kept);
	write_module(sub, "one", now, 1);
	k = open_where(&w);
	assert_int_equal(kern_find_provider(k, "one_a", &e), KERN_NO);
	assert_int_equal(kern_find_provider(k, "one_c", &e), KERN_YES);
	assert_int_equal(e.crc, 9);
	kern_close(k);
}

/* An index of one kind, from rows of key and value. */
static void write_index(const char *name, const char *const (*rows)[2],
			size_t n)
{
	_cleanup_arena_ struct arena a = { 0 };
	_cleanup_bytes_ struct bytes b = { 0 };
	_cleanup_free_ char *path = in_top(name);
	struct idx_trie *t = idx_trie_new(&a);

	assert_non_null(t);
	for (size_t i = 0; i < n; i++)
		assert_int_equal(idx_trie_add(t, rows[i][0], rows[i][1], 0),
				 0);
	assert_int_equal(idx_trie_bytes(t, &b, NULL), 0);
	write_at(path, &b);
}

/* What the index says is the way; the module has the last word. */
static void modules_with_an_index(void **state)
{
	static const char *const symbols[][2] = {
		{ "symbol:one_a", "one" },
		{ "symbol:one_b", "one" },
		{ "symbol:stale", "two" },
	};
	static const char *const deps[][2] = {
		{ "one", "kernel/lib/one.ko:" },
		{ "two", "kernel/lib/two.ko:" },
	};
	_cleanup_free_ char *dir = make_folder();
	const struct kern_where w = { .modules = dir };
	struct kern_export e;
	_cleanup_free_ char *facts = in_top("facts");

	(void)state;
	assert_int_equal(tree_remove(facts, NULL), 0);
	write_index("modules/modules.symbols.bin", symbols, 3);
	write_index("modules/modules.dep.bin", deps, 2);
	wait_a_tick();
	for (int again = 0; again < 3; again++) {
		struct kern *k = open_where(&w);

		assert_int_equal(kern_find_provider(k, "one_b", &e), KERN_YES);
		assert_string_equal(e.owner, "one");
		assert_int_equal(kern_find_provider(k, "none", &e), KERN_NO);
		if (again == 1)
			assert_int_equal(kern_find_provider(k, "stale", &e),
					 KERN_NO);
		assert_true(str_ends(kern_module_path(k, "two"), "/two.ko"));
		assert_null(kern_module_path(k, "three"));
		kern_close(k);

		_cleanup_free_ char *kept = cached("modules");

		assert_non_null(kept);
	}
}

/* Who asks for many gets all read. */
static void many_modules(void **state)
{
	static char symvers[4096];
	_cleanup_free_ char *dir = make_folder();
	_cleanup_free_ char *sub = in_top("modules/kernel/lib");
	_cleanup_free_ char *order = in_top("modules/modules.order");
	_cleanup_free_ char *path = in_top("Module.symvers");
	_cleanup_text_ struct text list = { 0 };
	struct kern_export e;
	char name[32];

	(void)state;
	symvers[0] = 0;
	for (int i = 0; i < 40; i++) {
		const struct mkko_export x = { name, NULL, 5, false };
		size_t n = strlen(symvers);

		(void)snprintf(name, sizeof(name), "mod%d", i);
		write_module(sub, name, &x, 1);
		/* The last one is a stray: nobody listed it. */
		if (i == 39)
			break;
		text_addf(&list, "kernel/lib/%s.ko\n", name);
		(void)snprintf(symvers + n, sizeof(symvers) - n,
			       "0x00000005\tmod%d\tkernel/lib/mod%d\t"
			       "EXPORT_SYMBOL\t\n", i, i);
	}
	write_text(order, text_str(&list));
	write_text(path, symvers);
	for (int with = 0; with < 2; with++) {
		_cleanup_kern_ struct kern *k = open_where(
			&(struct kern_where){ .modules = dir,
					      .symvers = with ? path : NULL,
					      .no_cache = true });

		for (int i = 39; i >= 0; i--) {
			(void)snprintf(name, sizeof(name), "mod%d", i);
			assert_int_equal(kern_find_provider(k, name, &e),
					 KERN_YES);
			assert_string_equal(e.owner, name);
			assert_string_equal(e.name, name);
		}
		assert_int_equal(kern_find_provider(k, "mod40", &e), KERN_NO);
	}
}

static void rows_of_symvers(void **state)
{
	_cleanup_free_ char *path = in_top("Module.symvers");
	_cleanup_bytes_ struct bytes packed = { 0 };
	static const char text[] =
		"0x00000011\talpha\tvmlinux\tEXPORT_SYMBOL\t\n"
		"0x00000012\tbeta\tvmlinux\tEXPORT_SYMBOL_GPL\tNS\n"
		"not a line\n"
		"0x00000013\tmod_a\tdrivers/x/a-b\tEXPORT_SYMBOL_GPL\n";

	(void)state;
	write_text(path, text);
	for (int xz = 0; xz < 2; xz++) {
		_cleanup_kern_ struct kern *k = open_where(
			&(struct kern_where){ .symvers = path,
					      .release = "1.2" });
		struct kern_export e;

		assert_int_equal(kern_find_export(k, "alpha", &e), KERN_YES);
		assert_int_equal(e.crc, 0x11);
		assert_int_equal(kern_find_export(k, "beta", &e), KERN_YES);
		assert_true(e.gpl_only && e.has_crc);
		assert_string_equal(e.ns, "NS");
		assert_int_equal(kern_find_export(k, "mod_a", &e), KERN_NO);
		assert_int_equal(kern_find_provider(k, "mod_a", &e), KERN_YES);
		assert_string_equal(e.owner, "a_b");
		assert_string_equal(kern_release(k), "1.2");
		packed = packers[1].fn((struct span){ (const uint8_t *)text,
						      strlen(text) });
		write_at(path, &packed);
		bytes_fini(&packed);
	}
}

/* ---------------------------------------------------------------- threads */

static void *ask(void *arg)
{
	struct kern *k = arg;
	struct kern_export e;

	for (int i = 0; i < 200; i++) {
		if (kern_find_provider(k, "one_b", &e) != KERN_YES ||
		    kern_find_export(k, "alpha", &e) != KERN_YES ||
		    kern_says(k, "%s: bad vermagic: kernel tainted.") !=
			    KERN_YES ||
		    kern_builtin(k, "ext9") != KERN_YES ||
		    !kern_module_path(k, "two"))
			return k;
	}
	return NULL;
}

static void several_threads(void **state)
{
	_cleanup_free_ char *dir = make_folder();
	_cleanup_free_ char *image = in_top("vmlinux");
	_cleanup_bytes_ struct bytes b = mkkern_build(&(struct mkkern){ 0 });
	_cleanup_kern_ struct kern *k = NULL;
	pthread_t t[4];

	(void)state;
	write_at(image, &b);
	k = open_where(&(struct kern_where){
		.image = image, .modules = dir, .no_cache = true });
	for (size_t i = 0; i < ARRAY_SIZE(t); i++)
		assert_int_equal(pthread_create(&t[i], NULL, ask, k), 0);
	for (size_t i = 0; i < ARRAY_SIZE(t); i++) {
		void *bad;

		assert_int_equal(pthread_join(t[i], &bad), 0);
		assert_null(bad);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(exports_of_every_form),
		cmocka_unit_test(identity),
		cmocka_unit_test(lines_of_the_log),
		cmocka_unit_test(structures),
		cmocka_unit_test(structures_of_the_other_byte_order),
		cmocka_unit_test(keys),
		cmocka_unit_test(names_in_sysfs),
		cmocka_unit_test(what_an_image_lacks_is_unknown),
		cmocka_unit_test(options_of_a_file),
		cmocka_unit_test(options_in_the_image),
		cmocka_unit_test(options_by_their_marks),
		cmocka_unit_test(every_packaging),
		cmocka_unit_test(what_is_no_kernel),
		cmocka_unit_test(bare_memory),
		cmocka_unit_test(arm64_image),
		cmocka_unit_test(the_cache_is_used_and_never_trusted),
		cmocka_unit_test(another_image_is_another_key),
		cmocka_unit_test(no_cache_writes_nothing),
		cmocka_unit_test(modules_without_an_index),
		cmocka_unit_test(a_module_tells),
		cmocka_unit_test(a_module_that_changed),
		cmocka_unit_test(modules_with_an_index),
		cmocka_unit_test(many_modules),
		cmocka_unit_test(rows_of_symvers),
		cmocka_unit_test(several_threads),
	};

	return cmocka_run_group_tests(tests, make_top, remove_top);
}
