/* SPDX-License-Identifier: GPL-2.0-or-later */
/**
 * DOC: vmlinux - the unpacked image as memory
 *
 * A kernel's tables are full of addresses. The image's sections say where
 * each lies in the file.
 */
#ifndef LKM_KERN_VMLINUX_H
#define LKM_KERN_VMLINUX_H

#include <stdbool.h>
#include <stdint.h>

#include "base/macros.h"
#include "base/span.h"
#include "ko/ko.h"

/* A section that is memory and has bytes in the file. */
struct vm_part {
	const char *name;
	uint64_t addr;
	struct span bytes;
	bool exec;
};

/* No linker script makes more. */
#define VM_PARTS 512

struct vmlinux {
	const struct ko *ko; /* borrowed */
	uint16_t machine;    /* EM_*; 0 unknown */
	unsigned word;	     /* bytes of an address */
	uint8_t *owned;	     /* the image as it is when it runs; or NULL */
	size_t n;
	struct vm_part parts[VM_PARTS];
};

/*
 * @ko outlives @ret. Of an image that is no ELF there is one part, at 0; of
 * arm64's, what bare.h finds. Return: 0; -ENOMEM.
 */
_must_check_ int vmlinux_init(const struct ko *ko, struct vmlinux *ret);
void vmlinux_fini(struct vmlinux *v);

/* The part of that name; empty if there is none. */
struct vm_part vm_part(const struct vmlinux *v, const char *name);

/* From @addr to the end of its part; @ret as it was if it is in none. */
bool vm_at(const struct vmlinux *v, uint64_t addr, struct span *ret);

/* The string at @addr; NULL if there is none. */
const char *vm_str(const struct vmlinux *v, uint64_t addr);

/* A number of the image's byte order; 0 where it lies outside. */
static inline uint64_t vm_uint(const struct vmlinux *v, struct span s,
			       uint64_t off, unsigned width)
{
	uint64_t n = 0;

	(void)span_uint(s, off, width, v->ko->be, &n);
	return n;
}

/* A 4-byte number with its sign, as place-relative fields have. */
static inline uint64_t vm_rel(const struct vmlinux *v, struct span s,
			      uint64_t off)
{
	return (uint64_t)(int64_t)(int32_t)(uint32_t)vm_uint(v, s, off, 4);
}

/* May strings and constants lie here? (Not in code, type data, unwind data.) */
bool vm_has_text(const struct vm_part *p);

#endif
