/* SPDX-License-Identifier: GPL-2.0-or-later */
/* src/ko: exports, needs, versions, build id, signatures. */
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

static struct ko *made(const struct mkko *m)
{
	struct bytes b = { 0 };
	struct ko *ko = NULL;

	assert_int_equal(mkko_build(m, &b), 0);
	assert_int_equal(ko_open_bytes("x.ko", &b, &ko, NULL), 0);
	return ko;
}

static void check_exports(const struct mkko *m)
{
	_cleanup_ko_ struct ko *ko = made(m);
	_cleanup_arena_ struct arena a = { 0 };
	struct ko_export *e;
	struct ko_section text;
	struct diag d = { 0 };
	size_t n;

	if (ko_exports(ko, &a, &e, &n, &d) < 0)
		fail_msg("%s form %d crc %d: %s: %s", m->machine, m->form,
			 m->crc, d.where, d.what);
	assert_int_equal(n, m->n_exports);
	assert_true(ko_find_section(ko, ".text", &text));
	for (size_t i = 0; i < n; i++) {
		const struct mkko_export *want = &m->exports[i];
		bool has_ns = want->ns && m->form != MKKO_FORM_OLD;

		assert_string_equal(e[i].name, want->name);
		assert_string_equal(e[i].ns, has_ns ? want->ns : "");
		assert_int_equal(e[i].gpl_only, want->gpl);
		assert_int_equal(e[i].has_crc, m->crc != MKKO_CRC_NONE);
		if (e[i].has_crc)
			assert_int_equal(e[i].crc, want->crc);
		assert_int_equal(e[i].shndx, text.idx);
		assert_int_equal(e[i].value, 16 * i);
	}
}

/* Plain ones first: the order of the tables. */
static const struct mkko_export many[] = {
	{ "one", NULL, 1, false },
	{ "two", "NS_A", 0xfffffffe, false },
	{ "three", NULL, 3, false },
	{ "four", "NS_B", 4, false },
	{ "five", NULL, 0x80000000, false },
	{ "six", NULL, 6, false },
	{ "g_one", NULL, 0x10, true },
	{ "g_two", "NS_A", 0x20, true },
};

static void exports(void **state)
{
	struct mkko m = mkko_full;

	(void)state;
	for (const char *const *s = mkko_machines(); *s; s++) {
		m.machine = *s;
		for (int form = 0; form <= MKKO_FORM_FLAGS; form++) {
			for (int crc = 0; crc <= MKKO_CRC_NONE; crc++) {
				m.form = (enum mkko_form)form;
				m.crc = (enum mkko_crc)crc;
				m.exports = mkko_full.exports;
				m.n_exports = mkko_full.n_exports;
				check_exports(&m);
				m.exports = many;
				/* Entry counts that other shapes divide, too.
				 */
				m.n_exports = 8;
				check_exports(&m);
				m.exports = many + 2;
				m.n_exports = 6;
				check_exports(&m);
				m.n_exports = 1;
				check_exports(&m);
			}
		}
	}
}

static void no_exports(void **state)
{
	struct mkko m = { 0 };
	_cleanup_ko_ struct ko *ko = made(&m);
	_cleanup_arena_ struct arena a = { 0 };
	struct ko_export *e;
	struct ko_need *w;
	size_t n = 9;

	(void)state;
	assert_int_equal(ko_exports(ko, &a, &e, &n, NULL), 0);
	assert_int_equal(n, 0);
	n = 9;
	assert_int_equal(ko_needs(ko, &a, &w, &n, NULL), 0);
	assert_int_equal(n, 0);
	assert_false(ko_has_versions(ko, KO_VERSIONS));
	assert_false(ko_has_versions(ko, KO_VERSIONS_EXT));
	assert_int_equal(ko_check_versions(ko, KO_VERSIONS, NULL), 0);
}

static void check_needs(const struct mkko *m, bool crcs)
{
	_cleanup_ko_ struct ko *ko = made(m);
	_cleanup_arena_ struct arena a = { 0 };
	struct ko_need *w;
	size_t n;

	assert_int_equal(ko_needs(ko, &a, &w, &n, NULL), 0);
	assert_int_equal(n, 3);
	assert_string_equal(w[0].name, "_printk");
	assert_string_equal(w[2].name, "maybe_there");
	assert_false(w[0].weak);
	assert_true(w[2].weak);
	assert_int_equal(w[0].has_crc, crcs);
	assert_int_equal(w[2].crc, crcs ? 0x9abcdef0 : 0);
}

static void needs(void **state)
{
	struct mkko m = mkko_full;

	(void)state;
	for (const char *const *s = mkko_machines(); *s; s++) {
		m.machine = *s;
		for (int i = 0; i < 4; i++) {
			m.versions = i & 1;
			m.ext_versions = i & 2;
			check_needs(&m, i);
		}
	}
}

