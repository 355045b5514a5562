/* SPDX-License-Identifier: GPL-2.0-or-later */
/**
 * DOC: build_scaffold - a fresh project from an example
 *
 *   examples/chardev/           foo/
 *     Kbuild                      Kbuild        names changed, see rename.h
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

/**
 * build_scaffold() - make it
 * @example: folder with a try.conf; the name that it has there, or the folder,
 *           must be a word that the texts use for nothing else
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
