/* SPDX-License-Identifier: GPL-2.0-or-later */
/**
 * DOC: initramfs - the guest's first file system, in "newc" cpio form
 *
 * Kernel: Documentation/driver-api/early-userspace/buffer-format.rst
 */
#ifndef LKM_LAB_INITRAMFS_H
#define LKM_LAB_INITRAMFS_H

#include "base/diag.h"
#include "base/macros.h"
#include "base/span.h"
#include "base/text.h"

/* Appends one entry; @mode holds the file type as in stat(2). */
void cpio_add(struct text *t, const char *name, unsigned mode,
	      struct span data);
void cpio_end(struct text *t);

/* Our process 1, built into this program. */
struct span lab_guest_program(void);

/**
 * lab_initramfs() - the whole archive
 * @ret: growing text that the caller frees
 *
 * Holds our process 1 and, where the host has one, a static busybox with the
 * names of its applets, so that a test may be a shell script.
 *
 * Return: 0; -ENOMEM.
 */
_must_check_ int lab_initramfs(struct text *ret, struct diag *d);

/* The same for another machine, with @guest as process 1 and no busybox.
 * Return: 0; the errno of reading it; -ENOMEM. */
_must_check_ int lab_initramfs_of(const char *guest, struct text *ret,
				  struct diag *d);

/* Path of a static busybox on this host, or NULL. Owned by the caller. */
char *lab_busybox(void);

#endif
