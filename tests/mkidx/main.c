/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * mkidx: indexes for tests, made and asked by src/index.
 *
 *	mkidx write FILE <ROWS    an index of lines "KEY\tVALUE\tPRIORITY"
 *	mkidx dump FILE           such lines of an index
 *	mkidx match FILE <KEYS    each key, and the values of what fits it
 *	mkidx get FILE <KEYS      each key, and the first value of exactly it
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/text.h"
#include "index/bin.h"
#include "index/bin_write.h"

static int say(const struct diag *d, int r)
{
	if (r < 0)
		(void)fprintf(stderr, "mkidx: %s: %s (%s)\n", d->where,
			      d->what, strerror(-r));
	return r < 0;
}

static int add_line(struct idx_trie *t, struct arena *a, const char *line)
{
	char *key = arena_strdup(a, line), *value, *priority;

	if (!key)
		return -ENOMEM;
	value = strchr(key, '\t');
	priority = value ? strchr(value + 1, '\t') : NULL;
	if (!priority)
		return -EINVAL;
	*value++ = 0;
	*priority++ = 0;
	return idx_trie_add(t, key, value,
			    (uint32_t)strtoul(priority, NULL, 10));
}

static int write_index(const char *path)
{
	_cleanup_arena_ struct arena a = { 0 };
	_cleanup_bytes_ struct bytes b = { 0 };
	_cleanup_free_ char *line = NULL;
	struct idx_trie *t = idx_trie_new(&a);
	struct diag d = { 0 };
	size_t cap = 0;
	int r = t ? 0 : -ENOMEM;

	while (!r && getline(&line, &cap, stdin) > 0) {
		line[strcspn(line, "\n")] = 0;
		r = add_line(t, &a, line);
	}
	if (!r)
		r = idx_trie_bytes(t, &b, &d);
	if (!r)
		r = file_write(path, b.p, b.n, 0644, &d);
	return say(&d, r);
}

static int print_row(void *arg _unused_, const char *key,
		     const struct idx_value *v)
{
	(void)printf("%s\t%s\t%u\n", key, v->value, v->priority);
	return 0;
}

static int print_match(const struct idx_bin *b, const char *key,
		       struct diag *d)
{
	_cleanup_arena_ struct arena a = { 0 };
	struct idx_value *v;
	size_t n;
	int r = idx_bin_match(b, key, &a, &v, &n, d);

	if (r < 0)
		return r;
	(void)printf("%s\t", key);
	for (size_t i = 0; i < n; i++)
		(void)printf("%s ", v[i].value);
	(void)printf("\n");
	return 0;
}

static int print_get(const struct idx_bin *b, const char *key, struct diag *d)
{
	const char *v = "";
	int r = idx_bin_get(b, key, &v, d);

	if (r < 0 && r != -ENOENT)
		return r;
	(void)printf("%s\t%s\n", key, v);
	return 0;
}

static int ask(const struct idx_bin *b,
	       int (*one)(const struct idx_bin *b, const char *key,
			  struct diag *d),
	       struct diag *d)
{
	_cleanup_free_ char *line = NULL;
	size_t cap = 0;
	int r = 0;

	while (!r && getline(&line, &cap, stdin) > 0) {
		line[strcspn(line, "\n")] = 0;
		r = one(b, line, d);
	}
	return r;
}

int main(int argc, char **argv)
{
	_cleanup_idx_bin_ struct idx_bin *b = NULL;
	struct diag d = { 0 };
	int r;

	if (argc != 3) {
		(void)fprintf(stderr,
			      "usage: mkidx write|dump|match|get FILE\n");
		return 2;
	}
	if (str_eq(argv[1], "write"))
		return write_index(argv[2]);
	r = idx_bin_open(argv[2], &b, &d);
	if (r < 0)
		return say(&d, r);
	if (str_eq(argv[1], "dump"))
		r = idx_bin_each(b, print_row, NULL, &d);
	else
		r = ask(b, str_eq(argv[1], "get") ? print_get : print_match,
			&d);
	return say(&d, r);
}
