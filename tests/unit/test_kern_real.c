/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * src/kern on each kernel at hand: what its image says equals what its
 * headers, and its modules, say.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <elf.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "build/facts.h"
#include "build/kernel.h"
#include "kern/symvers.h"
#include "ko/ko.h"

static struct build_kernels kernels;

static int list(void **state _unused_)
{
	return build_kernel_list(&kernels, NULL);
}

static int unlist(void **state _unused_)
{
	build_kernels_fini(&kernels);
	return 0;
}

/* The kernels of which all is there. */
static const struct build_kernel *next_kernel(size_t *i)
{
	while (*i < kernels.n) {
		const struct build_kernel *b = &kernels.v[(*i)++];

		if (b->image_readable && b->modules[0])
			return b;
	}
	return NULL;
}

static struct kern *open_kernel(const struct build_kernel *b)
{
	struct kern *k = NULL;
	struct diag d = { 0 };

	if (build_kernel_facts(b, true, &k, &d))
		fail_msg("%s: %s: %s", b->release, d.where, d.what);
	return k;
}

static void need_one(void)
{
	size_t i = 0;

	if (next_kernel(&i))
		return;
	print_message("no kernel at hand; 'lkm kernel get' fetches one\n");
	skip();
}

/* Return: false: these headers have none. */
static bool read_symvers(const struct build_kernel *b, struct bytes *ret,
			 struct facts *f)
{
	_cleanup_draft_ struct facts_draft draft = { 0 };
	_cleanup_free_ char *path = NULL;

	assert_true(asprintf(&path, "%s/Module.symvers", b->headers) > 0);
	if (!b->headers[0] || !path_exists(path))
		return false;
	assert_int_equal(symvers_learn(path, &draft, NULL, NULL), 0);
	assert_int_equal(facts_pack(&draft, "", ret, NULL), 0);
	assert_int_equal(facts_view(bytes_span(ret), f), 0);
	return true;
}

static void compare_exports(const struct build_kernel *b,
			    const struct kern *k, const struct facts *f)
{
	struct kern_export x;
	struct fact_export e;
	size_t n = 0, at;

	for (size_t i = 0; kern_export_next(k, &i, &x); n++) {
		if (!facts_find_export(f, x.name, &e, &at))
			fail_msg("%s: %s is not in symvers", b->release,
				 x.name);
		if (x.gpl_only != ((e.flags & FACT_GPL) != 0) ||
		    x.has_crc != ((e.flags & FACT_CRC) != 0) ||
		    x.crc != e.crc || !str_eq(x.ns, facts_str(f, e.ns)))
			fail_msg("%s: %s: gpl %d crc %d %x ns '%s', in symvers %u %x '%s'",
				 b->release, x.name, x.gpl_only, x.has_crc,
				 x.crc, x.ns, e.flags, e.crc,
				 facts_str(f, e.ns));
	}
	assert_int_equal(n, facts_count(f, PART_EXPORTS, sizeof(e)));
	print_message("# %s: %zu exports\n", b->release, n);
}

static void exports_are_those_of_symvers(void **state)
{
	const struct build_kernel *b;

	(void)state;
	need_one();
	for (size_t i = 0; (b = next_kernel(&i));) {
		_cleanup_kern_ struct kern *k = open_kernel(b);
		_cleanup_bytes_ struct bytes bytes = { 0 };
		struct facts f;

		if (read_symvers(b, &bytes, &f))
			compare_exports(b, k, &f);
	}
}

static void one_module(const struct build_kernel *b, struct kern *k,
		       const char *name, const struct ko *ko)
{
	_cleanup_arena_ struct arena a = { 0 };
	struct ko_section s;
	struct ko_export *x;
	struct kern_export e;
	size_t n;

	assert_string_equal(ko_modinfo(ko, "vermagic"), kern_vermagic(k));
	assert_true(ko_section(ko, ko->sh_this_module, &s));
	assert_int_equal(s.size, kern_module_size(k));
	assert_int_equal(ko_exports(ko, &a, &x, &n, NULL), 0);
	for (size_t i = 0; i < n; i++) {
		if (kern_find_provider(k, x[i].name, &e) != KERN_YES)
			fail_msg("%s: who exports %s?", b->release, x[i].name);
		assert_string_equal(e.owner, name);
		assert_int_equal(e.crc, x[i].crc);
		assert_int_equal(e.gpl_only, x[i].gpl_only);
		assert_string_equal(e.ns, x[i].ns);
	}
}

