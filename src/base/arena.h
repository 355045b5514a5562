/* SPDX-License-Identifier: LGPL-2.1-or-later */
/**
 * DOC: arena - everything of one operation, freed at once
 *
 * An arena hands out memory that lives until arena_fini(). One per operation:
 * one check, one verdict, one depmod run.
 */
#ifndef LKM_BASE_ARENA_H
#define LKM_BASE_ARENA_H

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include "base/macros.h"
#include "base/span.h"

struct arena_block;

struct arena {
	struct arena_block *last;
	size_t used;  /* bytes handed out in all blocks        */
	size_t limit; /* no more than this; 0 means no limit   */
};

/* Memory for @n bytes, zeroed and aligned for any type; NULL: no memory. */
void *arena_alloc(struct arena *a, size_t n) _must_check_;

/* The same for an array; NULL also when @n times @size overflows. */
void *arena_array(struct arena *a, size_t n, size_t size) _must_check_;

/*
 * Room for one more behind the @n that @v has: an array that was NULL and empty
 * at first and grew by nothing but this. NULL: no memory, @v is as it was.
 */
void *arena_more(struct arena *a, void *v, size_t n,
		 size_t size) _must_check_;
/* Copies; always NUL-terminated. NULL: no memory. */
char *arena_strdup(struct arena *a, const char *s) _must_check_;
char *arena_strndup(struct arena *a, const char *s, size_t n) _must_check_;
char *arena_printf(struct arena *a, const char *fmt, ...) _must_check_
	_printf_(2, 3);
char *arena_vprintf(struct arena *a, const char *fmt, va_list ap) _must_check_
	_printf_(2, 0);

void arena_fini(struct arena *a);

#define _cleanup_arena_ _cleanup_(arena_fini)

#endif
