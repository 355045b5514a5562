/* SPDX-License-Identifier: GPL-2.0-or-later */
/**
 * DOC: build_kernel - the kernels that modules can be built for and tried in
 *
 * A kernel is known by its release (`uname -r`). It comes from the running
 * system (/boot, /lib/modules, /usr/src) or from the user's cache, where
 * build_kernel_get() unpacks distribution packages without root:
 *
 *   $XDG_CACHE_HOME/lkm/kernels/RELEASE/boot/vmlinuz-RELEASE
 *                                      /lib/modules/RELEASE/...
 *                                      /usr/src/linux-headers-RELEASE/...
 */
#ifndef LKM_BUILD_KERNEL_H
#define LKM_BUILD_KERNEL_H

#include <stdbool.h>
#include <stdint.h>

#include "base/diag.h"
#include "base/macros.h"

enum build_origin { BUILD_INSTALLED, BUILD_CACHED };

struct build_kernel {
	char release[96];         /* 6.1.0-56-cloud-amd64                  */
	char arch[16];            /* "x86_64", "aarch64": as uname -m      */
	enum build_origin origin;
	char root[4096];          /* "" installed, else the cache folder   */
	char image[4096];         /* vmlinuz; "" if there is none          */
	bool image_readable;      /* by this user (Ubuntu: root only)      */
	char modules[4096];       /* .../lib/modules/RELEASE; "" if none   */
	char headers[4096];       /* what `make -C` takes; "" if none      */
	char config[4096];        /* the kernel's .config; "" if unknown   */
	char package[128];        /* what it came from; "" if unknown      */
	uint64_t disk_bytes;      /* of a cached one                       */
};

struct build_kernels {
	struct build_kernel *v;   /* newest release first                  */
	size_t n;
};

void build_kernels_fini(struct build_kernels *l);
#define _cleanup_kernels_ _cleanup_(build_kernels_fini)

/**
 * build_kernel_list() - all of them, newest release first, each once
 *
 * If a release is both installed and cached, whichever is more complete wins
 * (a readable image, headers).
 *
 * Return: 0 (an empty list is no error); -ENOMEM.
 */
_must_check_ int build_kernel_list(struct build_kernels *ret, struct diag *d);

/**
 * build_kernel_find() - the kernel that a user means by a name
 * @name: a release, or a part that `lkm kernel get` takes ("6.1-cloud",
 *        "6.12", "sid"), or a path to an unpacked kernel package; NULL or ""
 *        means the best one at hand for trying (readable image, modules),
 *        the smallest and newest first
 *
 * Return: 0; -ENOENT with a diag that names what there is and the command
 * that fetches one; -ENOMEM.
 */
_must_check_ int build_kernel_find(const char *name, struct build_kernel *ret,
				   struct diag *d);

#endif