static void its_modules_agree(void **state)
{
	static const char *const names[] = { "nf_conntrack", "virtio_net",
					     "ext4", "dummy", "tcp_bbr" };
	const struct build_kernel *b;

	(void)state;
	need_one();
	for (size_t i = 0; (b = next_kernel(&i));) {
		_cleanup_kern_ struct kern *k = open_kernel(b);

		for (size_t m = 0; m < ARRAY_SIZE(names); m++) {
			_cleanup_ko_ struct ko *ko = NULL;
			const char *path = kern_module_path(k, names[m]);

			if (!path)
				continue;
			assert_int_equal(ko_open_module(path, &ko, NULL), 0);
			one_module(b, k, names[m], ko);
		}
	}
}

/* The init and exit that BTF tells are where a module has its relocations. */
static void btf_and_relocations_agree(void **state)
{
	const struct build_kernel *b;

	(void)state;
	need_one();
	for (size_t i = 0; (b = next_kernel(&i));) {
		_cleanup_kern_ struct kern *k = open_kernel(b);
		_cleanup_kern_ struct kern *bare = NULL;
		static const char *const members[] = { "name", "init",
						       "exit" };
		struct kern_where w = { .modules = b->modules,
					.no_cache = true };

		assert_int_equal(kern_open(&w, &bare, NULL), 0);
		assert_string_equal(kern_vermagic(bare), kern_vermagic(k));
		assert_int_equal(kern_module_size(bare), kern_module_size(k));
		for (size_t m = 0; m < ARRAY_SIZE(members); m++) {
			struct kern_member x = { 0 }, y = { 0 };

			assert_int_equal(kern_member(k, members[m], &x),
					 KERN_YES);
			/* The first of its modules may have no exit. */
			if (kern_member(bare, members[m], &y) != KERN_YES)
				continue;
			assert_int_equal(x.offset, y.offset);
			assert_int_equal(x.size, y.size);
		}
	}
}

static void hex(struct span s, struct text *t)
{
	for (size_t i = 0; i < s.n; i++)
		text_addf(t, "%02x", s.p[i]);
}

static void the_signer_is_a_key(void **state)
{
	const struct build_kernel *b;

	(void)state;
	need_one();
	for (size_t i = 0; (b = next_kernel(&i));) {
		_cleanup_kern_ struct kern *k = open_kernel(b);
		_cleanup_arena_ struct arena a = { 0 };
		_cleanup_ko_ struct ko *ko = NULL;
		_cleanup_text_ struct text serial = { 0 };
		const char *path = kern_module_path(k, "dummy");
		const struct kern_key *keys;
		struct ko_signature sig;
		bool found = false;
		size_t n;

		if (!path || ko_open(path, &ko, NULL) < 0 ||
		    ko_signature(ko, &a, &sig, NULL) < 0)
			continue;
		hex(sig.serial, &serial);
		(void)kern_keys(k, &keys, &n);
		for (size_t x = 0; x < n; x++)
			found |= str_eq(keys[x].serial, text_str(&serial)) &&
				 str_eq(keys[x].subject, sig.signer);
		if (!found)
			fail_msg("%s: no key %s of %s", b->release,
				 text_str(&serial), sig.signer);
		print_message("# %s: %s\n", b->release, text_str(&serial));
	}
}

/* Checks that every kernel has had for ten years, or that this one must. */
static void loaders_say_what_they_must(void **state)
{
	static const char *const lines[] = {
		"%s: Unknown symbol %s (err %d)",
		"%s: version magic '%s' should be '%s'",
		"%s: module is from the staging directory, the quality is unknown, you have been warned.",
		"%s: exports duplicate symbol %s (owned by %s)",
		"%s: `%s' invalid for parameter `%s'",
	};
	const struct build_kernel *b;

	(void)state;
	need_one();
	for (size_t i = 0; (b = next_kernel(&i));) {
		_cleanup_kern_ struct kern *k = open_kernel(b);

		for (size_t l = 0; l < ARRAY_SIZE(lines); l++)
			if (kern_says(k, lines[l]) != KERN_YES)
				fail_msg("%s does not say '%s'", b->release,
					 lines[l]);
		assert_int_equal(kern_says(k, "%s: no such line as this"),
				 KERN_NO);
		if (kern_option(k, "MODVERSIONS") == KERN_OPT_Y)
			assert_int_equal(
				kern_says(
					k,
					"%s: disagrees about version of symbol %s"),
				KERN_YES);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(exports_are_those_of_symvers),
		cmocka_unit_test(its_modules_agree),
		cmocka_unit_test(btf_and_relocations_agree),
		cmocka_unit_test(the_signer_is_a_key),
		cmocka_unit_test(loaders_say_what_they_must),
	};

	return cmocka_run_group_tests(tests, list, unlist);
}
