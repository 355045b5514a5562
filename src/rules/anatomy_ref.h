/* SPDX-License-Identifier: GPL-2.0-or-later */
/**
 * DOC: anatomy_ref - pointers in a module's data, before anybody relocates it
 *
 * What will be a pointer is a relocation of pointer size now. It names a
 * symbol, or a section and an offset in it; both come out as a place:
 *
 *	file_operations at .rodata+0x40
 *	  +0x10: R_X86_64_64 .text+0x120  -->  { REF_FUNCTION, "my_open" }
 *	  +0x20: R_X86_64_64 noop_llseek  -->  { REF_IMPORT, "noop_llseek" }
 */
#ifndef LKM_RULES_ANATOMY_REF_H
#define LKM_RULES_ANATOMY_REF_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/macros.h"
#include "ko/ko.h"

enum ref_kind {
	REF_DATA,     /* a place of this module that is no function's start */
	REF_FUNCTION, /* the start of a function of this module */
	REF_IMPORT,   /* a symbol of somebody else */
};

struct ref {
	uint32_t shndx;	 /* where the pointer is */
	uint64_t offset;
	enum ref_kind kind;
	const char *name; /* of the function or import; else NULL */
	uint32_t to;	 /* section it points into; 0 for imports */
	uint64_t at;	 /* offset in that section */
};

/* A function or an object of the module. */
struct ref_symbol {
	uint32_t shndx;
	uint64_t value, size;
	const char *name;
	uint8_t rank; /* of several at one place the highest is taken */
};

struct refs {
	const struct ko *ko;
	unsigned width; /* of a pointer: 4 or 8 */
	struct ref *v;	/* by section and offset */
	size_t n;
	struct ref_symbol *functions, *objects; /* by section and value */
	size_t n_functions, n_objects;
	bool cut;
};

/**
 * refs_read() - all pointers in sections that will be loaded and are no code
 *
 * Tables of places in code (exceptions, patches, unwinding) are left out.
 *
 * Return: 0; -ENOMEM.
 */
_must_check_ int refs_read(const struct ko *ko, struct arena *a,
			   struct refs *ret);

/* The pointer at that place; NULL: there is none. */
const struct ref *refs_at(const struct refs *r, uint32_t shndx,
			  uint64_t offset) _pure_;

/* The object that covers the place; NULL: none does. */
const struct ref_symbol *refs_object(const struct refs *r, uint32_t shndx,
				     uint64_t offset) _pure_;

/* The function that starts there; NULL: none does. */
const struct ref_symbol *refs_function(const struct refs *r, uint32_t shndx,
				       uint64_t offset) _pure_;

/* An unsigned number of the file's data; false: outside of it. */
bool refs_uint(const struct refs *r, uint32_t shndx, uint64_t offset,
	       unsigned width, uint64_t *ret);

#endif
