/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What lkm show asks about a module, asked about any bytes: with the types of
 * a kernel, and without one.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "fuzz.h"
#include "ko/ko.h"
#include "mkkern.h"
#include "rules/anatomy.h"

static unsigned sum;

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

/* Made once; its folder is gone before it is asked. */
static struct kern *kernel(void)
{
	static const struct mkkern what = { 0 };
	static struct kern *k;
	_cleanup_free_ char *top = NULL, *path = NULL;
	_cleanup_bytes_ struct bytes b = { 0 };
	struct kern_where w = { .no_cache = true };

	if (k)
		return k;
	b = mkkern_build(&what);
	need(b.p && !dir_temp("fuzz", &top, NULL) &&
	     asprintf(&path, "%s/vmlinux", top) > 0);
	need(!file_write(path, b.p, b.n, 0644, NULL));
	w.image = path;
	need(!kern_open(&w, &k, NULL));
	need(!tree_remove(top, NULL));
	return k;
}

static void ask_tables(const struct ko *ko, struct kern *k, struct arena *a)
{
	struct anat_tables t;

	need(!anat_tables(ko, k, a, &t, NULL));
	touch_str(t.init);
	touch_str(t.exit);
	for (size_t i = 0; i < t.n; i++) {
		const struct anat_object *o = &t.v[i];

		touch_str(o->name);
		touch_str(o->section);
		touch_str(o->type);
		touch_str(o->maybe);
		touch_str(anat_how_name(o->how));
		need(o->count && o->n_entries);
		for (size_t e = 0; e < o->n_entries; e++) {
			touch_str(o->entries[e].member);
			touch_str(o->entries[e].function);
			touch_str(o->entries[e].when);
		}
	}
}

static void ask_lists(const struct ko *ko, struct kern *k, struct arena *a)
{
	struct anat_param *p;
	struct anat_need *v;
	struct diag d = { 0 };
	size_t n;
	int r;

	need(!anat_params(ko, a, &p, &n));
	for (size_t i = 0; i < n; i++) {
		touch_str(p[i].name);
		touch_str(p[i].type);
		touch_str(p[i].dflt);
		touch_str(p[i].set);
	}
	r = anat_needs(ko, k, a, &v, &n, &d);
	need(!r || (r == -ENOEXEC && d.err == ENOEXEC));
	for (size_t i = 0; !r && i < n; i++) {
		touch_str(v[i].name);
		touch_str(v[i].owner);
	}
}

static void ask_words(const struct ko *ko, struct arena *a)
{
	static const char list[] = "8086  Intel\n\t1572  X710\n";
	struct anat_ids ids = {
		.pci = { (const uint8_t *)list, sizeof(list) - 1 },
		.usb = { (const uint8_t *)list, sizeof(list) - 1 },
	};

	for (struct ko_info i = { 0 }; ko_info_next(ko, &i);)
		touch_str(anat_alias(i.value, &ids, a));
	for (struct ko_section s = { 0 }; ko_section_next(ko, &s);)
		touch_str(anat_section(s.name));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	_cleanup_ko_ struct ko *ko = NULL;

	if (ko_open_span("fuzz.ko", (struct span){ data, size }, &ko, NULL) < 0)
		return 0;
	for (int with = 0; with < 2; with++) {
		_cleanup_arena_ struct arena a = { 0 };
		struct kern *k = with ? kernel() : NULL;

		ask_tables(ko, k, &a);
		ask_lists(ko, k, &a);
		if (!with)
			ask_words(ko, &a);
	}
	return 0;
}
