/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the kernel may print: see says.h. */
#include "kern/says.h"

#include <stdlib.h>
#include <string.h>

/* Letters that two lines must share before they count as one. */
#define GRAM 8

/* Fewer letters of its own than this say nothing. */
#define LITERAL_MIN 10

/* A prefix is short: "x86/modules: ", "%s: ". */
#define PREFIX_MAX 40

/* The end of the conversion that starts at @s[0] == '%'. */
static const char *conversion_end(const char *s, const char *end)
{
	for (s++; s < end && *s && strchr("-+ #0123456789.*hlLqjzt", *s); s++)
		;
	if (s == end)
		return s;
	if (*s++ != 'p')
		return s;
	/* The kernel's own: %pS, %phN, %pISpc. */
	while (s < end && ((*s >= 'a' && *s <= 'z') ||
			   (*s >= 'A' && *s <= 'Z')))
		s++;
	return s;
}

size_t says_form(const char *s, size_t n, char ret[static SAYS_MAX])
{
	const char *end = s + n;
	size_t out = 0;

	while (s < end && *s && *s != '\n') {
		if (out + 2 > SAYS_MAX)
			return 0;
		ret[out++] = *s;
		if (*s != '%') {
			s++;
		} else if (s + 1 < end && s[1] == '%') {
			s += 2;
		} else {
			s = conversion_end(s, end);
		}
	}
	while (out && (ret[out - 1] == ' ' || ret[out - 1] == '\r'))
		out--;
	ret[out] = 0;
	return out;
}

static size_t literals(const char *s)
{
	size_t n = 0;

	for (; *s; s++)
		n += *s != '%' && *s != ' ' && *s != ':';
	return n;
}

/* What follows the prefix that @s begins with; NULL: it has none. */
static const char *after_prefix(const char *s)
{
	const char *p = strstr(s, ": ");

	return p && p - s <= PREFIX_MAX && p[2] ? p + 2 : NULL;
}

/* The longest stretch without a conversion. */
static struct span longest_literal(const char *s)
{
	struct span best = { 0 };

	while (*s) {
		size_t n = strcspn(s, "%");

		if (n > best.n)
			best = (struct span){ (const uint8_t *)s, n };
		s += n;
		s += strspn(s, "%");
	}
	return best;
}

/* ---------------------------------------------------------------- making */

static void add_line(struct facts_draft *f, const char *form, size_t n)
{
	struct text *lines = &f->part[PART_LINES];
	struct fact_gram g = { .line = (uint32_t)lines->n };
	struct span anchor = longest_literal(form);

	text_add_bytes(lines, form, n + 1);
	for (const char *s = form; s; s = after_prefix(s)) {
		uint64_t h = facts_hash(s, strlen(s));

		/* Without its prefix little may be left of a short line. */
		if (s != form && literals(s) < LITERAL_MIN)
			break;
		facts_add(f, PART_SAYS, &h, sizeof(h));
	}
	if (!strchr(form, '%') || anchor.n < GRAM ||
	    literals(form) < LITERAL_MIN)
		return;
	g.hash = (uint32_t)facts_hash(anchor.p, GRAM);
	facts_add(f, PART_GRAMS, &g, sizeof(g));
}

void says_add(struct facts_draft *f, const char *format, size_t n)
{
	char form[SAYS_MAX];

	while (n) {
		const char *nl = memchr(format, '\n', n);
		size_t line = nl ? (size_t)(nl - format) : n;
		size_t got = says_form(format, line, form);

		if (got && f->part[PART_LINES].n < UINT32_MAX / 4)
			add_line(f, form, got);
		line += nl != NULL;
		format += line;
		n -= line;
	}
}

static int by_u64(const void *x, const void *y)
{
	uint64_t a, b;

	memcpy(&a, x, sizeof(a));
	memcpy(&b, y, sizeof(b));
	return (a > b) - (a < b);
}

static int by_gram(const void *x, const void *y)
{
	const struct fact_gram *a = x, *b = y;

	if (a->hash != b->hash)
		return a->hash < b->hash ? -1 : 1;
	return (a->line > b->line) - (a->line < b->line);
}

