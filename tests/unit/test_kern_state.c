/* SPDX-License-Identifier: GPL-2.0-or-later */
/* src/kern/state.h: the state of a machine that is a folder. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <elf.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/text.h"
#include "kern/efi_keys.h"
#include "kern/state.h"
#include "kern/state_exports.h"
#include "mkkern.h"
#include "mkko.h"

static char *top;

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

static void put_bytes(const char *name, const void *p, size_t n)
{
	_cleanup_free_ char *path = NULL, *dir = NULL;

	assert_true(asprintf(&path, "%s%s", top, name) > 0);
	dir = strdup(path);
	assert_non_null(dir);
	dir[path_base(path) - path - 1] = 0;
	assert_int_equal(dir_make(dir, NULL), 0);
	assert_int_equal(file_write(path, p, n, 0644, NULL), 0);
}

static void put_file(const char *name, const char *text)
{
	put_bytes(name, text, strlen(text));
}

/* A kernel with a module "one" that exports. */
static struct kern *make_kernel(void)
{
	static const struct mkko_export x[] = { { "one_a", NULL, 7, true } };
	const struct mkko m = { .name = "one", .exports = x, .n_exports = 1 };
	_cleanup_bytes_ struct bytes b = { 0 };
	_cleanup_free_ char *dir = NULL;
	struct kern *k = NULL;

	assert_int_equal(mkko_build(&m, &b), 0);
	put_bytes("/m/kernel/one.ko", b.p, b.n);
	assert_true(asprintf(&dir, "%s/m", top) > 0);
	assert_int_equal(kern_open(&(struct kern_where){ .modules = dir,
							 .no_cache = true },
				   &k, NULL),
			 0);
	return k;
}

static void a_machine(void **state)
{
	_cleanup_arena_ struct arena a = { 0 };
	_cleanup_strv_ struct strv unknown = { 0 };
	_cleanup_kern_ struct kern *k = make_kernel();
	struct kern_state s;

	(void)state;
	put_file("/proc/sys/kernel/tainted", "4097\n");
	put_file("/proc/sys/kernel/modules_disabled", "0\n");
	put_file("/proc/self/status", "Name:\tx\nCapEff:\t000001ffffffffff\n");
	put_file("/proc/self/uid_map", "0 0 4294967295\n");
	put_file("/proc/cmdline",
		 "quiet module_blacklist=x \"module-blacklist=a,b c\" -- "
		 "module_blacklist=init\n");
	put_file("/proc/modules",
		 "two 16384 0 - Loading 0xffffffffc0300000 (OE+)\n"
		 "one 16384 1 two, Live 0xffffffffc0200000\n");
	put_file("/sys/module/one/taint", "P\n");
	put_file("/sys/module/module/parameters/sig_enforce", "Y\n");
	put_file("/sys/kernel/security/lockdown",
		 "none [integrity] confidentiality\n");
	put_file("/sys/devices/system/cpu/vulnerabilities/spectre_v2",
		 "Mitigation: Retpolines\n");
	assert_int_equal(kern_state_live(top, k, &a, &s, &unknown, NULL), 0);
	assert_int_equal(unknown.n, 0);
	assert_int_equal(s.taints, 4097);
	assert_int_equal(s.said, KERN_SAID_OOT | KERN_SAID_PROPRIETARY);
	assert_false(s.no_cap || s.modules_disabled);
	assert_true(s.sig_enforce && s.spectre_v2_mitigated);
	assert_int_equal(s.lockdown, KERN_LOCKDOWN_INTEGRITY);
	assert_string_equal(s.blacklist, "a,b c");
	assert_true(s.keys_complete);
	assert_int_equal(s.n_keys, 0);

	assert_int_equal(s.n_loaded, 2);
	assert_string_equal(s.loaded[0].name, "one");
	assert_int_equal(s.loaded[0].state, KERN_LIVE);
	assert_int_equal(s.loaded[0].taints, 1);
	assert_true(s.loaded[0].exports_known);
	assert_int_equal(s.loaded[0].n_exports, 1);
	assert_string_equal(s.loaded[0].exports[0].name, "one_a");
	assert_int_equal(s.loaded[0].base, UINT64_C(0xffffffffc0200000));
	assert_string_equal(s.loaded[1].name, "two");
	assert_int_equal(s.loaded[1].state, KERN_COMING);
	assert_int_equal(s.loaded[1].taints, 1 << 12 | 1 << 13);
	assert_false(s.loaded[1].exports_known);
}

/* A page of memory with two tables and what they refer to. */
#define MEMORY UINT64_C(0xffffffffc0500000)

static void put_ref(uint8_t *page, size_t at, size_t to)
{
	int32_t v = (int32_t)to - (int32_t)at;

	memcpy(page + at, &v, sizeof(v));
}

