/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A kernel is opened, and closed: see kern.h. */
#include <elf.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/text.h"
#include "kern/image.h"
#include "kern/kern_own.h"
#include "kern/learn.h"
#include "kern/symvers.h"
#include "ko/ko.h"

#define KIND "image"
#define CONFIG_MAX ((size_t)16 << 20)

static int no_memory(struct diag *d)
{
	return diag_fail(d, ENOMEM, "out of memory");
}

static int learn_image(const char *path, const char *key, bool cache,
		       struct kern_block *ret, struct diag *d)
{
	_cleanup_draft_ struct facts_draft f = { 0 };
	_cleanup_ko_ struct ko *ko = NULL;
	struct bytes b = { 0 };
	int r = kern_image_open(path, &ko, d);

	if (r < 0)
		return r;
	r = kern_learn(ko, &f, d);
	if (!r)
		r = facts_pack(&f, key, &b, d);
	if (r < 0) {
		diag_in(d, "%s", path);
		return r;
	}
	ret->owned = b;
	if (cache && !f.incomplete)
		store_write(KIND, key, bytes_span(&b));
	return facts_view(bytes_span(&b), &ret->facts);
}

static int open_image(const struct kern_where *w, struct kern *k,
		      struct diag *d)
{
	struct stat st;

	if (stat(w->image, &st) < 0) {
		int err = errno;

		return diag_fail(d, err, "%s: %s", w->image, strerror(err));
	}

	_cleanup_free_ char *key = store_key(w->image, &st);

	if (!key)
		return no_memory(d);
	if (!w->no_cache && !access(w->image, R_OK) &&
	    !store_open(KIND, key, &k->image))
		return 0;
	return learn_image(w->image, key,
			   !w->no_cache && !store_too_young(&st), &k->image,
			   d);
}

static int open_symvers(const char *path, struct kern *k, struct diag *d)
{
	_cleanup_draft_ struct facts_draft f = { 0 };
	int r = symvers_learn(path, &f, NULL, d);

	if (!r)
		r = facts_pack(&f, "", &k->image.owned, d);
	if (r < 0)
		return r;
	k->has_exports = true;
	return facts_view(bytes_span(&k->image.owned), &k->image.facts);
}

static bool given(const char *s)
{
	return s && *s;
}

/* The image if it can be read, else what was told when it was built. */
static int open_kernel(const struct kern_where *w, struct kern *k,
		       struct diag *d)
{
	struct diag why = { 0 };
	int r;

	if (given(w->image)) {
		r = open_image(w, k, &why);
		if (!r) {
			k->has_image = true;
			k->has_exports = !k->image.facts.info.no_exports;
			return 0;
		}
		/* One that cannot be read is none; a broken one is an error. */
		if (r != -ENOENT && r != -EACCES && r != -EPERM) {
			if (d && !d->err)
				*d = why;
			return r;
		}
		if (strv_addf(&k->unknown, "the kernel image cannot be read (%s)",
			    why.what[0] ? why.what : w->image) < 0)
			return no_memory(d);
	} else if (strv_addf(&k->unknown, "no kernel image at hand") < 0) {
		return no_memory(d);
	}
	if (!given(w->symvers))
		return 0;
	/* A file that is damaged is as good as none; it is told. */
	why = (struct diag){ 0 };
	r = open_symvers(w->symvers, k, &why);
	if (r == -ENOMEM)
		return no_memory(d);
	if (r < 0 && strv_addf(&k->unknown, "%s cannot be read (%s)", w->symvers,
			     why.what) < 0)
		return no_memory(d);
	return 0;
}

static int open_config(const struct kern_where *w, struct kern *k,
		       struct diag *d)
{
	struct bytes b = { 0 };
	struct span inside = k->image.facts.part[PART_CONFIG];

	if (given(w->config) &&
	    !file_read_regular(w->config, CONFIG_MAX, &b, NULL)) {
		k->has_config = true;
	} else if (inside.n) {
		b.p = malloc(inside.n + 1);
		if (!b.p)
			return no_memory(d);
		memcpy(b.p, inside.p, inside.n);
		b.p[inside.n] = 0;
		b.n = inside.n;
		k->has_config = true;
	}
	if (!k->has_config)
		return strv_addf(&k->unknown, "no configuration at hand") < 0
			       ? no_memory(d)
			       : 0;
	return kern_config_parse(&b, &k->config, d);
}

/* The field of struct module that a relocation fills with symbol @name. */
static struct kern_member filled_with(const struct ko *ko, const char *name)
{
	unsigned word = ko->is64 ? 8 : 4;

	for (struct ko_section s = { 0 }; ko_section_next(ko, &s);) {
		if (s.info != ko->sh_this_module)
			continue;
		for (uint64_t i = 0; i < ko_relocs(ko, &s); i++) {
			struct ko_reloc r;
			struct ko_symbol sym;

			if (ko_reloc(ko, &s, i, &r) &&
			    ko_symbol(ko, r.sym, &sym) &&
			    str_eq(sym.name, name))
				return (struct kern_member){
					(uint32_t)r.offset, word
				};
		}
	}
	return (struct kern_member){ 0 };
}

/*
 * list (2 words) and name follow the state, a number of 4 bytes that is
 * aligned to a word.
 */
static struct kern_member name_member(const struct ko *ko)
{
	unsigned word = ko->is64 ? 8 : 4;

	return (struct kern_member){ 3 * word, 64 - word };
}

