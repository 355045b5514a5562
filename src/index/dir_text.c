/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Indexes from their text forms: see dir_text.h. */
#include "index/dir_text.h"

#include <errno.h>
#include <string.h>

#include "base/text.h"
#include "conf/conf.h"
#include "index/bin_write.h"
#include "ko/ko.h"

/* The largest there is has a few MiB. */
#define MAX_TEXT (256U << 20)

static const char *const names[IDX_FILES] = {
	[IDX_DEP] = "modules.dep",
	[IDX_ALIAS] = "modules.alias",
	[IDX_SYMBOL] = "modules.symbols",
	[IDX_BUILTIN] = "modules.builtin",
	[IDX_BUILTIN_ALIAS] = "modules.builtin.modinfo",
};

struct reader {
	struct idx_trie *t;
	struct arena *a;
	uint32_t line; /* the order, which decides among several */
};

/* "kernel/a/b-c.ko: kernel/d.ko", and with @value also "kernel/a/b-c.ko" */
static int add_module(struct reader *r, const char *path, const char *value,
		      uint32_t priority)
{
	char name[KO_NAME_MAX];
	char *colon = strchr(path, ':');
	const char *key;

	if (colon)
		*colon = 0;
	ko_name_of_path(path, name);
	if (colon)
		*colon = ':';
	key = arena_strdup(r->a, name);
	return key ? idx_trie_add(r->t, key, value, priority) : -ENOMEM;
}

static int read_dep(struct reader *r, char *s)
{
	return strchr(s, ':') ? add_module(r, s, s, r->line) : 0;
}

static int read_builtin(struct reader *r, char *s)
{
	return *s ? add_module(r, s, "", 0) : 0;
}

/* One whose brackets are not balanced is left out, as depmod does. */
static int add_alias(struct reader *r, char *alias, const char *name,
		     uint32_t priority)
{
	if (conf_normal(alias, alias, strlen(alias) + 1))
		return 0;
	return idx_trie_add(r->t, alias, name, priority);
}

/* "alias PATTERN NAME" */
static int read_alias(struct reader *r, char *s)
{
	char *name = strrchr(s, ' ');

	if (!str_starts(s, "alias ") || name == s + 5)
		return 0;
	*name++ = 0;
	return add_alias(r, s + 6, name, r->line);
}

/* "NAME.alias=PATTERN" */
static int read_builtin_alias(struct reader *r, char *s)
{
	char *dot = strchr(s, '.');

	if (!dot || !str_starts(dot, ".alias="))
		return 0;
	*dot = 0;
	return add_alias(r, dot + 7, s, 0);
}

static int read_all(struct reader *r, enum idx_file f, struct bytes *b)
{
	static int (*const fns[IDX_FILES])(struct reader *r, char *s) = {
		[IDX_DEP] = read_dep,
		[IDX_ALIAS] = read_alias,
		[IDX_SYMBOL] = read_alias,
		[IDX_BUILTIN] = read_builtin,
		[IDX_BUILTIN_ALIAS] = read_builtin_alias,
	};
	char *s = (char *)b->p, *end = s + b->n, *stop;
	int nl = f == IDX_BUILTIN_ALIAS ? 0 : '\n';

	for (; s < end; s = stop + 1, r->line++) {
		stop = memchr(s, nl, (size_t)(end - s));
		if (!stop)
			stop = end;
		*stop = 0;

		int err = fns[f](r, s);

		/* depmod leaves such a name out, too. */
		if (err && err != -EILSEQ)
			return err;
	}
	return 0;
}

static int make(enum idx_file f, struct bytes *text, struct bytes *ret,
		struct diag *d)
{
	_cleanup_arena_ struct arena a = { 0 };
	struct reader r = { .t = idx_trie_new(&a), .a = &a };

	if (!r.t || read_all(&r, f, text) < 0)
		return diag_fail(d, ENOMEM, "out of memory");
	return idx_trie_bytes(r.t, ret, d);
}

int idx_dir_from_text(const struct idx_dir *dir, enum idx_file f,
		      struct bytes *bytes, struct idx_bin **ret,
		      struct diag *d)
{
	_cleanup_bytes_ struct bytes text = { 0 };
	_cleanup_free_ char *path = NULL;
	int r = idx_dir_file(dir, names[f], &path);

	if (r < 0)
		return diag_fail(d, -r, "out of memory");
	/* What is not there must not leave a diagnostic. */
	if (!path_exists(path))
		return -ENOENT;
	r = file_read_regular(path, MAX_TEXT, &text, d);
	if (!r)
		r = make(f, &text, bytes, d);
	if (!r)
		r = idx_bin_open_span(path, bytes_span(bytes), ret, d);
	return r;
}
