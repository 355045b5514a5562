/* SPDX-License-Identifier: LGPL-2.1-or-later */
/**
 * DOC: text - growing text, lists of strings, small string questions
 */
#ifndef LKM_BASE_TEXT_H
#define LKM_BASE_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/macros.h"

/*
 * Growing text. Zero it to start; @p is NULL or NUL-terminated. When memory
 * runs out @failed is set, further additions do nothing, and the caller asks
 * once at the end.
 */
struct text {
	char *p;
	size_t n;
	size_t cap;
	bool failed;
};

void text_add(struct text *t, const char *s);
void text_add_bytes(struct text *t, const void *p, size_t n);
void text_addf(struct text *t, const char *fmt, ...) _printf_(2, 3);
/* @s as one word of a shell, to be typed as it stands: 'a b', or a. */
void text_add_word(struct text *t, const char *s);
/* The text, "" while it is empty. Valid until the next addition. */
const char *text_str(const struct text *t) _pure_;
void text_fini(struct text *t);

#define _cleanup_text_ _cleanup_(text_fini)

/* A NULL-terminated list of owned strings. Zero it to start. */
struct strv {
	char **v;
	size_t n;
};

/* 0, or -ENOMEM; the list stays as it was then. */
int strv_add(struct strv *l, const char *s);
int strv_addf(struct strv *l, const char *fmt, ...) _printf_(2, 3);
bool strv_has(const struct strv *l, const char *s) _pure_;
void strv_fini(struct strv *l);

#define _cleanup_strv_ _cleanup_(strv_fini)

static inline bool str_eq(const char *a, const char *b)
{
	return !__builtin_strcmp(a, b);
}

/* "." or "..", the two names that every folder lists. */
static inline bool str_dot(const char *s)
{
	return s[0] == '.' && (!s[1] || (s[1] == '.' && !s[2]));
}

bool str_starts(const char *s, const char *prefix) _pure_;
bool str_ends(const char *s, const char *suffix) _pure_;

/* text_add_word() alone; free() it. NULL: no memory. */
char *str_word(const char *s) _must_check_;

/* Cuts white space off both ends, in place; returns the new start. */
char *str_strip(char *s);

/*
 * A whole decimal, octal (0) or hexadecimal (0x) number, nothing around it.
 * False: not a number, or larger than @max.
 */
bool str_to_u64(const char *s, uint64_t max, uint64_t *ret);

#endif
