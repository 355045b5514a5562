/* SPDX-License-Identifier: GPL-2.0-or-later */
/**
 * DOC: state_exports - what a loaded module exports, out of its memory
 *
 * Of the kernel's own modules the files tell it. Of others (a driver of the
 * user's, from any folder) only the kernel's memory does, which root may read:
 *
 *	/sys/module/NAME/sections/	where __ksymtab, __kcrctab, ... begin
 *	/proc/kcore			an ELF file of that memory
 */
#ifndef LKM_KERN_STATE_EXPORTS_H
#define LKM_KERN_STATE_EXPORTS_H

#include "kern/kern.h"

/**
 * state_exports() - the exports of a loaded module
 * @root: "" for this machine; a folder that holds proc/ and sys/ in tests
 * @base: its address, as /proc/modules has it; values are told from there
 * @ret:  its plain exports, then those for GPL modules, each sorted as they
 *        are in memory; set only on success, in memory of @a
 *
 * Return: 0; -ENOENT: that memory cannot be read, or the addresses are hidden;
 *         -EBADMSG: what stands there makes no sense; -ENOMEM.
 */
_must_check_ int state_exports(const char *root, struct kern *k,
			       const char *name, uint64_t base,
			       struct arena *a, struct kern_export **ret,
			       size_t *ret_n);

#endif
