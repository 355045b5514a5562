/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The modules of a kernel: see folder.h. */
#include "kern/folder.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/text.h"
#include "index/dir.h"
#include "index/scan.h"
#include "kern/store.h"

#define MODULE_ORDER_MAX ((size_t)16 << 20)

struct names {
	struct gather_file *v; /* open addressing, by name */
	size_t cap, n;
};

struct kern_folder {
	char *path;
	pthread_mutex_t lock; /* of all below */
	struct idx_dir *dir;
	struct arena a;

	bool scanned; /* there is no index: this is what was found */
	struct idx_sources sources;
	struct names names; /* known so far */
};

int kern_folder_open(const char *path, struct kern_folder **ret,
		     struct diag *d)
{
	struct kern_folder *f = calloc(1, sizeof(*f));
	int r = 0;

	if (!f)
		return diag_fail(d, ENOMEM, "out of memory");
	(void)pthread_mutex_init(&f->lock, NULL);
	if (path && *path) {
		f->path = strdup(path);
		r = f->path ? idx_dir_open(path, &f->dir, d) : -ENOMEM;
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
	free(f->names.v);
	arena_fini(&f->a);
	(void)pthread_mutex_destroy(&f->lock);
	free(f->path);
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

/* ------------------------------------------------------------- the index */

bool kern_folder_indexed(struct kern_folder *f)
{
	bool is;

	if (!kern_folder_exists(f))
		return false;
	(void)pthread_mutex_lock(&f->lock);
	is = has_index(f);
	(void)pthread_mutex_unlock(&f->lock);
	return is;
}

const char *kern_folder_owner(struct kern_folder *f, const char *symbol)
{
	_cleanup_text_ struct text key = { 0 };
	const struct idx_bin *b;
	const char *owner = NULL;
	int r;

	text_addf(&key, "symbol:%s", symbol);
	(void)pthread_mutex_lock(&f->lock);
	r = idx_dir_bin(f->dir, IDX_SYMBOL, &b, NULL);
	(void)pthread_mutex_unlock(&f->lock);
	if (r < 0 || key.failed || idx_bin_get(b, key.p, &owner, NULL) < 0)
		return NULL;
	return owner;
}

struct exporters {
	struct kern_folder *f;
	struct arena *a;
	struct gather_file *v;
	size_t n;
	struct names seen;
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

	struct gather_file *list = arena_more(e->a, e->v, e->n, sizeof(*list));

	if (!list)
		return -ENOMEM;
	list[e->n++] = (struct gather_file){ v->value, path };
	e->v = list;
	return 0;
}

static int list_by_index(struct kern_folder *f, struct arena *a,
			 struct gather_file **ret, size_t *ret_n)
{
	const struct idx_bin *b;
	struct exporters e = { .f = f, .a = a };
	int r = idx_dir_bin(f->dir, IDX_SYMBOL, &b, NULL);

	if (!r)
		r = idx_bin_each(b, note_exporter, &e, NULL);
	free(e.seen.v);
	*ret = e.v;
	*ret_n = e.n;
	return r;
}

static int list_by_scan(struct kern_folder *f, bool strays, struct arena *a,
			struct gather_file **ret, size_t *ret_n)
{
	int r = scan(f);
	struct gather_file *v;
	size_t n = 0;

	if (r < 0)
		return r;
	v = arena_array(a, f->sources.n + 1, sizeof(*v));
	if (!v)
		return -ENOMEM;
	for (size_t i = 0; i < f->sources.n; i++) {
		const struct idx_source *s = &f->sources.v[i];

		if (!strays || s->order == UINT32_MAX)
			v[n++] = (struct gather_file){ s->name, s->path };
	}
	*ret = v;
	*ret_n = n;
	return 0;
}

int kern_folder_list(struct kern_folder *f, enum kern_folder_which which,
		     struct arena *a, struct gather_file **ret, size_t *ret_n)
{
	int r;

	if (!kern_folder_exists(f))
		return -ENOENT;
	(void)pthread_mutex_lock(&f->lock);
	if (which == KERN_FOLDER_EXPORTERS && has_index(f))
		r = list_by_index(f, a, ret, ret_n);
	else
		r = list_by_scan(f, which == KERN_FOLDER_STRAYS, a, ret, ret_n);
	(void)pthread_mutex_unlock(&f->lock);
	return r;
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

char *kern_folder_key(struct kern_folder *f)
{
	char *key = NULL;

	if (!kern_folder_exists(f))
		return NULL;
	(void)pthread_mutex_lock(&f->lock);
	if (has_index(f))
		key = key_by_index(f);
	else if (!scan(f))
		key = key_by_scan(f);
	(void)pthread_mutex_unlock(&f->lock);
	return key;
}