static void read_sample(struct kern *k, const struct ko *ko)
{
	struct ko_section s;
	const char *magic = ko_modinfo(ko, "vermagic");

	k->sample = (struct sample){
		.known = true,
		.vermagic = magic ? arena_strdup(&k->a, magic) : NULL,
		.machine = ko->machine,
		.be = ko->be,
		.is64 = ko->is64,
	};
	if (!ko->sh_this_module || !ko_section(ko, ko->sh_this_module, &s) ||
	    s.size > UINT32_MAX)
		return;
	k->sample.size = (uint32_t)s.size;
	k->sample.name = name_member(ko);
	k->sample.init = filled_with(ko, "init_module");
	k->sample.exit = filled_with(ko, "cleanup_module");
}

/* A module says what an image would have said. */
static void open_sample(struct kern *k)
{
	const struct fact_info *i = &k->image.facts.info;
	_cleanup_ko_ struct ko *ko = NULL;
	const char *path;

	if (k->has_image && i->vermagic && i->module_size && i->machine)
		return;
	path = kern_folder_sample(k->folder);
	if (path && !ko_open_module(path, &ko, NULL))
		read_sample(k, ko);
}

static int open_keys(struct kern *k, struct diag *d)
{
	const struct facts *f = &k->image.facts;
	size_t n = facts_count(f, PART_KEYS, sizeof(struct fact_key));

	k->keys = arena_array(&k->a, n + 1, sizeof(*k->keys));
	if (!k->keys)
		return no_memory(d);
	for (size_t i = 0; i < n; i++) {
		struct kern_key *key = &k->keys[k->n_keys];
		struct fact_key x;

		if (!facts_record(f, PART_KEYS, i, &x, sizeof(x)) ||
		    !span_sub(f->part[PART_DER], x.der, x.der_n, &key->der))
			continue;
		key->subject = facts_str(f, x.subject);
		key->serial = facts_str(f, x.serial);
		k->n_keys++;
	}
	return 0;
}

/* The first word of vermagic, or the last part of the folder's name. */
static const char *guess_release(struct kern *k, const struct kern_where *w)
{
	if (given(w->release))
		return arena_strdup(&k->a, w->release);
	if (k->image.facts.info.release)
		return facts_str(&k->image.facts, k->image.facts.info.release);
	if (k->vermagic)
		return arena_strndup(&k->a, k->vermagic,
				     strcspn(k->vermagic, " "));
	if (given(w->modules))
		return arena_strdup(&k->a, path_base(w->modules));
	return "";
}

static int name_it(struct kern *k, const struct kern_where *w, struct diag *d)
{
	const struct facts *f = &k->image.facts;

	k->banner = facts_str(f, f->info.banner);
	k->vermagic = f->info.vermagic ? facts_str(f, f->info.vermagic)
				       : k->sample.vermagic;
	k->release = guess_release(k, w);
	return k->release ? 0 : no_memory(d);
}

/* Tells what the parts left open. */
static int sum_up(struct kern *k, struct diag *d)
{
	const struct facts *f = &k->image.facts;
	const uint32_t whys[] = { f->info.no_exports, f->info.no_btf,
				  f->info.no_keys };
	struct text t = { 0 };

	for (size_t i = 0; i < ARRAY_SIZE(whys); i++)
		if (whys[i] && strv_addf(&k->unknown, "%s", facts_str(f, whys[i])) < 0)
			return no_memory(d);
	if (!kern_folder_exists(k->folder) &&
	    strv_addf(&k->unknown, "no modules of this kernel at hand") < 0)
		return no_memory(d);
	for (size_t i = 0; i < k->unknown.n; i++)
		text_addf(&t, "%s%s", i ? "; " : "", k->unknown.v[i]);
	if (k->unknown.n)
		k->missing = arena_strdup(&k->a, text_str(&t));
	text_fini(&t);
	return k->unknown.n && !k->missing ? no_memory(d) : 0;
}

static int open_all(const struct kern_where *w, struct kern *k,
		    struct diag *d)
{
	int r = kern_folder_open(w->modules, &k->folder, d);

	if (!r)
		r = kern_provider_open(k->folder, w->symvers, w->no_cache,
				       &k->provider, d);
	if (!r)
		r = open_kernel(w, k, d);
	if (r < 0)
		return r;
	if (!k->has_image && !k->has_exports && !kern_folder_exists(k->folder))
		return diag_fail_hint(
			d, ENOENT, "'lkm kernel list' shows what is at hand",
			"there is nothing to learn this kernel from: no image, no modules, no Module.symvers that can be read");
	r = open_config(w, k, d);
	if (r < 0)
		return r;
	open_sample(k);
	r = open_keys(k, d);
	if (!r)
		r = name_it(k, w, d);
	return r < 0 ? r : sum_up(k, d);
}

int kern_open(const struct kern_where *w, struct kern **ret, struct diag *d)
{
	_cleanup_kern_ struct kern *k = calloc(1, sizeof(*k));

	if (!k)
		return no_memory(d);
	k->memo = calloc(1, sizeof(*k->memo));
	if (!k->memo)
		return no_memory(d);

	int r = open_all(w, k, d);

	if (r < 0)
		return r;
	*ret = take_ptr(k);
	return 0;
}

struct kern *kern_close(struct kern *k)
{
	if (!k)
		return NULL;
	(void)kern_provider_close(k->provider);
	(void)kern_folder_close(k->folder);
	kern_config_fini(&k->config);
	kern_block_fini(&k->image);
	strv_fini(&k->unknown);
	free(k->memo);
	free(atomic_load(&k->btf_count));
	arena_fini(&k->a);
	free(k);
	return NULL;
}
