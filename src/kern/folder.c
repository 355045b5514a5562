/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The modules of a kernel: see folder.h. */
#include "kern/folder.h"

#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/text.h"
#include "index/dir.h"
#include "index/scan.h"
#include "kern/gather.h"
#include "kern/store.h"
#include "kern/symvers.h"
#include "ko/ko.h"

#define KIND "modules"
#define MODULE_ORDER_MAX ((size_t)16 << 20)

/* A module whose exports were read again. */
struct fresh {
	struct kern_export *v;
	size_t n;
};

enum checked { UNCHECKED, SAME, CHANGED };

struct names {
	struct gather_file *v; /* open addressing, by name */
	size_t cap, n;
};

struct kern_folder {
	char *path, *symvers;
	bool no_cache;
	pthread_mutex_t lock; /* of all below but what is loaded */
	struct idx_dir *dir;
	struct arena a;

	bool scanned; /* there is no index: this is what was found */
	struct idx_sources sources;
	struct names names; /* known so far */

	/* Written once, before loaded is set. */
	atomic_int loaded; /* 0 not yet, 1 there, 2 there is nothing */
	struct kern_block block;
	_Atomic(uint8_t) *checked; /* enum checked, for each module */
	struct fresh *fresh;
};

int kern_folder_open(const char *path, const char *symvers, bool no_cache,
		     struct kern_folder **ret, struct diag *d)
{
	struct kern_folder *f = calloc(1, sizeof(*f));
	int r = 0;

	if (!f)
		return diag_fail(d, ENOMEM, "out of memory");
	(void)pthread_mutex_init(&f->lock, NULL);
	f->no_cache = no_cache;
	if (path && *path) {
		f->path = strdup(path);
		r = f->path ? idx_dir_open(path, &f->dir, d) : -ENOMEM;
	}
	if (!r && symvers && *symvers) {
		f->symvers = strdup(symvers);
		r = f->symvers ? 0 : -ENOMEM;
	}
	if (r < 0) {
		(void)kern_folder_close(f);
		return diag_fail(d, ENOMEM, "out of memory");
	}
	*ret = f;
	return 0;
}

struct kern_folder *kern_folder_close(struct kern_folder *f)
{
	if (!f)
		return NULL;
	(void)idx_dir_close(f->dir);
	idx_sources_fini(&f->sources);
	kern_block_fini(&f->block);
	free(f->names.v);
	free(f->checked);
	free(f->fresh);
	arena_fini(&f->a);
	(void)pthread_mutex_destroy(&f->lock);
	free(f->path);
	free(f->symvers);
	free(f);
	return NULL;
}

bool kern_folder_exists(const struct kern_folder *f)
{
	return f->dir && idx_dir_exists(f->dir);
}

/* ------------------------------------------------------------ where it lies */

static size_t name_slot(const struct names *t, const char *name)
{
	size_t at = (size_t)facts_hash(name, strlen(name)) & (t->cap - 1);

	while (t->v[at].name && !str_eq(t->v[at].name, name))
		at = (at + 1) & (t->cap - 1);
	return at;
}

static int names_add(struct names *t, const char *name, const char *path)
{
	if (t->n * 2 >= t->cap) {
		struct names big = { .cap = t->cap ? t->cap * 2 : 64 };

		big.v = calloc(big.cap, sizeof(*big.v));
		if (!big.v)
			return -ENOMEM;
		for (size_t i = 0; i < t->cap; i++)
			if (t->v[i].name)
				big.v[name_slot(&big, t->v[i].name)] = t->v[i];
		big.n = t->n;
		free(t->v);
		*t = big;
	}

	size_t at = name_slot(t, name);

	if (!t->v[at].name) {
		t->v[at] = (struct gather_file){ name, path };
		t->n++;
	}
	return 0;
}

/* Is there a modules.dep(.bin) and a modules.symbols(.bin)? */
static bool has_index(struct kern_folder *f)
{
	const struct idx_bin *b;

	return !idx_dir_bin(f->dir, IDX_DEP, &b, NULL) &&
	       !idx_dir_bin(f->dir, IDX_SYMBOL, &b, NULL);
}

