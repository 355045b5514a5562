/* SPDX-License-Identifier: GPL-2.0-or-later */
/**
 * DOC: symbol - from an address in the guest to function, file and line
 *
 * The guest sees modules without debug information worth mentioning; the
 * host has the file that was given, with its symbols and DWARF.
 */
#ifndef LKM_LAB_SYMBOL_H
#define LKM_LAB_SYMBOL_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/diag.h"
#include "base/macros.h"
#include "ko/ko.h"
#include "lab/fault.h"

struct lab_place {
	const char *function; /* NULL: unknown                               */
	uint64_t offset;      /* into the function                          */
	const char *file;     /* as the compiler was told; NULL: unknown     */
	unsigned line;        /* 0: unknown                                 */
	/*
	 * Where the instruction came from another function by inlining: that
	 * function, and where in it. Code from headers counts for the line
	 * that uses it: ->file is never a ".h" if any caller's is not.
	 */
	const char *inlined;  /* "list_add"; NULL: not inlined              */
	const char *inlined_file;
	unsigned inlined_line;
};

/* Section addresses of a loaded module, as /sys/module/NAME/sections says. */
struct lab_section_at {
	const char *name;
	uint64_t address;
};

struct lab_symbols;       /* one module's symbols and lines; opened lazily   */

/**
 * lab_symbols_open() - get ready to be asked about @ko
 * @ko: must outlive @ret; one without debug information gives no lines
 *
 * Nothing is read before the first question.
 *
 * Return: 0; -ENOMEM.
 */
/* @ko is borrowed until lab_symbols_close(). Return: 0; -ENOMEM. */
_must_check_ int lab_symbols_open(const struct ko *ko,
				  struct lab_symbols **ret, struct diag *d);

/* NULL is fine. Return: NULL. */
struct lab_symbols *lab_symbols_close(struct lab_symbols *s);

static inline void lab_symbols_cleanup(struct lab_symbols **s)
{
	(void)lab_symbols_close(*s);
}

#define _cleanup_lab_symbols_ _cleanup_(lab_symbols_cleanup)

/**
 * lab_symbols_function() - where function+offset is (a frame of an oops)
 * lab_symbols_address() - where an address is, given where sections lie
 * @is_return: the address is one behind a call, as in a stack
 *
 * With no section addresses known (@n 0: the module's init failed, it was
 * never listed) an address is taken to lie in .init.text or .text if its
 * offset in the page leaves only one call site that it can be.
 *
 * Lines are unknown also where libdw is not installed. Strings live in @a.
 *
 * Return: 0, with fields of @ret unset where unknown; -ENOMEM.
 */
_must_check_ int lab_symbols_function(struct lab_symbols *s,
				      const char *function, uint64_t offset,
				      bool is_return, struct arena *a,
				      struct lab_place *ret, struct diag *d);
_must_check_ int lab_symbols_address(struct lab_symbols *s, uint64_t address,
				     const struct lab_section_at *at, size_t n,
				     bool is_return, struct arena *a,
				     struct lab_place *ret, struct diag *d);

/**
 * lab_symbols_callee() - whom the call before function+offset calls
 * @offset: behind the call, as in a stack
 *
 * Return: its name, borrowed from the module; NULL if no call by name is
 *         there, as where it goes through a pointer.
 */
const char *lab_symbols_callee(const struct lab_symbols *s,
			       const char *function, uint64_t offset);

#endif
