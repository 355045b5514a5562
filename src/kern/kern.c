/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What is known of a kernel: see kern.h. */
#include "kern/kern.h"

#include <elf.h>
#include <errno.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <linux/btf.h>
#include <string.h>
#include <sys/stat.h>

#include "base/text.h"
#include "kern/config.h"
#include "kern/folder.h"
#include "kern/image.h"
#include "kern/learn.h"
#include "kern/provider.h"
#include "kern/says.h"
#include "kern/store.h"
#include "kern/symvers.h"
#include "ko/ko.h"

#define KIND "image"
#define CONFIG_MAX ((size_t)16 << 20)

/* Answers of says_has(), by hash; a question that finds no place is asked
 * again the next time. */
#define MEMO 1024

struct memo {
	_Atomic(uint64_t) v[MEMO]; /* hash with the answer in its low bits */
};

/* What one of the kernel's own modules tells where there is no image. */
struct sample {
	bool known;
	const char *vermagic;
	uint16_t machine;
	bool be, is64;
	uint32_t size;
	struct kern_member name, init, exit; /* size 0: not told */
};

struct kern {
	struct arena a;
	struct kern_block image; /* of the image, or of Module.symvers */
	_Atomic int btf_state;	 /* of kern_btf() */
	_Atomic(struct btf_count *) btf_count; /* NULL: not counted */
	bool has_image, has_exports;
	struct kern_config config;
	bool has_config;
	struct kern_folder *folder;
	struct kern_provider *provider;
	struct sample sample;
	struct kern_key *keys;
	size_t n_keys;
	const char *release, *banner, *vermagic, *missing;
	struct strv unknown;
	struct memo *memo;
};

/* --------------------------------------------------------------- opening */

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

/* -------------------------------------------------------------- identity */

const char *kern_missing(const struct kern *k)
{
	return k->missing;
}

size_t kern_unknowns(const struct kern *k, char *const **ret)
{
	*ret = k->unknown.v;
	return k->unknown.n;
}

const char *kern_release(const struct kern *k)
{
	return k->release;
}

const char *kern_banner(const struct kern *k)
{
	return k->banner;
}

const char *kern_vermagic(const struct kern *k)
{
	return k->vermagic;
}

uint16_t kern_machine(const struct kern *k)
{
	uint16_t m = k->image.facts.info.machine;

	return m ? m : k->sample.machine;
}

bool kern_be(const struct kern *k)
{
	return k->image.facts.info.machine ? k->image.facts.info.be
					   : k->sample.be;
}

bool kern_is64(const struct kern *k)
{
	return k->image.facts.info.machine ? k->image.facts.info.is64
					   : k->sample.is64;
}

/* --------------------------------------------------------------- exports */

static struct kern_export export_of(const struct facts *f,
				    const struct fact_export *e)
{
	return (struct kern_export){
		.name = facts_str(f, e->name),
		.ns = facts_str(f, e->ns),
		.owner = "",
		.value = e->value,
		.crc = e->crc,
		.has_crc = e->flags & FACT_CRC,
		.gpl_only = e->flags & FACT_GPL,
	};
}

enum kern_known kern_find_export(const struct kern *k, const char *name,
				 struct kern_export *ret)
{
	struct fact_export e;
	size_t i;

	if (!k->has_exports)
		return KERN_UNKNOWN;
	if (!facts_find_export(&k->image.facts, name, &e, &i))
		return KERN_NO;
	*ret = export_of(&k->image.facts, &e);
	return KERN_YES;
}

bool kern_export_next(const struct kern *k, size_t *i, struct kern_export *ret)
{
	struct fact_export e;

	if (!k->has_exports ||
	    !facts_record(&k->image.facts, PART_EXPORTS, *i, &e, sizeof(e)))
		return false;
	*ret = export_of(&k->image.facts, &e);
	(*i)++;
	return true;
}

enum kern_known kern_find_provider(struct kern *k, const char *name,
				   struct kern_export *ret)
{
	return kern_provider_find(k->provider, name, ret);
}