static int scan(struct kern_folder *f)
{
	static struct depmod_search searches[] = {
		{ DEPMOD_SEARCH_DIR, "updates" },
		{ DEPMOD_SEARCH_BUILTIN, NULL },
	};
	static const struct depmod_conf conf = { .searches = searches,
						 .n_searches = 2 };

	if (f->scanned)
		return 0;
	if (idx_scan(f->path, &conf, NULL, &f->sources, NULL) < 0)
		return -ENOENT;
	f->scanned = true;
	for (size_t i = 0; i < f->sources.n; i++)
		if (names_add(&f->names, f->sources.v[i].name,
			      f->sources.v[i].path) < 0)
			return -ENOMEM;
	return 0;
}

static const char *path_locked(struct kern_folder *f, const char *name)
{
	if (f->names.cap) {
		const struct gather_file *g =
			&f->names.v[name_slot(&f->names, name)];

		if (g->name)
			return g->path;
	}
	if (!has_index(f)) {
		if (f->scanned || scan(f) < 0 || !f->names.cap)
			return NULL;
		return f->names.v[name_slot(&f->names, name)].path;
	}

	const char **dep, *copy;
	size_t n;

	/* What there is none of is remembered, too. */
	if (idx_dir_dep(f->dir, name, &f->a, &dep, &n, NULL) < 0)
		dep = NULL;
	copy = arena_strdup(&f->a, name);
	if (copy)
		(void)names_add(&f->names, copy, dep ? dep[0] : NULL);
	return dep ? dep[0] : NULL;
}

const char *kern_folder_module(struct kern_folder *f, const char *name)
{
	const char *path;

	if (!kern_folder_exists(f))
		return NULL;
	(void)pthread_mutex_lock(&f->lock);
	path = path_locked(f, name);
	(void)pthread_mutex_unlock(&f->lock);
	return path;
}

/* modules.order has names as they were before anybody packed them. */
static const char *packed_as(struct kern_folder *f, const char *rel)
{
	static const char *const ends[] = { "", ".xz", ".zst", ".gz" };

	for (size_t i = 0; i < ARRAY_SIZE(ends); i++) {
		char *path = arena_printf(&f->a, "%s/%s%s", f->path, rel,
					  ends[i]);

		if (path && path_exists(path))
			return path;
	}
	return NULL;
}

static const char *sample_locked(struct kern_folder *f)
{
	_cleanup_free_ char *order = NULL;
	_cleanup_bytes_ struct bytes b = { 0 };
	const char *path = NULL;

	if (idx_dir_file(f->dir, "modules.order", &order) < 0 ||
	    file_read_regular(order, MODULE_ORDER_MAX, &b, NULL) < 0)
		return NULL;

	char *rest = (char *)b.p;

	/* Packages are split: not all that was built need be here. */
	for (unsigned i = 0; i < 1000 && rest && !path; i++) {
		char *line = strsep(&rest, "\n");

		if (*line)
			path = packed_as(f, line);
	}
	return path;
}

const char *kern_folder_sample(struct kern_folder *f)
{
	const char *path;

	if (!kern_folder_exists(f))
		return NULL;
	(void)pthread_mutex_lock(&f->lock);
	path = sample_locked(f);
	if (!path && !scan(f) && f->sources.n)
		path = f->sources.v[0].path;
	(void)pthread_mutex_unlock(&f->lock);
	return path;
}

enum kern_known kern_folder_builtin(struct kern_folder *f, const char *name)
{
	const struct idx_bin *b;
	const char *value;
	int r;

