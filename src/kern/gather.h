/* SPDX-License-Identifier: GPL-2.0-or-later */
/**
 * DOC: gather - the exports of many modules, by all processors at once
 */
#ifndef LKM_KERN_GATHER_H
#define LKM_KERN_GATHER_H

#include <stddef.h>

#include "base/diag.h"
#include "base/macros.h"
#include "kern/facts.h"

struct gather_file {
	const char *name; /* of the module */
	const char *path;
};

/**
 * gather_exports() - read modules, add what they export
 * @f: gets PART_MODULES, PART_EXPORTS and PART_SLOTS, in the order of @v. A
 *     module that cannot be read, or exports nothing, is left out; of one that
 *     changed a moment ago f->incomplete is set
 *
 * Return: 0 or -ENOMEM.
 */
_must_check_ int gather_exports(const struct gather_file *v, size_t n,
				struct facts_draft *f, struct diag *d);

#endif
