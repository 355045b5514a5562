/* SPDX-License-Identifier: GPL-2.0-or-later */
/**
 * DOC: lines - source lines of a relocatable object, by libdw
 *
 * libdw is opened when the first line is asked for; without it there are none.
 */
#ifndef LKM_LAB_LINES_H
#define LKM_LAB_LINES_H

#include "lab/symbol.h"
#include "rules/dwfl.h"

/* Zero it to start; free with lines_fini(). */
struct lines {
	bool tried;
	struct dwfl_ko file;
};

/**
 * lines_at() - the source line of an instruction
 * @shndx: section
 * @off:   in it
 * @ret:   its fields about lines, where they are known
 *
 * Return: 0; -ENOMEM.
 */
int lines_at(struct lines *l, const struct ko *ko, uint32_t shndx, uint64_t off,
	     struct arena *a, struct lab_place *ret);

void lines_fini(struct lines *l);

#endif