	if (!kern_folder_exists(f))
		return KERN_UNKNOWN;
	(void)pthread_mutex_lock(&f->lock);
	r = idx_dir_bin(f->dir, IDX_BUILTIN, &b, NULL);
	(void)pthread_mutex_unlock(&f->lock);
	if (!r)
		r = idx_bin_get(b, name, &value, NULL);
	else
		return r == -ENODATA ? KERN_NO : KERN_UNKNOWN;
	return !r ? KERN_YES : r == -ENOENT ? KERN_NO : KERN_UNKNOWN;
}

/* ------------------------------------------------------- what they export */

struct list {
	struct gather_file *v;
	size_t n;
};

struct exporters {
	struct kern_folder *f;
	struct list list;
	struct names seen;
	bool failed;
};

static int note_exporter(void *arg, const char *key, const struct idx_value *v)
{
	struct exporters *e = arg;
	const char *path;

	(void)key;
	if (e->seen.cap && e->seen.v[name_slot(&e->seen, v->value)].name)
		return 0;
	if (names_add(&e->seen, v->value, "") < 0)
		return -ENOMEM;
	path = path_locked(e->f, v->value);
	if (!path)
		return 0;

	struct gather_file *list = arena_more(&e->f->a, e->list.v, e->list.n,
					      sizeof(*list));

	if (!list)
		return -ENOMEM;
	list[e->list.n++] = (struct gather_file){ v->value, path };
	e->list.v = list;
	return 0;
}

/* The modules that export anything, by the index. */
static int list_by_index(struct kern_folder *f, struct list *ret)
{
	const struct idx_bin *b;
	struct exporters e = { .f = f };
	int r = idx_dir_bin(f->dir, IDX_SYMBOL, &b, NULL);

	if (!r)
		r = idx_bin_each(b, note_exporter, &e, NULL);
	free(e.seen.v);
	*ret = e.list;
	return r;
}

static int list_by_scan(struct kern_folder *f, struct list *ret)
{
	int r = scan(f);

	if (r < 0)
		return r;
	ret->v = arena_array(&f->a, f->sources.n + 1, sizeof(*ret->v));
	if (!ret->v)
		return -ENOMEM;
	for (; ret->n < f->sources.n; ret->n++)
		ret->v[ret->n] = (struct gather_file){
			f->sources.v[ret->n].name,
			f->sources.v[ret->n].path,
		};
	return 0;
}

/* A file of an index proves that its modules are known. */
static char *key_by_index(struct kern_folder *f)
{
	_cleanup_free_ char *path = NULL;
	struct stat st;

	if (idx_dir_file(f->dir, idx_file_name(IDX_SYMBOL), &path) < 0 ||
	    stat(path, &st) < 0 || store_too_young(&st))
		return NULL;
	return store_key(path, &st);
}

/* The state of all files, in the form of a key. */
static char *key_by_scan(struct kern_folder *f)
{
	uint64_t h[2] = { f->sources.n, 0 };
	char *key = NULL;

	for (size_t i = 0; i < f->sources.n; i++) {
		const struct idx_source *s = &f->sources.v[i];
		uint64_t of[7] = { h[0],
				   h[1],
				   s->size,
				   s->ino,
				   (uint64_t)s->mtime_ns,
				   (uint64_t)s->ctime_ns,
				   facts_hash(s->rel, strlen(s->rel)) };

		h[0] = facts_hash(of, sizeof(of));
		h[1] = h[1] * 31 + h[0];
	}
	if (asprintf(&key, "0:0:%zx:%llx:%llx:%s", f->sources.n,
		     (unsigned long long)h[0], (unsigned long long)h[1],
		     f->path) < 0)
		return NULL;
	return key;
}

/* Reads all, keeps it. */
static int learn(struct kern_folder *f, const struct list *l, const char *key)
{
	_cleanup_draft_ struct facts_draft draft = { 0 };
	struct bytes b = { 0 };
	int r = gather_exports(l->v, l->n, &draft, NULL);

	if (!r)
		r = facts_pack(&draft, key ? key : "", &b, NULL);
	if (r < 0)
		return r;
	if (key && !f->no_cache && !draft.incomplete)
		store_write(KIND, key, bytes_span(&b));
	f->block.owned = b;
	return facts_view(bytes_span(&b), &f->block.facts);
}

