/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Everything that can be asked about a file, asked about any bytes. Every
 * view that comes back is read to its end, so that a sanitizer sees one that
 * lies outside.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "fuzz.h"
#include "ko/ko.h"

static unsigned sum;

static void touch(struct span s)
{
	for (size_t i = 0; i < s.n; i++)
		sum += s.p[i];
}

static void touch_str(const char *s)
{
	if (s)
		sum += (unsigned)strlen(s);
}

static void need(bool ok)
{
	if (!ok)
		abort();
}

/* What a failure must be: known, and explained. */
static void explained(int r, const struct diag *d)
{
	need(r < 0 && d->err == -r && d->what[0]);
}

static void ask_sections(const struct ko *ko)
{
	unsigned n = 0;

	for (struct ko_section s = { 0 }; ko_section_next(ko, &s);) {
		struct diag d = { 0 };
		struct span b;
		int r = ko_section_bytes(ko, s.idx, &b, &d);

		touch(s.bytes);
		touch_str(s.name);
		if (r < 0)
			explained(r, &d);
		/* Enough of a hostile table with thousands of entries. */
		if (n++ > 256)
			break;
		for (uint64_t i = 0; i < ko_relocs(ko, &s) && i < 256; i++) {
			struct ko_reloc rel;

			need(ko_reloc(ko, &s, i, &rel));
		}
	}
}

static void ask_symbols(const struct ko *ko)
{
	_cleanup_text_ struct text t = { 0 };
	unsigned n = 0;

	for (struct ko_symbol s = { 0 }; ko_symbol_next(ko, &s) && n++ < 256;) {
		struct ko_symbol found;

		touch_str(s.name);
		if (ko_symbol_at(ko, s.shndx, s.value + 1, &found))
			need(found.value <= s.value + 1);
		ko_describe(ko, s.shndx, s.value, &t);
		(void)ko_find_symbol(ko, s.name, &found);
	}
	touch_str(text_str(&t));
}

static void ask_info(const struct ko *ko, struct arena *a)
{
	_cleanup_strv_ struct strv l = { 0 };
	struct ko_param *p;
	size_t n;

	for (struct ko_info i = { 0 }; ko_info_next(ko, &i);) {
		touch(i.key);
		touch_str(i.value);
	}
	need(!ko_params(ko, a, &p, &n));
	for (size_t i = 0; i < n; i++) {
		need(p[i].type || p[i].desc);
		touch_str(p[i].name);
		touch_str(p[i].type);
		touch_str(p[i].desc);
	}
	need(!ko_depends(ko, &l));
	for (size_t i = 0; i < l.n; i++)
		need(l.v[i][0] && !strchr(l.v[i], ','));
}

static void ask_tables(const struct ko *ko, struct arena *a)
{
	struct diag d1 = { 0 }, d2 = { 0 };
	struct ko_export *e;
	struct ko_need *w;
	size_t n;
	int r = ko_exports(ko, a, &e, &n, &d1);

	if (r < 0)
		explained(r, &d1);
	for (size_t i = 0; !r && i < n; i++) {
		touch_str(e[i].name);
		touch_str(e[i].ns);
	}
	r = ko_needs(ko, a, &w, &n, &d2);
	if (r < 0)
		explained(r, &d2);
	for (size_t i = 0; !r && i < n; i++)
		touch_str(w[i].name);
	for (int t = KO_VERSIONS; t <= KO_VERSIONS_EXT; t++) {
		enum ko_version_table tab = (enum ko_version_table)t;
		unsigned k = 0;

		int v_r = ko_check_versions(ko, tab, NULL);

		need(!v_r || v_r == -ENOEXEC);
		for (struct ko_version v = { 0 };
		     ko_version_next(ko, tab, &v) && k++ < 256;)
			touch_str(v.name);
	}
}

static void ask_identity(const struct ko *ko, struct arena *a)
{
	struct diag d = { 0 };
	struct ko_signature s;
	struct span b;
	int r = ko_signature(ko, a, &s, &d);

	if (ko_build_id(ko, &b))
		touch(b);
	if (r == -ENODATA)
		need(!d.err);
	else if (r < 0)
		explained(r, &d);
	if (r < 0)
		return;
	touch(s.sig);
	touch(s.serial);
	touch(s.key_id);
	touch_str(s.signer);
	touch_str(s.hash);
	touch_str(s.algo);
	need(s.trailer.elf_bytes < ko->image.n);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	_cleanup_ko_ struct ko *ko = NULL;
	_cleanup_arena_ struct arena a = { 0 };
	struct diag d = { 0 }, e = { 0 }, m = { 0 };
	int r = ko_open_span("fuzz.ko", (struct span){ data, size }, &ko, &d);

	if (r < 0) {
		explained(r, &d);
		return 0;
	}
	r = ko_check_elf(ko, &e);
	if (r < 0)
		explained(r, &e);
	else
		need(ko->elf);
	r = ko_check_module(ko, &m);
	if (r < 0)
		explained(r, &m);
	ask_sections(ko);
	ask_symbols(ko);
	ask_info(ko, &a);
	ask_tables(ko, &a);
	ask_identity(ko, &a);
	return 0;
}