void says_finish(struct facts_draft *f)
{
	struct text *says = &f->part[PART_SAYS], *grams = &f->part[PART_GRAMS];
	size_t n = says->n / 8, out = 0;

	if (grams->n)
		qsort(grams->p, grams->n / sizeof(struct fact_gram),
		      sizeof(struct fact_gram), by_gram);
	if (!n)
		return;
	qsort(says->p, n, 8, by_u64);
	for (size_t i = 0; i < n; i++) {
		char *p = says->p + i * 8;

		if (!out || memcmp(says->p + (out - 1) * 8, p, 8)) {
			memmove(says->p + out * 8, p, 8);
			out++;
		}
	}
	says->n = out * 8;
}

/* ---------------------------------------------------------------- asking */

static bool has_hash(const struct facts *f, const char *s)
{
	uint64_t h = facts_hash(s, strlen(s)), got;
	size_t lo = 0, hi = facts_count(f, PART_SAYS, sizeof(h));

	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;

		if (!facts_record(f, PART_SAYS, mid, &got, sizeof(got)))
			return false;
		if (got == h)
			return true;
		if (got < h)
			lo = mid + 1;
		else
			hi = mid;
	}
	return false;
}

/* Does @pattern, whose '%' stand for anything, make @text? */
static bool makes(const char *pattern, const char *text)
{
	const char *star = NULL, *mark = NULL;

	while (*text) {
		if (*pattern == '%') {
			star = pattern++;
			mark = text;
		} else if (*pattern == *text) {
			pattern++;
			text++;
		} else if (star) {
			pattern = star + 1;
			text = ++mark;
		} else {
			return false;
		}
	}
	while (*pattern == '%')
		pattern++;
	return !*pattern;
}

/* The same for @line with any number of its prefixes off. */
static bool line_makes(const char *line, const char *text)
{
	for (; line; line = after_prefix(line))
		if (literals(line) >= LITERAL_MIN && makes(line, text))
			return true;
	return false;
}

static bool makes_line(const char *pattern, const char *line)
{
	for (; line; line = after_prefix(line))
		if (makes(pattern, line))
			return true;
	return false;
}

/* The first gram with this hash, or the next one. */
static size_t gram_at(const struct facts *f, uint32_t hash)
{
	size_t lo = 0;
	size_t hi = facts_count(f, PART_GRAMS, sizeof(struct fact_gram));

	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;
		struct fact_gram g = { 0 };

		(void)facts_record(f, PART_GRAMS, mid, &g, sizeof(g));
		if (g.hash < hash)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo;
}

/* Does a format of the image make @form, with words filled in? */
static bool narrower(const struct facts *f, const char *form)
{
	size_t n = strlen(form);

	for (size_t i = 0; i + GRAM <= n; i++) {
		uint32_t h = (uint32_t)facts_hash(form + i, GRAM);
		struct fact_gram g;

		for (size_t k = gram_at(f, h);
		     facts_record(f, PART_GRAMS, k, &g, sizeof(g)) &&
		     g.hash == h;
		     k++) {
			const char *line =
				span_table_str(f->part[PART_LINES], g.line);

			if (line && line_makes(line, form))
				return true;
		}
	}
	return false;
}

/* Does @form make a format of the image? */
static bool wider(const struct facts *f, const char *form)
{
	struct span all = f->part[PART_LINES], lit = longest_literal(form);
	size_t at = 0;

	if (!strchr(form, '%') || lit.n < GRAM || literals(form) < LITERAL_MIN)
		return false;
	while (at < all.n) {
		const uint8_t *q =
			memmem(all.p + at, all.n - at, lit.p, lit.n);

		if (!q)
			return false;

		const uint8_t *line = q;

		while (line > all.p && line[-1])
			line--;
		if (makes_line(form, (const char *)line))
			return true;
		at = (size_t)(q - all.p) + strlen((const char *)q) + 1;
	}
	return false;
}

bool says_has(const struct facts *f, const char *format)
{
	char form[SAYS_MAX];

	if (!says_form(format, strlen(format), form))
		return false;
	for (const char *s = form; s; s = after_prefix(s)) {
		if (s != form && literals(s) < LITERAL_MIN)
			break;
		if (has_hash(f, s) || narrower(f, s) || wider(f, s))
			return true;
	}
	return false;
}
