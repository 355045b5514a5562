/* SPDX-License-Identifier: GPL-2.0-or-later */
/**
 * DOC: json_out - writing JSON, for tools that link no JSON library
 *
 * Values are written as they come; nothing is kept in memory. Two blanks a
 * level, as `lkm try --json` has it. Keys come in the order in which they are
 * written; nobody checks that an object has each of them once.
 *
 *	struct jout j = { .f = stdout };
 *
 *	jout_object(&j, NULL);			{
 *	jout_str(&j, "name", "hello");		  "name": "hello",
 *	jout_array(&j, "users");		  "users": [
 *	jout_str(&j, NULL, "other");		    "other"
 *	jout_end(&j);				  ]
 *	jout_end(&j);				}
 *	status = jout_finish(&j) ? 1 : 0;
 *
 * @key is NULL in an array and for the one value of a document, and not
 * otherwise. What is no UTF-8 becomes U+FFFD, one for each byte; control
 * characters are escaped, also those that JSON would allow, so that a module's
 * strings cannot steer a terminal.
 *
 * What is nested deeper, or read back, is jansson's; only lkm itself links it.
 */
#ifndef LKM_TOOLS_JSON_OUT_H
#define LKM_TOOLS_JSON_OUT_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "base/diag.h"
#include "base/macros.h"
#include "base/span.h"

/* No document of ours is nested deeper. */
#define JOUT_DEPTH 32

/* Set @f, zero the rest. */
struct jout {
	FILE *f;
	uint32_t arrays; /* bit N: what is open at depth N is an array      */
	unsigned depth;
	bool more; /* something stands before, in what is open now       */
};

void jout_object(struct jout *j, const char *key);
void jout_array(struct jout *j, const char *key);
/* Closes what was opened last. */
void jout_end(struct jout *j);

/* NULL is written as null. */
void jout_str(struct jout *j, const char *key, const char *value);
/* The same; NUL is a character like others. */
void jout_span(struct jout *j, const char *key, struct span value);
void jout_uint(struct jout *j, const char *key, uint64_t value);
void jout_int(struct jout *j, const char *key, int64_t value);
void jout_bool(struct jout *j, const char *key, bool value);
void jout_null(struct jout *j, const char *key);

/* An array of strings. */
void jout_strs(struct jout *j, const char *key, const char *const *v, size_t n);

/* An error as an object: "what", "where", "fix" (null if there is none) and
 * "errno", a number. null if nothing is reported in @d. */
void jout_diag(struct jout *j, const char *key, const struct diag *d);

/**
 * jout_finish() - end the document: all must be closed
 *
 * Return: 0; the negative errno of writing to @f, now or before.
 */
_must_check_ int jout_finish(struct jout *j);

#endif
