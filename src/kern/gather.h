/* SPDX-License-Identifier: GPL-2.0-or-later */
/**
 * DOC: gather - the exports of many modules, by all processors at once
 */
#ifndef LKM_KERN_GATHER_H
#define LKM_KERN_GATHER_H

#include <stddef.h>
#include <sys/stat.h>

#include "base/arena.h"
#include "base/diag.h"
#include "base/macros.h"
#include "kern/facts.h"
#include "ko/ko.h"

struct gather_file {
	const char *name; /* of the module */
	const char *path;
};

/* What one module exports; strings in the arena that it was read to. */
struct gather_found {
	struct ko_export *v;
	size_t n;
	struct stat st;
};

/* Reads one. Return: 0; -ENOMEM; or any errno if it cannot be read. */
_must_check_ int gather_one(const char *path, struct arena *a,
			    struct gather_found *ret);

/* Adds one to PART_MODULES and PART_EXPORTS. */
void gather_add(struct facts_draft *f, const struct gather_file *file,
		const struct gather_found *found);

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
