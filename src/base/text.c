/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Growing text and lists of strings: see text.h. */
#include "base/text.h"

#include <ctype.h>
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bool text_room(struct text *t, size_t more)
{
	size_t want;

	if (t->failed)
		return false;
	if (__builtin_add_overflow(t->n, more, &want) ||
	    __builtin_add_overflow(want, 1, &want)) {
		t->failed = true;
		return false;
	}
	if (want <= t->cap)
		return true;

	size_t cap = t->cap ? t->cap : 64;

	while (cap < want)
		cap = cap > SIZE_MAX / 2 ? want : cap * 2;

	char *p = realloc(t->p, cap);

	if (!p) {
		t->failed = true;
		return false;
	}
	t->p = p;
	t->cap = cap;
	return true;
}

void text_add_bytes(struct text *t, const void *p, size_t n)
{
	if (!text_room(t, n))
		return;
	if (n)
		memcpy(t->p + t->n, p, n);
	t->n += n;
	t->p[t->n] = 0;
}

void text_add(struct text *t, const char *s)
{
	text_add_bytes(t, s, strlen(s));
}

void text_addf(struct text *t, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	int n = vsnprintf(NULL, 0, fmt, ap);
	va_end(ap);
	if (n < 0 || !text_room(t, (size_t)n))
		return;

	va_start(ap, fmt);
	(void)vsnprintf(t->p + t->n, (size_t)n + 1, fmt, ap);
	va_end(ap);
	t->n += (size_t)n;
}

void text_add_word(struct text *t, const char *s)
{
	static const char plain[] =
		"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_./+:,@%=-";

	/* A word that begins with '-' would be an option. */
	if (*s == '-')
		text_add(t, "./");
	if (*s && !s[strspn(s, plain)])
		return text_add(t, s);
	text_add(t, "'");
	for (; *s; s++)
		if (*s == '\'')
			text_add(t, "'\\''");
		else
			text_add_bytes(t, s, 1);
	text_add(t, "'");
}

char *str_word(const char *s)
{
	struct text t = { 0 };

	text_add_word(&t, s);
	if (!t.failed)
		return t.p;
	text_fini(&t);
	return NULL;
}

const char *text_str(const struct text *t)
{
	return t->p ? t->p : "";
}

void text_fini(struct text *t)
{
	free(t->p);
	*t = (struct text){ 0 };
}

/* Takes @s over, also on failure. */
static int strv_push(struct strv *l, char *s)
{
	if (!s)
		return -ENOMEM;

	char **v = reallocarray(l->v, l->n + 2, sizeof(*v));

	if (!v) {
		free(s);
		return -ENOMEM;
	}
	v[l->n++] = s;
	v[l->n] = NULL;
	l->v = v;
	return 0;
}

int strv_add(struct strv *l, const char *s)
{
	return strv_push(l, strdup(s));
}

int strv_addf(struct strv *l, const char *fmt, ...)
{
	char *s = NULL;
	va_list ap;

	va_start(ap, fmt);
	int n = vasprintf(&s, fmt, ap);
	va_end(ap);
	return strv_push(l, n < 0 ? NULL : s);
}

bool strv_has(const struct strv *l, const char *s)
{
	for (size_t i = 0; i < l->n; i++)
		if (str_eq(l->v[i], s))
			return true;
	return false;
}

void strv_fini(struct strv *l)
{
	for (size_t i = 0; i < l->n; i++)
		free(l->v[i]);
	free(l->v);
	*l = (struct strv){ 0 };
}

bool str_starts(const char *s, const char *prefix)
{
	return !strncmp(s, prefix, strlen(prefix));
}

bool str_ends(const char *s, const char *suffix)
{
	size_t n = strlen(s), m = strlen(suffix);

	return n >= m && !memcmp(s + n - m, suffix, m);
}

char *str_strip(char *s)
{
	while (isspace((unsigned char)*s))
		s++;

	size_t n = strlen(s);

	while (n && isspace((unsigned char)s[n - 1]))
		n--;
	s[n] = 0;
	return s;
}

bool str_to_u64(const char *s, uint64_t max, uint64_t *ret)
{
	if (!isdigit((unsigned char)*s))
		return false;

	char *end;

	errno = 0;
	unsigned long long v = strtoull(s, &end, 0);

	if (errno || *end || v > max)
		return false;
	*ret = v;
	return true;
}