const char *kern_module_path(struct kern *k, const char *name)
{
	return kern_folder_module(k->folder, name);
}

enum kern_known kern_module_exports(struct kern *k, const char *name,
				    struct arena *a, struct kern_export **ret,
				    size_t *ret_n)
{
	return kern_provider_exports(k->provider, name, a, ret, ret_n);
}

/* ------------------------------------------------- configuration, checks */

/* Is it one of the words behind the release? */
static enum kern_known in_vermagic(const struct kern *k, const char *word)
{
	const char *s = k->vermagic;
	size_t n = strlen(word);

	if (!s)
		return KERN_UNKNOWN;
	while (*s) {
		size_t len = strcspn(s, " ");

		if (s != k->vermagic && len == n && !memcmp(s, word, n))
			return KERN_YES;
		s += len;
		s += strspn(s, " ");
	}
	return KERN_NO;
}

/* Options that show themselves elsewhere. */
static const struct mark {
	const char *option;
	const char *word;   /* of vermagic */
	const char *format; /* of a line in the image */
	bool is;	    /* what the line tells */
	bool only;	    /* its absence tells nothing: others lack it, too */
} marks[] = {
	{ "SMP", "SMP", NULL, true, false },
	{ "MODULE_UNLOAD", "mod_unload", NULL, true, false },
	{ "MODVERSIONS", "modversions", NULL, true, false },
	{ "PREEMPT_RT", "preempt_rt", NULL, true, false },
	{ "MODULE_SIG", NULL,
	  "%s: module verification failed: signature and/or required key missing - tainting kernel",
	  true, false },
	{ "MODULE_FORCE_LOAD", NULL, "%s: %s: kernel tainted.", true, false },
	{ "LIVEPATCH", NULL, "%s: tainting kernel with TAINT_LIVEPATCH", true,
	  true },
	{ "LIVEPATCH", NULL,
	  "%s: module is marked as livepatch module, but livepatch support is disabled",
	  false, true },
	{ "STRICT_MODULE_RWX", NULL,
	  "%s: section %s (index %d) has invalid WRITE|EXEC flags", true,
	  true },
	{ "DEBUG_INFO_BTF_MODULES", NULL,
	  "failed to validate module [%s] BTF: %ld", true, true },
};

static enum kern_option by_mark(const struct kern *k, const char *name)
{
	for (size_t i = 0; i < ARRAY_SIZE(marks); i++) {
		const struct mark *m = &marks[i];

		if (!str_eq(m->option, name))
			continue;

		enum kern_known is = m->word ? in_vermagic(k, m->word)
					     : kern_says(k, m->format);

		if (is == KERN_UNKNOWN || (is == KERN_NO && m->only))
			continue;
		return (is == KERN_YES) == m->is ? KERN_OPT_Y : KERN_OPT_N;
	}
	return KERN_OPT_UNKNOWN;
}

enum kern_option kern_option(const struct kern *k, const char *name)
{
	const char *v;

	if (!k->has_config)
		return by_mark(k, name);
	v = kern_config_get(&k->config, name);
	/* What a configuration does not mention, its kernel does not have. */
	return v && str_eq(v, "y")   ? KERN_OPT_Y
	       : v && str_eq(v, "m") ? KERN_OPT_M
				     : KERN_OPT_N;
}

const char *kern_option_text(const struct kern *k, const char *name)
{
	return kern_config_get(&k->config, name);
}

enum kern_known kern_says(const struct kern *k, const char *format)
{
	uint64_t h = facts_hash(format, strlen(format)) & ~UINT64_C(3);

