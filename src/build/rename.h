/* SPDX-License-Identifier: GPL-2.0-or-later */
/**
 * DOC: rename - another name in all of a source
 *
 *	foo_open(FOO_MAX,               barley_open(BARLEY_MAX,
 *	         sizeof(struct foo))    -->         sizeof(struct barley))
 */
#ifndef LKM_BUILD_RENAME_H
#define LKM_BUILD_RENAME_H

#include <stddef.h>

#include "base/text.h"

/*
 * Puts @name for @old wherever it stands between other letters and digits, and
 * the same in capitals: "my_foo", "foo_open", "foo0", "FOO_MAX".
 */
void build_rename(const char *text, size_t n, const char *old,
		  const char *name, struct text *ret);

/*
 * The same in C: what stood below an open bracket does so again.
 */
void build_rename_c(const char *text, size_t n, const char *old,
		    const char *name, struct text *ret);

#endif