static int load_folder(struct kern_folder *f)
{
	_cleanup_free_ char *key = NULL;
	struct list l = { 0 };
	bool indexed = has_index(f);
	int r = indexed ? 0 : scan(f);

	if (r < 0)
		return r;
	key = indexed ? key_by_index(f) : key_by_scan(f);
	if (key && !f->no_cache && !store_open(KIND, key, &f->block))
		return 0;
	r = indexed ? list_by_index(f, &l) : list_by_scan(f, &l);
	return r < 0 ? r : learn(f, &l, key);
}

static int load_symvers(struct kern_folder *f)
{
	_cleanup_draft_ struct facts_draft draft = { 0 };
	int r = symvers_learn(f->symvers, NULL, &draft, NULL);

	if (!r)
		r = facts_pack(&draft, "", &f->block.owned, NULL);
	return r < 0 ? r
		     : facts_view(bytes_span(&f->block.owned),
				  &f->block.facts);
}

static int load(struct kern_folder *f)
{
	int r = kern_folder_exists(f) ? load_folder(f) : -ENOENT;

	if (r < 0 && f->symvers) {
		kern_block_fini(&f->block);
		r = load_symvers(f);
	}
	if (r < 0)
		return r;

	size_t n = facts_count(&f->block.facts, PART_MODULES,
			       sizeof(struct fact_module));

	f->checked = calloc(n + 1, sizeof(*f->checked));
	f->fresh = calloc(n + 1, sizeof(*f->fresh));
	return f->checked && f->fresh ? 0 : -ENOMEM;
}

static bool loaded(struct kern_folder *f)
{
	int is = atomic_load_explicit(&f->loaded, memory_order_acquire);

	if (is)
		return is == 1;
	(void)pthread_mutex_lock(&f->lock);
	is = atomic_load(&f->loaded);
	if (!is) {
		is = load(f) < 0 ? 2 : 1;
		atomic_store_explicit(&f->loaded, is, memory_order_release);
	}
	(void)pthread_mutex_unlock(&f->lock);
	return is == 1;
}

static struct fact_module module_at(const struct kern_folder *f, size_t i)
{
	struct fact_module m = { 0 };

	(void)facts_record(&f->block.facts, PART_MODULES, i, &m, sizeof(m));
	return m;
}

static size_t module_count(const struct kern_folder *f)
{
	return facts_count(&f->block.facts, PART_MODULES,
			   sizeof(struct fact_module));
}

/* The module that export @i belongs to. */
static size_t module_of(const struct kern_folder *f, size_t i)
{
	size_t lo = 0, hi = module_count(f);

	while (hi - lo > 1) {
		size_t mid = lo + (hi - lo) / 2;

		if (module_at(f, mid).first <= i)
			lo = mid;
		else
			hi = mid;
	}
	return lo;
}

static struct kern_export export_of(const struct facts *f,
				    const struct fact_export *e,
				    const char *owner)
{
	return (struct kern_export){
		.name = facts_str(f, e->name),
		.ns = facts_str(f, e->ns),
		.owner = owner,
		.crc = e->crc,
		.has_crc = e->flags & FACT_CRC,
		.gpl_only = e->flags & FACT_GPL,
	};
}

