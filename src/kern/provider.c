/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the modules of a kernel export: see provider.h. */
#include "kern/provider.h"

#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "kern/store.h"
#include "kern/symvers.h"

#define KIND "modules"

/* Who asks for more modules than this will ask for all. */
#define FEW 24

enum checked { UNCHECKED, SAME, CHANGED };

/* A module that was read now. */
struct reading {
	struct gather_file file;
	struct gather_found found;
	struct kern_export *v;
};

/* What was known when it was made. Once it is seen by others it stays. */
struct table {
	struct table *before; /* the one that it took the place of */
	struct kern_block block;
	size_t n;		   /* modules */
	_Atomic(uint8_t) *checked; /* enum checked, for each */
	struct reading **again;	   /* what was CHANGED */
};

struct kern_provider {
	struct kern_folder *folder;
	char *symvers;
	bool no_cache;
	_Atomic(struct table *) table;

	pthread_mutex_t lock; /* of all below */
	bool opened;
	char *key;
	struct arena a;
	struct reading **readings; /* since the table was made */
	size_t n_readings;
	bool indexed;
	struct kern_block hints; /* of Module.symvers, without an index */
};

/* ---------------------------------------------------------------- tables */

static struct table *table_free(struct table *t)
{
	if (!t)
		return NULL;
	kern_block_fini(&t->block);
	free(t->checked);
	free(t->again);
	free(t);
	return NULL;
}

/* Takes @block over, also on failure. NULL: no memory. */
static struct table *table_new(struct kern_block *block)
{
	struct table *t = calloc(1, sizeof(*t));

	if (!t) {
		kern_block_fini(block);
		return NULL;
	}
	t->block = *block;
	*block = (struct kern_block){ 0 };
	t->n = facts_count(&t->block.facts, PART_MODULES,
			   sizeof(struct fact_module));
	t->checked = calloc(t->n + 1, sizeof(*t->checked));
	t->again = calloc(t->n + 1, sizeof(struct reading *));
	return t->checked && t->again ? t : table_free(t);
}

static void publish(struct kern_provider *p, struct table *t)
{
	t->before = atomic_load(&p->table);
	atomic_store_explicit(&p->table, t, memory_order_release);
}

static int pack(struct facts_draft *draft, const char *key,
		struct kern_block *ret)
{
	int r = facts_pack(draft, key ? key : "", &ret->owned, NULL);

	return r < 0 ? r
		     : facts_view(bytes_span(&ret->owned), &ret->facts);
}

static struct fact_module module_at(const struct facts *f, size_t i)
{
	struct fact_module m = { 0 };

	(void)facts_record(f, PART_MODULES, i, &m, sizeof(m));
	return m;
}

