/* SPDX-License-Identifier: GPL-2.0-or-later */
/**
 * DOC: build_scaffold - a fresh project from an example
 *
 *   examples/chardev/           foo/
 *     Kbuild                      Kbuild        names changed in all of them:
 *     chardev.c          -->      foo.c         chardev_open --> foo_open
 *     chardev.h                   foo.h         CHARDEV_MAX  --> FOO_MAX
 *     use.c  try.conf             use.c  try.conf
 *   examples/use.h                use.h
 *                                 Makefile  dkms.conf  .gitignore
 */
#ifndef LKM_BUILD_SCAFFOLD_H
#define LKM_BUILD_SCAFFOLD_H

#include "base/diag.h"
#include "base/macros.h"
#include "base/text.h"

/* What its names may be long; the kernel's own limit is 55. */
#define BUILD_SCAFFOLD_NAME_MAX 32

/**
 * build_scaffold_name() - can a module and its functions be called so?
 *
 * Return: 0; -EINVAL, with what was found and what is wanted.
 */
_must_check_ int build_scaffold_name(const char *name, struct diag *d);

/*
 * Puts @name for @old wherever a word is @old, or begins with it and goes on
 * with '_' or a digit; and the same in capitals.
 */
void build_scaffold_rename(const char *text, size_t n, const char *old,
			   const char *name, struct text *ret);

/**
 * build_scaffold() - make it
 * @example: folder with a try.conf
 * @name:    see build_scaffold_name()
 * @folder:  what must not exist; the one above it must
 * @modules: the modules that it makes: "foo", or "foo_base" and "foo_user"
 *
 * Made beside its place, under another name, and renamed when it is whole.
 *
 * Return: 0; -EEXIST; -EINTR; -ENOMEM; the errno of a file.
 */
_must_check_ int build_scaffold(const char *example, const char *name,
				const char *folder, struct strv *modules,
				struct diag *d);

#endif
