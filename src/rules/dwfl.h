/* SPDX-License-Identifier: GPL-2.0-or-later */
/**
 * DOC: dwfl - a module file, opened by libdw
 *
 * The debug sections of a module are not yet relocated. libdwfl's offline mode
 * gives every section an address of its own and applies the relocations: what
 * lies in a section is looked for at that address. libdw is opened when the
 * first file is.
 */
#ifndef LKM_RULES_DWFL_H
#define LKM_RULES_DWFL_H

#include <stdbool.h>
#include <stdint.h>

#include "base/macros.h"
#include "ko/ko.h"

/* Zero it to start. The pointers are libdw's: Dwfl, Dwfl_Module. */
struct dwfl_ko {
	void *dwfl;
	void *module; /* NULL: it could not be opened */
};

/* Return: can it be read? Close it either way. */
_must_check_ bool dwfl_ko_open(struct dwfl_ko *f, const struct ko *ko);
void dwfl_ko_close(struct dwfl_ko *f);

/* Where libdwfl put a section. False: there is none such. */
_must_check_ bool dwfl_ko_section(const struct dwfl_ko *f, uint32_t shndx,
				  uint64_t *ret);

#endif
