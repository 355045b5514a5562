/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The formats of printk() in the image: \001, a level, text, NUL.
 *
 * Kernel: include/linux/kern_levels.h.
 */
#include <string.h>

#include "kern/learn.h"
#include "kern/says.h"

static bool is_level(uint8_t c)
{
	return (c >= '0' && c <= '7') || c == 'c';
}

/* The length of the text at the start of @s; 0: it is none. */
static size_t text_length(struct span s)
{
	size_t n = 0;

	while (n < s.n && n < SAYS_MAX && s.p[n]) {
		if (s.p[n] < ' ' && s.p[n] != '\n' && s.p[n] != '\t' &&
		    s.p[n] != '\r')
			return 0;
		n++;
	}
	return n < s.n && n < SAYS_MAX ? n : 0;
}

static void learn_part(struct span s, struct facts_draft *f)
{
	while (s.n > 2) {
		const uint8_t *q = memchr(s.p, 1, s.n - 2);

		if (!q)
			return;

		size_t skip = (size_t)(q - s.p) + 1;

		s = (struct span){ q + 1, s.n - skip };
		if (!is_level(s.p[0]))
			continue;

		struct span text = { s.p + 1, s.n - 1 };
		size_t n = text_length(text);

		says_add(f, (const char *)text.p, n);
	}
}

void learn_lines(const struct vmlinux *v, struct facts_draft *f)
{
	for (size_t i = 0; i < v->n; i++)
		if (vm_has_text(&v->parts[i]))
			learn_part(v->parts[i].bytes, f);
	says_finish(f);
}