static void versions(void **state)
{
	(void)state;
	for (const char *const *s = mkko_machines(); *s; s++) {
		struct mkko m = mkko_full;

		m.machine = *s;

		_cleanup_ko_ struct ko *ko = made(&m);

		for (int t = KO_VERSIONS; t <= KO_VERSIONS_EXT; t++) {
			enum ko_version_table tab = (enum ko_version_table)t;
			size_t n = 0;

			assert_true(ko_has_versions(ko, tab));
			for (struct ko_version v = { 0 };
			     ko_version_next(ko, tab, &v); n++) {
				assert_int_equal(v.idx, n);
				assert_string_equal(v.name, m.needs[n].name);
				assert_int_equal(v.crc, m.needs[n].crc);
			}
			assert_int_equal(n, m.n_needs);
		}
	}
}

static void build_id(void **state)
{
	struct span id = { 0 };

	(void)state;
	for (const char *const *s = mkko_machines(); *s; s++) {
		struct mkko m = { .machine = *s };
		_cleanup_ko_ struct ko *ko = made(&m);

		assert_true(ko_build_id(ko, &id));
		assert_true(span_eq(id, "mkko-build-id-here!!"));
	}
}

static void pkcs7(void **state)
{
	struct mkko m = { .sign = MKKO_PKCS7 };
	_cleanup_ko_ struct ko *ko = made(&m);
	_cleanup_arena_ struct arena a = { 0 };
	struct ko_signature s;
	struct bytes plain = { 0 };

	(void)state;
	m.sign = MKKO_UNSIGNED;
	assert_int_equal(mkko_build(&m, &plain), 0);
	assert_int_equal(ko_signature(ko, &a, &s, NULL), 0);
	assert_int_equal(s.trailer.elf_bytes, plain.n);
	assert_int_equal(s.trailer.id_type, KO_SIG_PKCS7);
	assert_string_equal(s.id, "PKCS#7");
	assert_string_equal(s.signer, "mkko test key");
	assert_string_equal(s.hash, "sha256");
	assert_string_equal(s.algo, "rsaEncryption");
	assert_true(span_eq(s.serial, "\xda\x01\x02\x03\xfe"));
	assert_int_equal(s.key_id.n, 0);
	assert_int_equal(s.sig.n, 256);
	assert_int_equal(s.sig.p[255], 0xa5);
	assert_false(s.certs || s.attrs || s.content);
	bytes_fini(&plain);
}

static void whole_pkcs7(void **state)
{
	struct mkko m = { .sign = MKKO_PKCS7_WHOLE };
	_cleanup_ko_ struct ko *ko = made(&m);
	_cleanup_arena_ struct arena a = { 0 };
	struct ko_signature s;

	(void)state;
	assert_int_equal(ko_signature(ko, &a, &s, NULL), 0);
	assert_string_equal(s.signer, "mkko test key");
	assert_true(span_eq(s.serial, "\xda\x01\x02\x03\xfe"));
	assert_true(s.certs);
	assert_true(s.attrs);
	assert_true(s.content);
}

static void other_signatures(void **state)
{
	struct mkko m = { .sign = MKKO_PKCS7_KEYID };
	_cleanup_ko_ struct ko *ko = made(&m);
	_cleanup_arena_ struct arena a = { 0 };
	struct ko_signature s;
	struct diag d = { 0 };

	(void)state;
	assert_int_equal(ko_signature(ko, &a, &s, NULL), 0);
	assert_string_equal(s.signer, "");
	assert_int_equal(s.serial.n, 0);
	assert_true(span_eq(s.key_id, "\x01\x23\x45\x67\x89\xab\xcd\xef"));

	m.sign = MKKO_X509;
	ko_close(ko);
	ko = made(&m);
	assert_int_equal(ko_signature(ko, &a, &s, NULL), 0);
	assert_string_equal(s.id, "X509");
	assert_string_equal(s.signer, "mkko");
	assert_string_equal(s.hash, "sha256");
	assert_string_equal(s.algo, "RSA");
	assert_true(span_eq(s.key_id, "\x01\x02\x03"));
	assert_true(span_eq(s.sig, "made-up signature"));

	m.sign = MKKO_UNSIGNED;
	ko_close(ko);
	ko = made(&m);
	assert_int_equal(ko_signature(ko, &a, &s, &d), -ENODATA);
	assert_int_equal(d.err, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(exports),
		cmocka_unit_test(no_exports),
		cmocka_unit_test(needs),
		cmocka_unit_test(versions),
		cmocka_unit_test(build_id),
		cmocka_unit_test(pkcs7),
		cmocka_unit_test(whole_pkcs7),
		cmocka_unit_test(other_signatures),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
