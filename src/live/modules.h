/* SPDX-License-Identifier: LGPL-2.1-or-later */
/**
 * DOC: modules - the lines of /proc/modules
 *
 *	name size refcnt users state 0xaddress[ (taints)]
 *	hello 16384 1 user_mod,[permanent], Live 0xffffffffc0400000 (OE)
 *
 * One module per line, the newest first. Modules that the kernel has not got
 * into a state yet (UNFORMED) are not listed. The text may come from the
 * kernel of a throw-away guest that a module has broken: it is not trusted.
 * Mirrors kernel/module/procfs.c.
 */
#ifndef LKM_LIVE_MODULES_H
#define LKM_LIVE_MODULES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/diag.h"
#include "base/macros.h"
#include "base/span.h"

/* A module's name with its NUL. Kernel: MODULE_NAME_LEN, 64 bytes less one
 * unsigned long; 64 where a kernel is built without such care. */
#define LIVE_NAME_MAX 64

enum live_state { LIVE_LIVE, LIVE_LOADING, LIVE_UNLOADING };

struct live_module {
	char name[LIVE_NAME_MAX];
	uint64_t size;
	long refcnt;            /* -1 where it is not counted            */
	bool counted;           /* false: '-', a kernel that cannot unload */
	bool permanent;         /* has init but no exit function         */
	enum live_state state;
	uint64_t address;       /* 0 where the kernel does not tell us   */
	char taints[24];        /* letters only, "OE"; "" if none        */
	bool coming;            /* '+' behind the letters                */
	bool going;             /* '-' behind the letters                */
	const char **users;     /* modules that need it, newest first    */
	size_t n_users;
};

struct live_modules {
	struct live_module *v; /* in the order of the text */
	size_t n;
};

/**
 * live_module_parse() - one line, with or without its line end
 * @line: borrowed; nothing of it is kept
 * @a:    holds the list of users
 * @ret:  set only on success
 *
 * Return: 0; -EBADMSG: not such a line, the diagnostic says which field;
 *         -ENOMEM.
 */
_must_check_ int live_module_parse(struct span line, struct arena *a,
				   struct live_module *ret, struct diag *d);

/**
 * live_modules_parse() - a whole /proc/modules
 *
 * Return: as live_module_parse(); the diagnostic says which line.
 */
_must_check_ int live_modules_parse(struct span text, struct arena *a,
				    struct live_modules *ret, struct diag *d);

/**
 * live_modules_read() - what is loaded
 * @root: "" for this machine; a folder that holds proc/ in tests
 *
 * Return: 0; -ENOENT: a kernel without module support (or no /proc); -EFBIG;
 *         the errno of open(2) or read(2); as live_module_parse().
 */
_must_check_ int live_modules_read(const char *root, struct arena *a,
				   struct live_modules *ret, struct diag *d);

/* NULL: not in the list. '-' and '_' are the same. */
const struct live_module *live_modules_find(const struct live_modules *m,
					    const char *name) _pure_;

/* "Live", "Loading", "Unloading" */
const char *live_state_name(enum live_state s) _pure_;

/* Equal but for '-' and '_', as the kernel's build system writes them. */
bool live_name_eq(const char *a, const char *b) _pure_;

#endif
