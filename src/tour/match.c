/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Claims against output: see match.h. */
#include "tour/match.h"

#include <ctype.h>
#include <errno.h>
#include <stdint.h>
#include <string.h>

#include "base/text.h"

static bool blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r';
}

static const char *skip_blanks(const char *s, const char *end)
{
	while (s < end && blank(*s))
		s++;
	return s;
}

/*
 * One piece between dots, at @s exactly: where it ends in the line, or NULL.
 */
static const char *match_here(const char *p, const char *p_end, const char *s,
			      const char *end)
{
	while (p < p_end) {
		if (blank(*p)) {
			if (s == end || !blank(*s))
				return NULL;
			p = skip_blanks(p, p_end);
			s = skip_blanks(s, end);
			continue;
		}
		if (s == end || *s != *p)
			return NULL;
		p++;
		s++;
	}
	return s;
}

/* The first place at or behind @s. Pieces are few and lines are short. */
static const char *match_piece(const char *p, const char *p_end, const char *s,
			       const char *end)
{
	for (; s <= end; s++) {
		const char *found = match_here(p, p_end, s, end);

		if (found)
			return found;
	}
	return NULL;
}

bool tour_match_line(const char *pattern, size_t n, const char *line,
		     size_t line_n)
{
	const char *end = pattern + n, *s = line;

	for (const char *p = skip_blanks(pattern, end); s && p < end;) {
		const char *dots = memmem(p, (size_t)(end - p), "...", 3);
		const char *p_end = dots ? dots : end;

		while (p_end > p && blank(p_end[-1]))
			p_end--;
		p = skip_blanks(p, p_end);
		s = match_piece(p, p_end, s, line + line_n);
		p = dots ? dots + 3 : end;
	}
	return s;
}

/* @s with {NAME} replaced, in @ret. */
static void replace(struct text *ret, const char *s, size_t n,
		    const struct tour_var *vars)
{
	for (const char *end = s + n; s < end;) {
		const struct tour_var *v = vars;
		size_t len = 0;

		for (; *s == '{' && v && v->name; v++) {
			len = strlen(v->name);
			if ((size_t)(end - s) > len + 1 &&
			    !strncmp(s + 1, v->name, len) && s[len + 1] == '}')
				break;
		}
		if (*s == '{' && v && v->name) {
			text_add(ret, v->value);
			s += len + 2;
		} else {
			text_add_bytes(ret, s++, 1);
		}
	}
}

/* The first line at or behind @at that fits; NULL: none. */
static const char *find(const char *pattern, const char *at)
{
	size_t n = strlen(pattern);

	while (*at) {
		size_t len = strcspn(at, "\n");

		if (tour_match_line(pattern, n, at, len))
			return at;
		at += len + (at[len] == '\n');
	}
	return NULL;
}

int tour_match(const char *patterns, const char *output,
	       const struct tour_var *vars,
	       void (*bad)(void *arg, const char *pattern), void *arg)
{
	const char *at = output;
	int count = 0;

	for (const char *p = patterns; *p;) {
		_cleanup_text_ struct text t = { 0 };
		size_t n = strcspn(p, "\n");

		replace(&t, p, n, vars);
		p += n + (p[n] == '\n');
		if (t.failed)
			return -ENOMEM;

		const char *pattern = text_str(&t);
		bool absent = str_starts(pattern, "! ");

		if (!pattern[strspn(pattern, " \t\r")])
			continue;
		count++;

		const char *found =
			absent ? find(pattern + 2, output) : find(pattern, at);

		if (absent == !!found)
			bad(arg, pattern);
		else if (!absent)
			at = found;
	}
	return count;
}

static bool in_word(char c)
{
	return isalnum((unsigned char)c) || c == '_';
}

/* How many letters the pattern's words have; of those in the line, if given. */
static size_t letters(const char *pattern, const char *line, size_t line_n)
{
	size_t sum = 0;

	for (const char *p = pattern; *p;) {
		size_t n = 0;

		while (in_word(p[n]))
			n++;
		if (n && (!line || memmem(line, line_n, p, n)))
			sum += n;
		p += n ? n : 1;
	}
	return sum;
}

/* The longest piece of the pattern that the line has as it stands. */
static size_t longest_run(const char *pattern, const char *line, size_t line_n)
{
	size_t best = 0;

	for (const char *p = pattern; *p; p++)
		while (strnlen(p, best + 1) > best &&
		       memmem(line, line_n, p, best + 1))
			best++;
	return best;
}

const char *tour_match_closest(const char *pattern, const char *output,
			       size_t *ret_n)
{
	size_t half = letters(pattern, NULL, 0) / 2, best = 0;
	const char *found = NULL;

	for (const char *at = output; *at;) {
		size_t len = strcspn(at, "\n");
		size_t n = letters(pattern, at, len);
		size_t score = n > half ? n + longest_run(pattern, at, len) : 0;

		if (score > best) {
			best = score;
			found = at;
			*ret_n = len;
		}
		at += len + (at[len] == '\n');
	}
	return found;
}
