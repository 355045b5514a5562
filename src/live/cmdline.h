/* SPDX-License-Identifier: LGPL-2.1-or-later */
/**
 * DOC: cmdline - what the running kernel was booted with
 */
#ifndef LKM_LIVE_CMDLINE_H
#define LKM_LIVE_CMDLINE_H

#include <stdbool.h>

#include "base/arena.h"
#include "base/diag.h"
#include "base/macros.h"

/**
 * live_cmdline_value() - the value of a parameter; the last one counts
 * @root:  "" for this machine; a folder that holds proc/ in tests
 * @param: as the kernel writes it, with '_'; '-' is the same on the line
 * @ret:   NULL: it is not there; "": without a value. In memory of @a
 *
 * What stands behind "--" is for process 1.
 *
 * Return: 0; -ENOMEM; the errno of reading /proc/cmdline.
 */
_must_check_ int live_cmdline_value(const char *root, const char *param,
				    struct arena *a, const char **ret);

/*
 * Does the kernel itself refuse a module of this name? @list: the value of
 * module_blacklist=, names between commas, letter by letter; NULL: no.
 */
bool live_blacklisted(const char *list, const char *name);

#endif
