/* SPDX-License-Identifier: GPL-2.0-or-later */
/**
 * DOC: anatomy_fit - which structure is an object that has no type?
 *
 * Distributions strip variables' types off. What is left is much: a size,
 * where the pointers are and where none may be, what the functions that they
 * point to take and return, and a name. All structures that the kernel and
 * the module have are tried; if one is left over, that is it.
 */
#ifndef LKM_RULES_ANATOMY_FIT_H
#define LKM_RULES_ANATOMY_FIT_H

#include "base/arena.h"
#include "rules/anatomy.h"
#include "rules/anatomy_ref.h"
#include "rules/anatomy_type.h"

/* An object, and the pointers in it. */
struct fit_object {
	const char *name;
	uint32_t shndx;
	uint64_t offset, size; /* in the section */
	const struct ref *v;
	size_t n;
};

struct fit {
	const struct layout *layout; /* NULL: none, or not known which */
	uint64_t count;
	enum anat_how how;
	const char *maybe; /* "a, b": what it may be; or NULL */
};

/* Steps that all objects of a module together may take. */
#define FIT_STEPS ((uint64_t)100 * 1000 * 1000)

/**
 * fit_object() - find the structure
 * @steps: of FIT_STEPS, what is left
 *
 * Return: 0; -ENOMEM.
 */
_must_check_ int fit_object(struct types *t, const struct refs *r,
			    const struct fit_object *o, uint64_t *steps,
			    struct arena *a, struct fit *ret);

/* The tag that a symbol's name speaks of: "foo_fops" -> "file_operations". */
const char *fit_by_name(const char *symbol);

#endif
