/* SPDX-License-Identifier: GPL-2.0-or-later */
/**
 * DOC: build_kernel_get - a distribution's kernel into the user's cache
 *
 * Packages are fetched and verified by apt on a private state (apt.h),
 * unpacked beside their place with dpkg-deb, made to work from there
 * (relocate.h), and renamed into place: there is never half a kernel.
 */
#ifndef LKM_BUILD_FETCH_H
#define LKM_BUILD_FETCH_H

#include <stdbool.h>

#include "build/apt.h"
#include "build/kernel.h"

/**
 * build_kernel_get() - fetch a kernel and its headers, without root
 * @arch:     NULL: for this machine; else dpkg's word for another processor:
 *            without headers, in a folder "kernels-ARCH" of the cache, where
 *            only a path leads to it
 * @name:     a form of name.h; NULL or "" is the distribution's newest
 *            kernel for virtual machines
 * @progress: may be NULL
 * @ret:      the kernel, in the cache
 * @already:  it was there, from the newest package: nothing was fetched
 *
 * Return: 0; -EINVAL for a name or processor of no form; -ENOENT if no suite
 * has it; -ENOSYS if this distribution has no apt (the hint has its command);
 * -EHOSTUNREACH with apt's words; -EINTR; -ENOSPC; any errno of a file.
 */
_must_check_ int build_kernel_get(const char *arch, const char *name,
				  const struct build_progress *progress,
				  struct build_kernel *ret, bool *already,
				  struct diag *d);

/**
 * build_kernel_remove() - take a fetched kernel out of the cache
 *
 * Return: 0; -ENOENT if the cache has no such release; the errno of unlink.
 */
_must_check_ int build_kernel_remove(const char *arch, const char *release,
				     struct diag *d);

#endif
