/* SPDX-License-Identifier: GPL-2.0-or-later */
/**
 * DOC: build_ktree - a kernel's source tree, copied to where it can be built
 *
 * Nobody's tree is ever built in: what is built is a copy of our own. It has
 * all that a small kernel for this processor is made of, and leaves out what
 * two thirds of a source tree are: big families of drivers, other processors,
 * documentation. Kconfig files and Makefiles are always there, so that menus
 * and help are complete.
 */
#ifndef LKM_BUILD_KTREE_H
#define LKM_BUILD_KTREE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/diag.h"
#include "base/macros.h"

/**
 * build_ktree_version() - is this a kernel's source tree, and of which one?
 * @ret: "6.1.192", "6.12.0-rc3": version, patch level, sublevel and extra
 *
 * Return: 0; -EINVAL with a diag that says what is missing; -ENAMETOOLONG.
 */
_must_check_ int build_ktree_version(const char *dir, char *ret, size_t n,
				     struct diag *d);

/**
 * build_ktree_sync() - make @to the same as @from, except products
 * @keep: a folder below @from ("drivers/misc") of which nothing is left out;
 *        may be NULL
 *
 * Files that are the same already keep their time, so that make sees only
 * what changed. Products of a build (objects, generated files) are not copied;
 * nothing is removed: a source that no Makefile names any more does no harm.
 * Links are copied as they are.
 *
 * Return: 0; -ENOSPC; -EINTR; the errno of a file; -ENOMEM.
 */
_must_check_ int build_ktree_sync(const char *from, const char *to,
				  const char *keep, struct diag *d);

/**
 * build_ktree_unpack() - the same from a tarball, into an empty folder
 *
 * The tarball's top folder is taken off. tar(1) knows the compression.
 *
 * Return: 0; -ENOSPC; -EINTR; -EIO with tar's words; -ENOENT without tar.
 */
_must_check_ int build_ktree_unpack(const char *tarball, const char *to,
				    struct diag *d);

/**
 * build_ktree_moved() - a tree that was built in lies elsewhere now
 * @dir: where it is
 * @now: where it is to be used: make takes a tree in which nothing was changed
 *       for built there
 *
 * The kernel's own build goes by relative paths. That of its tools does not:
 * without this make would build objtool anew, and then everything that went
 * through it.
 *
 * Return: 0; -EINTR; -ENOMEM; the errno of a file.
 */
_must_check_ int build_ktree_moved(const char *dir, const char *now,
				   struct diag *d);

/* For tests: is the file of this path, relative to the tree, left out? */
bool build_ktree_left_out(const char *path, const char *keep);

#endif