static void put_kcore(size_t names)
{
	uint8_t file[8192] = { 0 };
	Elf64_Ehdr h = { .e_phoff = sizeof(h), .e_phnum = 2,
			 .e_phentsize = sizeof(Elf64_Phdr) };
	const Elf64_Phdr p[2] = {
		{ .p_type = PT_NOTE },
		{ .p_type = PT_LOAD, .p_vaddr = MEMORY, .p_memsz = 4096,
		  .p_offset = 4096 },
	};
	uint8_t *page = file + 4096;
	const uint32_t crcs[] = { 0x11, 0x22, 0x33 };

	memcpy(h.e_ident, ELFMAG, SELFMAG);
	h.e_ident[EI_CLASS] = ELFCLASS64;
	memcpy(file, &h, sizeof(h));
	memcpy(file + sizeof(h), p, sizeof(p));
	/* Two plain ones; 8 bytes of padding; one for GPL modules, in NS. */
	put_ref(page, 0x100, 0x10);
	put_ref(page, 0x104, names);
	put_ref(page, 0x10c, 0x20);
	put_ref(page, 0x110, names + 6);
	put_ref(page, 0x120, 0x30);
	put_ref(page, 0x124, names + 12);
	put_ref(page, 0x128, names + 18);
	memcpy(page + 0x200, crcs, sizeof(crcs));
	if (names < 4000)
		memcpy(page + names, "two_a\0two_b\0two_g\0NS", 21);
	put_bytes("/proc/kcore", file, sizeof(file));
}

static void put_section(const char *name, unsigned at)
{
	_cleanup_free_ char *path = NULL, *text = NULL;

	assert_true(asprintf(&path, "/sys/module/two/sections/%s", name) > 0);
	assert_true(asprintf(&text, "0x%llx\n", (unsigned long long)MEMORY +
						       at) > 0);
	put_file(path, text);
}

static void put_two(void)
{
	put_file("/proc/modules", "two 4096 0 - Live 0xffffffffc0500000 (OE)\n");
	put_file("/sys/module/two/initstate", "live\n");
	put_section(".text", 0);
	put_section("__ksymtab", 0x100);
	put_section("__ksymtab_gpl", 0x120);
	put_section("__kcrctab", 0x200);
	put_section("__kcrctab_gpl", 0x208);
	put_section(".data", 0x300);
}

static void exports_are_in_memory(void **state)
{
	_cleanup_arena_ struct arena a = { 0 };
	_cleanup_kern_ struct kern *k = make_kernel();
	struct kern_export *v = NULL;
	size_t n = 0;

	(void)state;
	put_two();
	put_kcore(0x800);
	assert_int_equal(state_exports(top, k, "two", MEMORY, &a, &v, &n), 0);
	assert_int_equal(n, 3);
	assert_string_equal(v[0].name, "two_a");
	assert_int_equal(v[0].value, 0x10);
	assert_string_equal(v[0].ns, "");
	assert_string_equal(v[0].owner, "two");
	assert_true(v[0].has_crc && v[0].crc == 0x11 && !v[0].gpl_only);
	assert_string_equal(v[1].name, "two_b");
	assert_int_equal(v[1].crc, 0x22);
	assert_string_equal(v[2].name, "two_g");
	assert_string_equal(v[2].ns, "NS");
	assert_true(v[2].crc == 0x33 && v[2].gpl_only);
}

/* Names that lie outside, no such memory, hidden addresses, none at all. */
static void exports_are_not_made_up(void **state)
{
	_cleanup_arena_ struct arena a = { 0 };
	_cleanup_kern_ struct kern *k = make_kernel();
	struct kern_export *v = NULL;
	size_t n = 7;

	(void)state;
	put_two();
	put_kcore(1 << 20);
	assert_int_equal(state_exports(top, k, "two", MEMORY, &a, &v, &n),
			 -EBADMSG);
	put_bytes("/proc/kcore", "\177ELF", 4);
	assert_int_equal(state_exports(top, k, "two", MEMORY, &a, &v, &n),
			 -ENOENT);
	put_file("/proc/kcore", "This is no memory, but it is long enough to "
				"hold a header.........................");
	assert_int_equal(state_exports(top, k, "two", MEMORY, &a, &v, &n),
			 -EBADMSG);
	put_kcore(0x800);
	put_file("/sys/module/two/sections/__ksymtab", "0x0\n");
	put_file("/sys/module/two/sections/__ksymtab_gpl", "0x0\n");
	put_file("/sys/module/two/sections/__kcrctab", "0x0\n");
	put_file("/sys/module/two/sections/__kcrctab_gpl", "0x0\n");
	put_file("/sys/module/two/sections/.text", "0x0\n");
	put_file("/sys/module/two/sections/.data", "0x0\n");
	assert_int_equal(state_exports(top, k, "two", MEMORY, &a, &v, &n),
			 -ENOENT);
	put_section(".text", 0); /* they are told: it has no such table */
	assert_int_equal(state_exports(top, k, "two", MEMORY, &a, &v, &n), 0);
	assert_int_equal(n, 0);
	assert_int_equal(state_exports(top, k, "three", MEMORY, &a, &v, &n),
			 -ENOENT);
}

