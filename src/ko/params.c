/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Parameters, as .modinfo tells of them: parmtype=NAME:TYPE from
 * module_param(), parm=NAME:TEXT from MODULE_PARM_DESC(). Either may be
 * missing. The mentions are gathered, brought together by sorting, and put
 * back into the order in which they came.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "ko/internal.h"

struct mention {
	struct ko_param p; /* with a type, or with a description */
	size_t order;
};

static int by_name(const void *x, const void *y)
{
	const struct mention *a = x, *b = y;
	int r = strcmp(a->p.name, b->p.name);

	return r ? r : (a->order > b->order) - (a->order < b->order);
}

static int by_order(const void *x, const void *y)
{
	const struct mention *a = x, *b = y;

	return (a->order > b->order) - (a->order < b->order);
}

/* Without a colon the string is of no use. */
static bool is_param(const struct ko_info *i, bool *ret_type)
{
	*ret_type = span_eq(i->key, "parmtype");
	return (*ret_type || span_eq(i->key, "parm")) && strchr(i->value, ':');
}

static int gather(const struct ko *ko, struct arena *a, struct mention *m)
{
	size_t n = 0;
	bool type;

	for (struct ko_info i = { 0 }; ko_info_next(ko, &i);) {
		if (!is_param(&i, &type))
			continue;

		size_t len = strcspn(i.value, ":");
		const char *text = i.value + len + 1;
		char *name = arena_strndup(a, i.value, len);

		if (!name)
			return -ENOMEM;
		m[n] = (struct mention){ .p.name = name, .order = n };
		if (type)
			m[n].p.type = text;
		else
			m[n].p.desc = text;
		n++;
	}
	return 0;
}

/* Same names stand side by side: makes one of them. Return: how many. */
static size_t merge(struct mention *m, size_t n)
{
	size_t out = 0;

	for (size_t i = 0; i < n; i++) {
		struct mention *last = out ? &m[out - 1] : NULL;

		if (!last || !str_eq(last->p.name, m[i].p.name)) {
			m[out++] = m[i];
			continue;
		}
		if (m[i].p.type)
			last->p.type = m[i].p.type;
		if (m[i].p.desc)
			last->p.desc = m[i].p.desc;
	}
	return out;
}

int ko_params(const struct ko *ko, struct arena *a, struct ko_param **ret,
	      size_t *ret_n)
{
	size_t n = 0;
	bool type;

	for (struct ko_info i = { 0 }; ko_info_next(ko, &i);)
		n += is_param(&i, &type);

	_cleanup_free_ struct mention *m = calloc(n + 1, sizeof(*m));

	if (!m || gather(ko, a, m) < 0)
		return -ENOMEM;
	qsort(m, n, sizeof(*m), by_name);
	n = merge(m, n);
	qsort(m, n, sizeof(*m), by_order);

	struct ko_param *list = arena_array(a, n + 1, sizeof(*list));

	if (!list)
		return -ENOMEM;
	for (size_t i = 0; i < n; i++)
		list[i] = m[i].p;
	*ret = list;
	*ret_n = n;
	return 0;
}
