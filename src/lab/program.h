/* SPDX-License-Identifier: GPL-2.0-or-later */
/**
 * DOC: program - what a test program needs to run in the guest
 */
#ifndef LKM_LAB_PROGRAM_H
#define LKM_LAB_PROGRAM_H

#include <stdbool.h>

#include "base/diag.h"
#include "base/macros.h"
#include "base/text.h"

/* An ELF program of this machine that needs no interpreter. */
bool lab_is_static(const char *path);

/**
 * lab_program_needs() - the host's files that a program needs beside itself
 * @path: a static program, a dynamic one, or a script with "#!"
 * @ret:  absolute paths: interpreter and shared libraries; empty for a static
 *        program, and for a script whose interpreter the guest's busybox is
 *
 * Return: 0; -ENOEXEC if it is neither ELF nor a script; -ENOENT if a library
 * or an interpreter is missing; what open(2) returns; -ENOMEM.
 */
_must_check_ int lab_program_needs(const char *path, struct strv *ret,
				   struct diag *d);

#endif
