/* SPDX-License-Identifier: LGPL-2.1-or-later */
/**
 * DOC: errname - names of error numbers
 *
 * A module's init function may return anything, also numbers that only the
 * kernel knows (EPROBE_DEFER, 517): those have a name here, too.
 */
#ifndef LKM_BASE_ERRNAME_H
#define LKM_BASE_ERRNAME_H

#include "base/macros.h"

/* "EKEYREJECTED" for 129; NULL: there is no such error. */
const char *err_name(int err);

/* 129 for "EKEYREJECTED"; 0: there is no such name. */
int err_number(const char *name) _pure_;

/* For people: "EKEYREJECTED (129, Key was rejected by service)". */
struct err_text {
	char s[96];
};
struct err_text err_text(int err);

#endif