static int64_t nanoseconds(struct timespec t)
{
	return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

static bool is_same(const struct fact_module *m, const struct stat *st)
{
	return m->size == (uint64_t)st->st_size && m->ino == st->st_ino &&
	       m->mtime_ns == nanoseconds(st->st_mtim) &&
	       m->ctime_ns == nanoseconds(st->st_ctim);
}

/* Reads a module again that is not what it was; it may be gone. */
static void refresh(struct kern_folder *f, size_t i, const char *owner,
		    const char *path)
{
	_cleanup_ko_ struct ko *ko = NULL;
	struct ko_export *x;
	size_t n;

	if (ko_open(path, &ko, NULL) < 0 ||
	    ko_exports(ko, &f->a, &x, &n, NULL) < 0)
		return;

	struct kern_export *v = arena_array(&f->a, n + 1, sizeof(*v));

	if (!v)
		return;
	for (size_t k = 0; k < n; k++) {
		v[k] = (struct kern_export){
			.name = arena_strdup(&f->a, x[k].name),
			.ns = arena_strdup(&f->a, x[k].ns),
			.owner = owner,
			.crc = x[k].crc,
			.has_crc = x[k].has_crc,
			.gpl_only = x[k].gpl_only,
		};
		if (!v[k].name || !v[k].ns)
			return;
	}
	f->fresh[i] = (struct fresh){ v, n };
}

/* Is what is known of module @i true of its file now? */
static bool still_true(struct kern_folder *f, size_t i,
		       const struct fact_module *m)
{
	const char *path = facts_str(&f->block.facts, m->path);
	uint8_t is = atomic_load_explicit(&f->checked[i],
					  memory_order_acquire);
	struct stat st;

	if (is != UNCHECKED || !*path)
		return is != CHANGED;
	(void)pthread_mutex_lock(&f->lock);
	is = atomic_load(&f->checked[i]);
	if (is == UNCHECKED) {
		is = !stat(path, &st) && is_same(m, &st) ? SAME : CHANGED;
		if (is == CHANGED)
			refresh(f, i, facts_str(&f->block.facts, m->name),
				path);
		atomic_store_explicit(&f->checked[i], is,
				      memory_order_release);
	}
	(void)pthread_mutex_unlock(&f->lock);
	return is == SAME;
}

enum kern_known kern_folder_find(struct kern_folder *f, const char *symbol,
				 struct kern_export *ret)
{
	struct fact_export e;
	size_t i;

	if (!loaded(f))
		return KERN_UNKNOWN;
	if (!facts_find_export(&f->block.facts, symbol, &e, &i))
		return KERN_NO;
	i = module_of(f, i);

	struct fact_module m = module_at(f, i);

	if (still_true(f, i, &m)) {
		*ret = export_of(&f->block.facts, &e,
				 facts_str(&f->block.facts, m.name));
		return KERN_YES;
	}
	for (size_t k = 0; k < f->fresh[i].n; k++)
		if (str_eq(f->fresh[i].v[k].name, symbol)) {
			*ret = f->fresh[i].v[k];
			return KERN_YES;
		}
	return KERN_NO;
}

static enum kern_known copy_exports(struct kern_folder *f, size_t i,
				    const struct fact_module *m,
				    struct arena *a, struct kern_export **ret,
				    size_t *ret_n)
{
	size_t n = still_true(f, i, m) ? m->n_exports : f->fresh[i].n;
	struct kern_export *v = arena_array(a, n + 1, sizeof(*v));

	if (!v)
		return KERN_UNKNOWN;
	for (size_t k = 0; k < n; k++) {
		struct fact_export e = { 0 };

		if (f->fresh[i].v) {
			v[k] = f->fresh[i].v[k];
			continue;
		}
		(void)facts_record(&f->block.facts, PART_EXPORTS,
				   m->first + k, &e, sizeof(e));
		v[k] = export_of(&f->block.facts, &e,
				 facts_str(&f->block.facts, m->name));
	}
	*ret = v;
	*ret_n = n;
	return KERN_YES;
}

enum kern_known kern_folder_exports(struct kern_folder *f, const char *name,
				    struct arena *a, struct kern_export **ret,
				    size_t *ret_n)
{
	if (!loaded(f))
		return KERN_UNKNOWN;
	for (size_t i = 0; i < module_count(f); i++) {
		struct fact_module m = module_at(f, i);

		if (str_eq(facts_str(&f->block.facts, m.name), name))
			return copy_exports(f, i, &m, a, ret, ret_n);
	}
	*ret = NULL;
	*ret_n = 0;
	return kern_folder_module(f, name) ? KERN_YES : KERN_NO;
}
