/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Checked memory: what of the kernel's address space a load may touch.
 *
 *	copy     the file as it was read, zeros up to the end of its page
 *	parts    core and init, or the seven kinds: zeroed, whole pages
 *	percpu   where the module's per-CPU data would be
 *
 * Behind each is a page that is not there. An access that leaves a region is
 * told to the caller, who knows what it means; nothing else is ever touched.
 */
#ifndef LKM_RULES_SPACE_H
#define LKM_RULES_SPACE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/macros.h"
#include "base/span.h"

struct space_region {
	const char *name;
	uint64_t base;
	uint64_t size;	     /* in the kernel's address space */
	const uint8_t *read; /* the first @n bytes; the rest are zeros */
	uint64_t n;
	uint8_t *write; /* NULL: nobody has written here yet */
};

#define SPACE_REGIONS 10

/* Zero it to start. */
struct space {
	struct space_region v[SPACE_REGIONS];
	unsigned n;
};

/* Bytes that are borrowed and followed by zeros up to @size. */
void space_add_bytes(struct space *s, const char *name, uint64_t base,
		     struct span bytes, uint64_t size);

/* Zeroed memory. False: there is not so much. */
_must_check_ bool space_add_zeros(struct space *s, const char *name,
				  uint64_t base, uint64_t size);

void space_fini(struct space *s);

/* NULL: @addr lies in none. */
struct space_region *space_find(struct space *s, uint64_t addr);

/* Bytes to look at; false if not all of them lie in one region. */
bool space_read(struct space *s, uint64_t addr, void *buf, uint64_t n);
bool space_uint(struct space *s, uint64_t addr, unsigned width, uint64_t *ret);

/* A view that is valid until the region is written to; false as above, and
 * where it reaches into the zeros behind borrowed bytes. */
bool space_view(struct space *s, uint64_t addr, uint64_t n, struct span *ret);

/* NUL-terminated; NULL if it leaves its region. Borrowed from the space. */
const char *space_str(struct space *s, uint64_t addr);

/* Room to write to; NULL if it leaves its region, or without memory. */
uint8_t *space_write(struct space *s, uint64_t addr, uint64_t n);

#endif
