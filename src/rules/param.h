/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Module parameters: what params.c and param_set.c share. */
#ifndef LKM_RULES_PARAM_H
#define LKM_RULES_PARAM_H

#include "rules/run.h"

/* What a parameter's set function is. */
enum param_kind {
	PARAM_CUSTOM, /* code of a module: nobody can tell */
	PARAM_STRAYS, /* its operations are not in memory; said */
	PARAM_BYTE,
	PARAM_SHORT,
	PARAM_USHORT,
	PARAM_INT,
	PARAM_UINT,
	PARAM_LONG,
	PARAM_ULONG,
	PARAM_ULLONG,
	PARAM_HEXINT,
	PARAM_CHARP,
	PARAM_BOOL,
	PARAM_BOOL_ENABLE,
	PARAM_INVBOOL,
	PARAM_BINT,
	PARAM_STRING,
	PARAM_ARRAY,
};

#define PARAM_NO_VALUE 1 /* may stand without "=" */
#define PARAM_STRAY (-1) /* not an errno: the load is over */

struct param {
	const char *name;
	uint64_t ops, arg;
	uint16_t perm;
	uint8_t flags;
	enum param_kind kind;
};

/* By the operations at an address, which are the kernel's or the module's. */
enum param_kind param_kind(struct run *r, uint64_t ops, unsigned *ret_flags);

/* "a byte, 0 to 255"; NULL: nobody can tell. */
const char *param_wanted(enum param_kind kind) _pure_;

/* The set function. Return: 0, a positive errno, or PARAM_STRAY. */
int param_set(struct run *r, const struct param *p, char *value);

#endif