/* The module that export @i belongs to. */
static size_t module_of(const struct table *t, size_t i)
{
	size_t lo = 0, hi = t->n;

	while (hi - lo > 1) {
		size_t mid = lo + (hi - lo) / 2;

		if (module_at(&t->block.facts, mid).first <= i)
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

/* --------------------------------------------------------------- reading */

static int by_name(const void *x, const void *y)
{
	const struct kern_export *a = x, *b = y;

	return strcmp(a->name, b->name);
}

/* What is read of a module; a module that cannot be read exports nothing. */
static struct reading *read_module(struct kern_provider *p, const char *name,
				   const char *path)
{
	struct reading *r = arena_alloc(&p->a, sizeof(*r));
	char *own_name = arena_strdup(&p->a, name);
	char *own_path = arena_strdup(&p->a, path);

	if (!r || !own_name || !own_path)
		return NULL;
	r->file = (struct gather_file){ own_name, own_path };
	if (gather_one(path, &p->a, &r->found) == -ENOMEM)
		return NULL;
	r->v = arena_array(&p->a, r->found.n + 1, sizeof(*r->v));
	if (!r->v)
		return NULL;
	for (size_t i = 0; i < r->found.n; i++) {
		const struct ko_export *x = &r->found.v[i];

		r->v[i] = (struct kern_export){
			.name = x->name,
			.ns = x->ns,
			.owner = own_name,
			.crc = x->crc,
			.has_crc = x->has_crc,
			.gpl_only = x->gpl_only,
		};
	}
	qsort(r->v, r->found.n, sizeof(*r->v), by_name);
	return r;
}

static bool find_in(const struct reading *r, const char *symbol,
		    struct kern_export *ret)
{
	const struct kern_export key = { .name = symbol };
	const struct kern_export *e =
		r->found.n ? bsearch(&key, r->v, r->found.n, sizeof(key),
				     by_name)
			   : NULL;

	if (e)
		*ret = *e;
	return e != NULL;
}

/* Module @name, read now or a moment ago. NULL: there is none. */
static struct reading *reading_of(struct kern_provider *p, const char *name)
{
	const char *path;
	struct reading *r, **v;

	for (size_t i = 0; i < p->n_readings; i++)
		if (str_eq(p->readings[i]->file.name, name))
			return p->readings[i];
	path = kern_folder_module(p->folder, name);
	r = path ? read_module(p, name, path) : NULL;
	v = r ? arena_more(&p->a, p->readings, p->n_readings,
			   sizeof(struct reading *))
	      : NULL;
	if (!v)
		return NULL;
	v[p->n_readings++] = r;
	p->readings = v;
	return r;
}

/* ------------------------------------------------- what a table can answer */

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

/* Is what the table has of module @i true of its file now? */
static bool still_true(struct kern_provider *p, struct table *t, size_t i,
		       const struct fact_module *m)
{
	const struct facts *f = &t->block.facts;
	const char *path = facts_str(f, m->path);
	uint8_t is = atomic_load_explicit(&t->checked[i],
					  memory_order_acquire);
	struct stat st;

	if (is != UNCHECKED || !*path)
		return is != CHANGED;
	(void)pthread_mutex_lock(&p->lock);
	is = atomic_load(&t->checked[i]);
	if (is == UNCHECKED) {
		is = !stat(path, &st) && is_same(m, &st) ? SAME : CHANGED;
		if (is == CHANGED)
			t->again[i] = read_module(p, facts_str(f, m->name),
						  path);
		atomic_store_explicit(&t->checked[i], is,
				      memory_order_release);
	}
	(void)pthread_mutex_unlock(&p->lock);
	return is == SAME;
}

static bool in_table(struct kern_provider *p, struct table *t,
		     const char *symbol, struct kern_export *ret)
{
	const struct facts *f = &t->block.facts;
	struct fact_export e;
	size_t i;

	if (!facts_find_export(f, symbol, &e, &i))
		return false;
	i = module_of(t, i);

	struct fact_module m = module_at(f, i);

	if (!still_true(p, t, i, &m))
		return t->again[i] && find_in(t->again[i], symbol, ret);
	*ret = export_of(f, &e, facts_str(f, m.name));
	return true;
}

/* ----------------------------------------------------- what has to be read */

/* Modules that were not built with the kernel are not in its symvers. */
static int read_strays(struct kern_provider *p)
{
	struct gather_file *v;
	size_t n;
	int r = kern_folder_list(p->folder, KERN_FOLDER_STRAYS, &p->a, &v, &n);

	for (size_t i = 0; !r && i < n; i++)
		if (!reading_of(p, v[i].name))
			r = -ENOMEM;
	return r;
}

static int open_hints(struct kern_provider *p)
{
	_cleanup_draft_ struct facts_draft draft = { 0 };
	int r = p->symvers ? symvers_learn(p->symvers, NULL, &draft, NULL)
			   : -ENOENT;

	return r < 0 ? r : pack(&draft, NULL, &p->hints);
}

/* Reads all modules that may export anything. */
static int complete(struct kern_provider *p)
{
	_cleanup_draft_ struct facts_draft draft = { 0 };
	_cleanup_arena_ struct arena a = { 0 };
	_cleanup_block_ struct kern_block b = { 0 };
	struct gather_file *v;
	struct table *t;
	size_t n;
	int r = kern_folder_list(p->folder, KERN_FOLDER_EXPORTERS, &a, &v, &n);

	if (!r)
		r = gather_exports(v, n, &draft, NULL);
	draft.info.complete = 1;
	if (!r)
		r = pack(&draft, p->key, &b);
	if (r < 0)
		return r;
	if (p->key && !p->no_cache && !draft.incomplete)
		store_write(KIND, p->key, bytes_span(&b.owned));
	t = table_new(&b);
	if (!t)
		return -ENOMEM;
	publish(p, t);
	p->n_readings = 0;
	return 0;
}

/* A table of the folder: from the cache, or one with nothing in it. */
static int open_folder(struct kern_provider *p)
{
	_cleanup_draft_ struct facts_draft draft = { 0 };
	_cleanup_block_ struct kern_block b = { 0 };
	struct table *t;
	int r = 0;

	p->indexed = kern_folder_indexed(p->folder);
	p->key = kern_folder_key(p->folder);
	if (!p->key || p->no_cache || store_open(KIND, p->key, &b) < 0) {
		facts_index_exports(&draft);
		r = pack(&draft, p->key, &b);
	}
	t = !r ? table_new(&b) : NULL;
	if (!t)
		return -ENOMEM;
	publish(p, t);
	if (p->indexed || t->block.facts.info.complete)
		return 0;
	if (!open_hints(p) && !read_strays(p))
		return 0;
	return complete(p);
}

/* No modules: what was said when they were built. */
static int open_symvers(struct kern_provider *p)
{
	struct table *t;
	int r = open_hints(p);

	if (r < 0)
		return r;
	p->hints.facts.info.complete = 1;
	t = table_new(&p->hints);
	if (!t)
		return -ENOMEM;
	publish(p, t);
	return 0;
}

/* NULL: nothing is known. */
static struct table *table_of(struct kern_provider *p)
{
	struct table *t = atomic_load_explicit(&p->table,
					       memory_order_acquire);

	if (t)
		return t;
	(void)pthread_mutex_lock(&p->lock);
	if (!p->opened) {
		p->opened = true;
		if (!kern_folder_exists(p->folder) || open_folder(p) < 0)
			(void)open_symvers(p);
	}
	t = atomic_load(&p->table);
	(void)pthread_mutex_unlock(&p->lock);
	return t;
}

static const char *hint(const struct kern_provider *p, const char *symbol)
{
	const struct facts *f = &p->hints.facts;
	struct table t = { .n = facts_count(f, PART_MODULES,
					    sizeof(struct fact_module)) };
	struct fact_export e;
	size_t i;

	if (p->indexed)
		return kern_folder_owner(p->folder, symbol);
	if (!facts_find_export(f, symbol, &e, &i))
		return NULL;
	t.block.facts = *f;
	return facts_str(f, module_at(f, module_of(&t, i)).name);
}

static bool in_readings(const struct kern_provider *p, const char *symbol,
			struct kern_export *ret)
{
	for (size_t i = 0; i < p->n_readings; i++)
		if (find_in(p->readings[i], symbol, ret))
			return true;
	return false;
}

/* What asking for a module came to; AGAIN: a better table is there now. */
enum outcome { NONE, FOUND, AGAIN, FAILED };

static enum outcome by_reading_all(struct kern_provider *p)
{
	return complete(p) < 0 ? FAILED : AGAIN;
}

static enum outcome by_hint(struct kern_provider *p, const char *symbol,
			    struct kern_export *ret)
{
	const char *owner;
	struct reading *r;

	if (in_readings(p, symbol, ret))
		return FOUND;
	owner = hint(p, symbol);
	if (!owner)
		return NONE;
	if (p->n_readings >= FEW)
		return by_reading_all(p);
	r = reading_of(p, owner);
	if (r && find_in(r, symbol, ret))
		return FOUND;
	/* The index, or the list, is not of these modules. */
	return by_reading_all(p);
}

enum kern_known kern_provider_find(struct kern_provider *p,
				   const char *symbol,
				   struct kern_export *ret)
{
	for (;;) {
		struct table *t = table_of(p);
		enum outcome is = AGAIN;

		if (!t)
			return KERN_UNKNOWN;
		if (in_table(p, t, symbol, ret))
			return KERN_YES;
		if (t->block.facts.info.complete)
			return KERN_NO;
		(void)pthread_mutex_lock(&p->lock);
		if (atomic_load(&p->table) == t)
			is = by_hint(p, symbol, ret);
		(void)pthread_mutex_unlock(&p->lock);
		if (is != AGAIN)
			return is == FOUND  ? KERN_YES
			       : is == NONE ? KERN_NO
					    : KERN_UNKNOWN;
	}
}

/* ------------------------------------------------------ a module's exports */

static enum kern_known give(const struct kern_export *v, size_t n,
			    struct arena *a, struct kern_export **ret,
			    size_t *ret_n)
{
	struct kern_export *copy = arena_array(a, n + 1, sizeof(*copy));

	if (!copy)
		return KERN_UNKNOWN;
	if (n)
		memcpy(copy, v, n * sizeof(*copy));
	*ret = copy;
	*ret_n = n;
	return KERN_YES;
}

static enum kern_known give_table(const struct table *t,
				  const struct fact_module *m,
				  struct arena *a, struct kern_export **ret,
				  size_t *ret_n)
{
	const struct facts *f = &t->block.facts;
	struct kern_export *v = arena_array(a, m->n_exports + 1, sizeof(*v));

	if (!v)
		return KERN_UNKNOWN;
	for (size_t k = 0; k < m->n_exports; k++) {
		struct fact_export e = { 0 };

		(void)facts_record(f, PART_EXPORTS, m->first + k, &e,
				   sizeof(e));
		v[k] = export_of(f, &e, facts_str(f, m->name));
	}
	*ret = v;
	*ret_n = m->n_exports;
	return KERN_YES;
}

enum kern_known kern_provider_exports(struct kern_provider *p,
				      const char *name, struct arena *a,
				      struct kern_export **ret,
				      size_t *ret_n)
{
	struct table *t = table_of(p);
	struct reading *r;

	for (size_t i = 0; t && i < t->n; i++) {
		struct fact_module m = module_at(&t->block.facts, i);

		if (!str_eq(facts_str(&t->block.facts, m.name), name))
			continue;
		if (still_true(p, t, i, &m))
			return give_table(t, &m, a, ret, ret_n);
		r = t->again[i];
		return give(r ? r->v : NULL, r ? r->found.n : 0, a, ret,
			    ret_n);
	}
	if (!kern_folder_module(p->folder, name))
		return kern_folder_exists(p->folder) ? KERN_NO : KERN_UNKNOWN;
	if (t && t->block.facts.info.complete)
		return give(NULL, 0, a, ret, ret_n);
	(void)pthread_mutex_lock(&p->lock);
	r = reading_of(p, name);
	(void)pthread_mutex_unlock(&p->lock);
	return r ? give(r->v, r->found.n, a, ret, ret_n) : KERN_UNKNOWN;
}

/* ------------------------------------------------------------ begin and end */

int kern_provider_open(struct kern_folder *f, const char *symvers,
		       bool no_cache, struct kern_provider **ret,
		       struct diag *d)
{
	struct kern_provider *p = calloc(1, sizeof(*p));

	if (!p)
		return diag_fail(d, ENOMEM, "out of memory");
	(void)pthread_mutex_init(&p->lock, NULL);
	p->folder = f;
	p->no_cache = no_cache;
	if (symvers && *symvers) {
		p->symvers = strdup(symvers);
		if (!p->symvers) {
			(void)kern_provider_close(p);
			return diag_fail(d, ENOMEM, "out of memory");
		}
	}
	*ret = p;
	return 0;
}

/* What the table has of modules that are as they were. */
static void add_table(struct facts_draft *f, const struct table *t)
{
	const struct facts *from = &t->block.facts;

	for (size_t i = 0; i < t->n; i++) {
		struct fact_module m = module_at(from, i);
		size_t first = m.first;

		if (atomic_load(&t->checked[i]) == CHANGED)
			continue;
		m.name = facts_text(f, facts_str(from, m.name));
		m.path = facts_text(f, facts_str(from, m.path));
		m.first = (uint32_t)(f->part[PART_EXPORTS].n /
				     sizeof(struct fact_export));
		facts_add(f, PART_MODULES, &m, sizeof(m));
		for (size_t k = 0; k < m.n_exports; k++) {
			struct fact_export e = { 0 };

			(void)facts_record(from, PART_EXPORTS, first + k, &e,
					   sizeof(e));
			e.name = facts_text(f, facts_str(from, e.name));
			e.ns = facts_text(f, facts_str(from, e.ns));
			facts_add(f, PART_EXPORTS, &e, sizeof(e));
		}
	}
}

/* The next one need not read these again. */
static void keep(struct kern_provider *p, const struct table *t)
{
	_cleanup_draft_ struct facts_draft f = { 0 };
	_cleanup_block_ struct kern_block b = { 0 };

	(void)facts_text(&f, "");
	add_table(&f, t);
	for (size_t i = 0; i < p->n_readings; i++)
		gather_add(&f, &p->readings[i]->file, &p->readings[i]->found);
	facts_index_exports(&f);
	if (!f.incomplete && !pack(&f, p->key, &b))
		store_write(KIND, p->key, bytes_span(&b.owned));
}

struct kern_provider *kern_provider_close(struct kern_provider *p)
{
	struct table *t;

	if (!p)
		return NULL;
	t = atomic_load(&p->table);
	if (t && p->n_readings && p->key && !p->no_cache)
		keep(p, t);
	while (t) {
		struct table *before = t->before;

		(void)table_free(t);
		t = before;
	}
	kern_block_fini(&p->hints);
	arena_fini(&p->a);
	(void)pthread_mutex_destroy(&p->lock);
	free(p->key);
	free(p->symvers);
	free(p);
	return NULL;
}
