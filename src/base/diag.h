/* SPDX-License-Identifier: LGPL-2.1-or-later */
/**
 * DOC: diag - the human half of an error
 *
 * A function of src/ that can fail returns 0 or a negative errno, and takes as
 * its last argument a diagnostic that lives on the caller's stack. The number
 * is for programs; the diagnostic is for the person in front of the screen:
 * what, where, found against wanted, and what to do next.
 *
 * The caller zeroes it once per operation. It may be NULL. The first error
 * wins: what follows from it is not reported over it.
 */
#ifndef LKM_BASE_DIAG_H
#define LKM_BASE_DIAG_H

#include <stdarg.h>

#include "base/macros.h"

struct diag {
	int err;         /* positive errno; 0 = nothing reported          */
	char where[256]; /* "foo.ko: section 5 '.modinfo'"                 */
	char what[512];  /* one clause: no capital, no full stop          */
	char hint[512];  /* what to do next; may be empty                 */
};

/**
 * diag_fail() - report an error and return it
 * @d:   the caller's diagnostic; may be NULL
 * @err: positive errno
 * @fmt: one clause, "found %s, wanted %s"
 *
 * Return: -@err, always, so that `return diag_fail(...)` is one line.
 */
int diag_fail(struct diag *d, int err, const char *fmt, ...) _printf_(3, 4);

/**
 * diag_fail_hint() - diag_fail() and diag_hint() in one
 * @hint: what the user can do next, as it stands
 *
 * Return: -@err, always; unlike `return diag_hint(...)`, which is 0 where @d
 * is NULL.
 */
int diag_fail_hint(struct diag *d, int err, const char *hint, const char *fmt,
		   ...) _printf_(4, 5);

/**
 * diag_in() - say where, from the inside out
 * @d:   diagnostic that holds an error; may be NULL
 * @fmt: the place one level further out, "foo.ko" or "section %u"
 *
 * Puts the place in front of what is there, separated by ": ".
 *
 * Return: -d->err (0 if @d is NULL or holds no error).
 */
int diag_in(struct diag *d, const char *fmt, ...) _printf_(2, 3);

/**
 * diag_hint() - add what the user can do next
 * @d:   diagnostic that holds an error; may be NULL
 * @fmt: an instruction; a command stands in single quotes
 *
 * The first hint wins. Return: -d->err (0 if @d is NULL or holds no error).
 */
int diag_hint(struct diag *d, const char *fmt, ...) _printf_(2, 3);

/*
 * diag_spare() - let a function end in `return diag_hint(d, ...)`
 *
 * Those return what @d holds, and so nothing when a caller passed NULL. As
 * the first line of a public function this gives @d a place to hold it.
 */
#define diag_spare(d)                                                         \
	struct diag diag_spare_ = { 0 };                                      \
	if (!(d))                                                             \
	(d) = &diag_spare_

#endif
