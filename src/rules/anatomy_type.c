/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Layouts: see anatomy_type.h. */
#include "rules/anatomy_type.h"

#include "base/text.h"

uint32_t layout_add(struct layout *l, struct arena *a,
		    const struct layout_member *m)
{
	struct layout_member *v;

	if (l->n == LAYOUT_MEMBERS)
		return 0;
	v = arena_more(a, l->v, l->n, sizeof(*v));
	if (!v)
		return 0;
	l->v = v;
	l->v[l->n++] = *m;
	l->functions |= m->kind == LAYOUT_FUNCTION;
	return (uint32_t)l->n;
}

/* How well a member is what is looked for. */
static unsigned fitness(const struct layout_member *m, bool function,
			uint64_t proto)
{
	switch (m->kind) {
	case LAYOUT_FUNCTION:
		return !function ? 1 : proto && m->proto == proto ? 5 : 4;
	case LAYOUT_POINTER:
		return function ? 1 : 4;
	case LAYOUT_ANY:
		return 3;
	case LAYOUT_WORD:
		return 2;
	default:
		return 0;
	}
}

const struct layout_member *layout_at(const struct layout *l, uint64_t offset,
				      unsigned width, bool function,
				      uint64_t proto)
{
	const struct layout_member *best = NULL;
	unsigned best_f = 0;

	for (size_t i = 0; i < l->n; i++) {
		const struct layout_member *m = &l->v[i];
		unsigned f = m->offset == offset && m->size == width
				     ? fitness(m, function, proto)
				     : 0;

		if (f > best_f) {
			best = m;
			best_f = f;
		}
	}
	return best;
}

const char *layout_path(const struct layout *l, const struct layout_member *m,
			struct arena *a)
{
	const struct layout_member *chain[LAYOUT_DEPTH * 2 + 2];
	_cleanup_text_ struct text t = { 0 };
	size_t n = 0;

	for (; m && n < ARRAY_SIZE(chain); m = m->up ? &l->v[m->up - 1] : NULL)
		chain[n++] = m;
	while (n--) {
		if (!chain[n]->name)
			text_addf(&t, "[%u]", chain[n]->index);
		else if (chain[n]->name[0])
			text_addf(&t, "%s%s", t.n ? "." : "", chain[n]->name);
	}
	return t.failed ? NULL : arena_strdup(a, text_str(&t));
}