static void nothing_can_be_read(void **state)
{
	_cleanup_arena_ struct arena a = { 0 };
	_cleanup_strv_ struct strv unknown = { 0 };
	_cleanup_kern_ struct kern *k = make_kernel();
	struct kern_state s;

	(void)state;
	assert_int_equal(kern_state_live("/nonexistent", k, &a, &s, &unknown,
					 NULL),
			 0);
	assert_int_equal(s.taints, 0);
	assert_int_equal(s.n_loaded, 0);
	assert_false(s.no_cap || s.sig_enforce || s.modules_disabled);
	assert_null(s.blacklist);
	for (size_t i = 0; i < unknown.n; i++)
		assert_true(unknown.v[i][0] != 0);
	assert_true(strv_has(&unknown, "taints"));
	assert_true(strv_has(&unknown, "lockdown"));
	assert_true(strv_has(&unknown, "loaded modules"));
}

/* A variable with a list of hashes, then one with two certificates. */
static void put_variable(const char *name, struct span der)
{
	static const char hash[] =
		"\x26\x16\xc4\xc1\x4c\x50\x92\x40\xac\xa9\x41\xf9\x36\x93\x43"
		"\x28" "\x4c\0\0\0\0\0\0\0\x30\0\0\0";
	static const char x509[] =
		"\xa1\x59\xc0\xa5\xe4\x94\xa7\x4a\x87\xb5\xab\x15\x5c\x2b\xf0"
		"\x72";
	_cleanup_text_ struct text t = { 0 };
	uint32_t n[3] = { 28 + 2 * (uint32_t)(der.n + 16), 0,
			  (uint32_t)der.n + 16 };
	uint8_t owner[48] = { 0 };

	text_add_bytes(&t, "\7\0\0\0", 4);
	text_add_bytes(&t, hash, 28);
	text_add_bytes(&t, owner, 48);
	text_add_bytes(&t, x509, 16);
	text_add_bytes(&t, n, 12);
	for (int i = 0; i < 2; i++) {
		text_add_bytes(&t, owner, 16);
		text_add_bytes(&t, der.p, der.n);
	}
	put_bytes(name, t.p, t.n);
}

static void keys_of_the_firmware(void **state)
{
	_cleanup_arena_ struct arena a = { 0 };
	_cleanup_strv_ struct strv unknown = { 0 };
	_cleanup_bytes_ struct bytes b = mkkern_build(&(struct mkkern){ 0 });
	_cleanup_free_ char *image = NULL;
	_cleanup_kern_ struct kern *k = NULL;
	const struct kern_key *key;
	struct kern_state s;
	size_t n;

	(void)state;
	put_bytes("/vmlinux", b.p, b.n);
	assert_true(asprintf(&image, "%s/vmlinux", top) > 0);
	assert_int_equal(kern_open(&(struct kern_where){ .image = image,
							 .no_cache = true },
				   &k, NULL),
			 0);
	assert_int_equal(kern_keys(k, &key, &n), KERN_YES);
	put_variable("/sys/firmware/efi/efivars/"
		     "MokListRT-605dab50-e046-4300-abb6-3dd810dd8b23",
		     key->der);
	assert_int_equal(kern_state_live(top, k, &a, &s, &unknown, NULL), 0);
	assert_int_equal(s.n_keys, 2);
	assert_string_equal(s.keys[1].subject, "mkko test key");
	assert_int_equal(s.keys[1].der.n, key->der.n);
	assert_memory_equal(s.keys[1].der.p, key->der.p, key->der.n);
	assert_true(s.keys_complete);
	put_file("/sys/firmware/efi/efivars/"
		 "db-d719b2cb-3d3a-4596-a3bc-dad00e67656f", "damaged");
	assert_int_equal(kern_state_live(top, k, &a, &s, &unknown, NULL), 0);
	assert_false(s.keys_complete);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_machine),
		cmocka_unit_test(exports_are_in_memory),
		cmocka_unit_test(exports_are_not_made_up),
		cmocka_unit_test(nothing_can_be_read),
		cmocka_unit_test(keys_of_the_firmware),
	};

	return cmocka_run_group_tests(tests, make_top, remove_top);
}