	if (!k->has_image || !k->image.facts.part[PART_LINES].n)
		return KERN_UNKNOWN;
	for (size_t i = 0; i < 8; i++) {
		_Atomic(uint64_t) *slot = &k->memo->v[(h / 4 + i) % MEMO];
		uint64_t is = atomic_load(slot);

		if (is && (is & ~UINT64_C(3)) == h)
			return (enum kern_known)(is & 3);
		if (is)
			continue;

		enum kern_known answer =
			says_has(&k->image.facts, format) ? KERN_YES : KERN_NO;

		(void)atomic_compare_exchange_strong(slot, &is,
						     h | (unsigned)answer);
		return answer;
	}
	return says_has(&k->image.facts, format) ? KERN_YES : KERN_NO;
}

/* --------------------------------------------------- structures and types */

uint32_t kern_module_size(const struct kern *k)
{
	uint32_t n = k->image.facts.info.module_size;

	return n ? n : k->sample.size;
}

static enum kern_known of_sample(const struct kern *k, const char *path,
				 struct kern_member *ret)
{
	const struct {
		const char *path;
		struct kern_member is;
	} v[] = { { "name", k->sample.name },
		  { "init", k->sample.init },
		  { "exit", k->sample.exit } };

	for (size_t i = 0; i < ARRAY_SIZE(v); i++)
		if (v[i].is.size && str_eq(v[i].path, path)) {
			*ret = v[i].is;
			return KERN_YES;
		}
	return KERN_UNKNOWN;
}

enum kern_known kern_member(const struct kern *k, const char *path,
			    struct kern_member *ret)
{
	const struct facts *f = &k->image.facts;
	size_t lo = 0, hi = facts_count(f, PART_MEMBERS,
					sizeof(struct fact_member));

	if (!hi)
		return of_sample(k, path, ret);
	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;
		struct fact_member m = { 0 };

		(void)facts_record(f, PART_MEMBERS, mid, &m, sizeof(m));

		int c = strcmp(facts_str(f, m.path), path);

		if (!c) {
			*ret = (struct kern_member){ m.offset, m.size };
			return KERN_YES;
		}
		if (c < 0)
			lo = mid + 1;
		else
			hi = mid;
	}
	return KERN_NO;
}

uint32_t kern_struct_size(struct kern *k, const char *name)
{
	const struct facts *f = &k->image.facts;
	uint64_t h = facts_hash(name, strlen(name));
	size_t lo = 0, hi = facts_count(f, PART_STRUCTS,
					sizeof(struct fact_struct));

	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;
		struct fact_struct s = { 0 };

		(void)facts_record(f, PART_STRUCTS, mid, &s, sizeof(s));
		if (s.hash == h)
			return (uint32_t)s.size;
		if (s.hash < h)
			lo = mid + 1;
		else
			hi = mid;
	}
	return 0;
}

struct span kern_btf(struct kern *k)
{
	enum { NOT_ASKED, WHOLE, DAMAGED };

	if (k->btf_state == NOT_ASKED)
		k->btf_state = facts_btf(&k->image.facts).n ? WHOLE : DAMAGED;
	return k->btf_state == WHOLE ? k->image.facts.part[PART_BTF]
				     : (struct span){ 0 };
}

#define BTF_HEAD 12 /* of a type: name, info, size or another type */

/* How many types there are, and which of them are tags: ids, sorted. */
struct btf_count {
	uint32_t n_types;
	uint32_t n_tags;
	uint32_t tags[];
};

/* The types of kern_btf(), one behind the other. */
struct btf_walk {
	struct span s;
	uint64_t at, end;
	unsigned kinds;
	uint32_t parts;
};

static uint32_t word(struct span s, uint64_t off)
{
	uint64_t v = 0;

	(void)span_uint(s, off, 4, false, &v);
	return (uint32_t)v;
}

static struct btf_walk btf_walk(struct kern *k, unsigned kinds, uint32_t parts)
{
	struct btf_walk w = { .s = kern_btf(k), .kinds = kinds,
			      .parts = parts };

	w.at = (uint64_t)word(w.s, 4) + word(w.s, 8);
	w.end = w.at + word(w.s, 12);
	if (w.end > w.s.n)
		w.end = w.s.n;
	return w;
}

