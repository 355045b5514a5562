/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What somebody may have meant: see near.h. */
#include "near.h"

#include <string.h>

static unsigned least(unsigned a, unsigned b, unsigned c)
{
	unsigned m = a < b ? a : b;

	return m < c ? m : c;
}

static char plain(char c)
{
	return c == '-' ? '_' : c;
}

/*
 * How many letters have to be put in, taken out or changed, or swapped with
 * their neighbour.
 */
static unsigned distance(const char *a, const char *b)
{
	unsigned rows[3][NEAR_MAX + 1];
	size_t na = strlen(a), nb = strlen(b);

	if (na > NEAR_MAX || nb > NEAR_MAX)
		return NEAR_MAX;
	for (unsigned k = 0; k <= nb; k++)
		rows[0][k] = k;
	for (unsigned i = 1; i <= na; i++) {
		unsigned *row = rows[i % 3];
		const unsigned *up = rows[(i + 2) % 3];
		const unsigned *second = rows[(i + 1) % 3];

		row[0] = i;
		for (unsigned k = 1; k <= nb; k++) {
			char x = plain(a[i - 1]), y = plain(b[k - 1]);

			row[k] = least(up[k] + 1, row[k - 1] + 1,
				       up[k - 1] + (x != y));
			if (i > 1 && k > 1 && x == plain(b[k - 2]) &&
			    y == plain(a[i - 2]) && row[k] > second[k - 2] + 1)
				row[k] = second[k - 2] + 1;
		}
	}
	return rows[na % 3][nb];
}

void near_try(struct near *n, const char *candidate)
{
	unsigned d = distance(n->name, candidate);

	if (d > n->limit || d >= n->best ||
	    strlen(candidate) > NEAR_MAX)
		return;
	n->best = d;
	memcpy(n->found, candidate, strlen(candidate) + 1);
}

struct near near_start(const char *name)
{
	size_t n = strlen(name) / 3;

	return (struct near){ .name = name,
			      .limit = n > 2 ? 2 : (unsigned)n,
			      .best = NEAR_MAX };
}

static int near_key(void *arg, const char *key, const struct idx_value *v)
{
	(void)v;
	near_try(arg, key);
	return 0;
}

void near_module(struct near *n, struct idx_dir *dir)
{
	const struct idx_bin *b;

	/* A damaged index is told elsewhere, and suggests nothing. */
	if (idx_dir_bin(dir, IDX_DEP, &b, NULL) ||
	    idx_bin_each(b, near_key, n, NULL))
		*n->found = 0;
}

bool near_same(const char *a, const char *b)
{
	while (*a && plain(*a) == plain(*b)) {
		a++;
		b++;
	}
	return plain(*a) == plain(*b);
}
