/* SPDX-License-Identifier: GPL-2.0-or-later */
/**
 * DOC: subjects - the modules of a run, with what they need, in order
 */
#ifndef LKM_LAB_SUBJECTS_H
#define LKM_LAB_SUBJECTS_H

#include "base/arena.h"
#include "build/kernel.h"
#include "lab/verdict.h"

struct lab_subjects {
	struct arena arena;
	struct lab_subject *v; /* after lab_subjects_resolve(): in the order
				* of loading, dependencies first             */
	size_t n, cap;
	struct strv notes;     /* "needs module x, which kernel K does not have" */
};

void lab_subjects_fini(struct lab_subjects *s);
#define _cleanup_subjects_ _cleanup_(lab_subjects_fini)

/**
 * lab_subjects_add() - one module file that is to be tried
 *
 * Return: 0; -EEXIST if a module of that name is there already; -ENOTSUP if
 * it is not for x86-64; -ENOEXEC if it is no module; else as ko_open().
 */
_must_check_ int lab_subjects_add(struct lab_subjects *s, const char *path,
				  struct diag *d);

/* One of those added by name ('-' is '_'); NULL: none. */
struct lab_subject *lab_subjects_find(const struct lab_subjects *s,
				      const char *name);

/*
 * Adds "name=value" to the parameters of a subject, quoted where the kernel
 * would take it for several. Return: 0; -EINVAL if no quoting helps; -ENOMEM.
 */
_must_check_ int lab_subjects_param(struct lab_subjects *s,
				    struct lab_subject *to, const char *param,
				    struct diag *d);

/**
 * lab_subjects_with() - a module of a kernel's tree, loaded before the others
 *
 * Where the kernel has no such module (it may be built in) that is a note.
 *
 * Return: 0; what ko_open() returns for a damaged module; -ENOMEM.
 */
_must_check_ int lab_subjects_with(struct lab_subjects *s,
				   const struct build_kernel *k,
				   const char *name, struct diag *d);

/**
 * lab_subjects_resolve() - add what they need from a kernel's tree, and sort
 *
 * A module that one of the others exports symbols for comes first. What
 * neither the others nor the kernel's tree have is a note: the kernel's own
 * refusal will say it best.
 *
 * Return: 0; what ko_open() returns for a damaged module of the kernel;
 * -ENOMEM.
 */
_must_check_ int lab_subjects_resolve(struct lab_subjects *s,
				      const struct build_kernel *k,
				      struct diag *d);

#endif
