/* SPDX-License-Identifier: GPL-2.0-or-later */
/**
 * DOC: anatomy_type - where in a structure pointers are, and to what
 *
 * A layout is a structure with all that is in it, however deep, in one list;
 * who is inside whom is told by @up. BTF and DWARF are made into the same.
 *
 *	struct pci_driver { int (*probe)(...); struct device_driver driver; }
 *	  [0] probe   LAYOUT_FUNCTION       @8   up -
 *	  [1] driver  LAYOUT_INNER          @56  up -
 *	  [2] pm      LAYOUT_POINTER        @136 up 1  --> "driver.pm"
 *
 * A prototype is a number: the hash of what goes into a function and comes
 * out, with typedefs, qualifiers and signs taken off. 0: not known.
 */
#ifndef LKM_RULES_ANATOMY_TYPE_H
#define LKM_RULES_ANATOMY_TYPE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/diag.h"
#include "base/macros.h"
#include "kern/kern.h"
#include "ko/ko.h"
#include "rules/anatomy_ref.h"

enum layout_kind {
	LAYOUT_OTHER,
	LAYOUT_INNER,	 /* a structure or array, whose members follow */
	LAYOUT_WORD,	 /* a number that a pointer fits into */
	LAYOUT_POINTER,	 /* to data */
	LAYOUT_ANY,	 /* void * */
	LAYOUT_FUNCTION, /* to a function */
};

struct layout_member {
	uint32_t offset, size;
	enum layout_kind kind;
	bool in_union;	  /* something else may be there */
	uint32_t up;	  /* number + 1 of what it is inside of; 0: nothing */
	const char *name; /* "" for what has none; NULL: element @index */
	uint32_t index;
	uint64_t proto;
};

struct layout {
	const char *name; /* tag of the structure */
	uint64_t size;
	struct layout_member *v;
	size_t n;
	bool functions; /* has pointers to functions */
};

/* No structure is looked into deeper, or further. */
#define LAYOUT_DEPTH 8
#define LAYOUT_MEMBERS 4096

/* Adds a member. Return: its number + 1; 0: there is no room, or no memory. */
uint32_t layout_add(struct layout *l, struct arena *a,
		    const struct layout_member *m);

/**
 * layout_at() - the member at an offset of one element
 * @function: a pointer to a function is wanted, best with @proto
 *
 * Return: NULL if nothing of pointer size starts there.
 */
const struct layout_member *layout_at(const struct layout *l, uint64_t offset,
				      unsigned width, bool function,
				      uint64_t proto) _pure_;

/* "driver.pm", "attr[2].show". Return: NULL without memory. */
const char *layout_path(const struct layout *l, const struct layout_member *m,
			struct arena *a);

/* -------------------------------------------------------------------- BTF */

struct types; /* of the module and of a kernel */

/**
 * types_open() - get the types ready
 * @k:   NULL: only those of the module; its .BTF needs the very kernel that it
 *       was made for unless it has a .BTF.base
 * @a:   memory for what is asked later; must outlive @ret
 * @ret: NULL if there are none at hand
 *
 * Return: 0; -ENOMEM.
 */
_must_check_ int types_open(const struct ko *ko, struct kern *k,
			    struct arena *a, struct types **ret);
struct types *types_close(struct types *t);

static inline void types_close_cleanup(struct types **t)
{
	(void)types_close(*t);
}

#define _cleanup_types_ _cleanup_(types_close_cleanup)

/* The prototype of a function of the module; 0: not known. */
uint64_t types_prototype(const struct types *t, const char *function);

/* for (size_t i = 0; (l = types_of_size(t, size, &i));): with functions */
const struct layout *types_of_size(struct types *t, uint64_t size, size_t *i);

/* for (size_t i = 0; (size = types_size(t, &i));): each size once, rising */
uint64_t types_size(const struct types *t, size_t *i);

/* The structure of that tag; NULL: none, or none with that size (if not 0). */
const struct layout *types_struct(struct types *t, const char *tag,
				  uint64_t size);

/**
 * types_variable() - the type of a variable, where .BTF has it
 * @ret_count: elements of an array; else 1
 *
 * Return: NULL: not told.
 */
const struct layout *types_variable(struct types *t, const char *section,
				    uint64_t offset, uint64_t *ret_count);

/* ------------------------------------------------------------------ DWARF */

struct dwarf_types;

/**
 * dwarf_types_open() - the same from the module's debug information
 * @ret: NULL if it has none, or libdw is not there
 *
 * Return: 0; -ENOMEM.
 */
_must_check_ int dwarf_types_open(const struct ko *ko, struct arena *a,
				  struct dwarf_types **ret);
struct dwarf_types *dwarf_types_close(struct dwarf_types *t);

static inline void dwarf_types_close_cleanup(struct dwarf_types **t)
{
	(void)dwarf_types_close(*t);
}

#define _cleanup_dwarf_types_ _cleanup_(dwarf_types_close_cleanup)

/* As types_variable(). */
const struct layout *dwarf_types_variable(struct dwarf_types *t,
					  uint32_t shndx, uint64_t offset,
					  uint64_t *ret_count);

#endif