/* Return: the kind of the next one; 0: there is none. */
static unsigned btf_next(struct btf_walk *w)
{
	/* Bytes behind the head; and for each part. */
	static const struct {
		unsigned fixed, each;
	} size[] = {
		[BTF_KIND_INT] = { 4, 0 },	  [BTF_KIND_ARRAY] = { 12, 0 },
		[BTF_KIND_STRUCT] = { 0, 12 },	  [BTF_KIND_UNION] = { 0, 12 },
		[BTF_KIND_ENUM] = { 0, 8 },	  [BTF_KIND_FUNC_PROTO] = { 0, 8 },
		[BTF_KIND_VAR] = { 4, 0 },	  [BTF_KIND_DATASEC] = { 0, 12 },
		[BTF_KIND_DECL_TAG] = { 4, 0 },	  [BTF_KIND_ENUM64] = { 0, 12 },
	};

	if (w->at + BTF_HEAD > w->end)
		return 0;

	uint32_t info = word(w->s, w->at + 4);
	unsigned kind = info >> 24 & w->kinds;

	w->at += BTF_HEAD;
	if (kind < ARRAY_SIZE(size))
		w->at += size[kind].fixed +
			 (uint64_t)size[kind].each * (info & w->parts);
	return kind;
}

/* NULL: no memory. */
static struct btf_count *btf_count(struct kern *k, unsigned kinds,
				   uint32_t parts)
{
	struct btf_walk w = btf_walk(k, kinds, parts), again = w;
	uint32_t tags = 0;

	for (unsigned kind; (kind = btf_next(&w));)
		tags += kind == BTF_KIND_TYPE_TAG;

	struct btf_count *c = calloc(1, sizeof(*c) + tags * sizeof(*c->tags));

	if (!c)
		return NULL;
	c->n_types = 1;
	for (unsigned kind; (kind = btf_next(&again)); c->n_types++)
		if (kind == BTF_KIND_TYPE_TAG)
			c->tags[c->n_tags++] = c->n_types;
	return c;
}

uint32_t kern_btf_types(struct kern *k, unsigned kinds, uint32_t parts)
{
	struct btf_count *c = atomic_load(&k->btf_count), *none = NULL;

	if (!c) {
		c = btf_count(k, kinds, parts);
		/* Another thread may have been first: then its counts. */
		if (c && !atomic_compare_exchange_strong(&k->btf_count, &none,
							 c)) {
			free(c);
			c = none;
		}
	}
	return c ? c->n_types : 0;
}

bool kern_btf_is_tag(struct kern *k, uint32_t id)
{
	const struct btf_count *c = atomic_load(&k->btf_count);
	uint32_t lo = 0, hi = c ? c->n_tags : 0;

	while (lo < hi) {
		uint32_t mid = lo + (hi - lo) / 2;

		if (c->tags[mid] == id)
			return true;
		if (c->tags[mid] < id)
			lo = mid + 1;
		else
			hi = mid;
	}
	return false;
}

/* ---------------------------------------------------- keys and built-ins */

enum kern_known kern_keys(struct kern *k, const struct kern_key **ret,
			  size_t *ret_n)
{
	*ret = k->keys;
	*ret_n = k->n_keys;
	if (!k->has_image || k->image.facts.info.no_keys)
		return KERN_UNKNOWN;
	return k->n_keys ? KERN_YES : KERN_NO;
}

enum kern_known kern_builtin(struct kern *k, const char *module)
{
	return kern_folder_builtin(k->folder, module);
}

enum kern_known kern_sysfs_taken(struct kern *k, const char *name)
{
	struct span s = k->image.facts.part[PART_TAKEN];

	if (!k->has_image || !s.n)
		return KERN_UNKNOWN;
	for (size_t at = 0; at < s.n;) {
		const char *is = (const char *)s.p + at;

		if (str_eq(is, name))
			return KERN_YES;
		at += strlen(is) + 1;
	}
	return KERN_NO;
}
