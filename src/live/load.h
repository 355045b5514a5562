/* SPDX-License-Identifier: LGPL-2.1-or-later */
/**
 * DOC: load - the three system calls: put a module in, take one out
 *
 * Thin on purpose. The kernel answers with a bare errno and, for most
 * refusals, one line in its log: live/kmsg.h reads that line, rules/reason.h
 * says what it means.
 */
#ifndef LKM_LIVE_LOAD_H
#define LKM_LIVE_LOAD_H

#include "base/diag.h"
#include "base/macros.h"
#include "base/span.h"

/* Flags of finit_module(2). Kernel: include/uapi/linux/module.h. */
enum live_insert_flags {
	LIVE_IGNORE_MODVERSIONS = 1, /* do not compare symbol CRCs        */
	LIVE_IGNORE_VERMAGIC = 2,    /* do not compare vermagic           */
	LIVE_COMPRESSED = 4,         /* the kernel is to decompress it    */
};

/* Flags of delete_module(2). */
enum live_remove_flags {
	LIVE_NO_WAIT = 04000, /* O_NONBLOCK; every kernel since 3.13 does so */
	LIVE_FORCE = 01000,   /* O_TRUNC; needs CONFIG_MODULE_FORCE_UNLOAD  */
};

/**
 * live_insert_fd() - let the kernel read and load an open file
 * @fd:     open for reading, at any offset; nobody may have it open to write
 * @params: "a=1 b=2"; "" for none
 * @flags:  of enum live_insert_flags
 * @d:      receives the reason on failure; may be NULL
 *
 * Kernel: finit_module(), kernel/module/main.c.
 *
 * Return: 0 when the module is in and its init function has returned 0 or
 *         more; else what the kernel said, which may be any number its init
 *         function returned; -ENOSYS: a kernel without modules, or before 3.8.
 */
_must_check_ int live_insert_fd(int fd, const char *params, unsigned flags,
				struct diag *d);

/**
 * live_insert_bytes() - load a module from memory
 * @image: the raw ELF file
 *
 * Kernel: init_module(), kernel/module/main.c. A kernel that wants to know
 * where the bytes come from (LoadPin, IMA) refuses this way in.
 *
 * Return: as live_insert_fd().
 */
_must_check_ int live_insert_bytes(struct span image, const char *params,
				   struct diag *d);

/**
 * live_insert_memfd() - load a module from memory, with flags
 * @flags: as live_insert_fd(); init_module(2) has none
 *
 * The image goes through a file in memory.
 *
 * Return: as live_insert_fd(); the errno of memfd_create(2); -ENOENT: /proc is
 *         not mounted.
 */
_must_check_ int live_insert_memfd(struct span image, const char *params,
				   unsigned flags, struct diag *d);

/**
 * live_remove() - unload a module
 * @name:  as in /proc/modules
 * @flags: of enum live_remove_flags
 *
 * Kernel: delete_module(), kernel/module/main.c.
 *
 * Return: 0; -ENOENT: not loaded; -EAGAIN (-EWOULDBLOCK): in use, by another
 *         module or by an open file; -EBUSY: it has no exit function, or is
 *         still loading or already going; -EPERM: no CAP_SYS_MODULE, or
 *         kernel.modules_disabled; -ENOSYS: a kernel that cannot unload.
 */
_must_check_ int live_remove(const char *name, unsigned flags,
			     struct diag *d);

#endif
