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
	bool own;                 /* of this system's own distribution     */
	char suite[32];           /* "bookworm", of a cached one; or ""    */
	bool built;               /* here, by minimal.h: BUILD_CACHED too  */
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
 * (a readable image, headers). If $LKM_KERNEL is a folder, its kernels are
 * among them.
 *
 * Return: 0 (an empty list is no error); -ENOMEM.
 */
_must_check_ int build_kernel_list(struct build_kernels *ret, struct diag *d);

/**
 * build_kernel_find() - the kernel that a user means by a name
 * @name: a release, or its beginning up to a '-' if one only has it, or a
 *        part that `lkm kernel get` takes ("6.1-cloud", "6.12", "sid"), or a
 *        path to an unpacked kernel package; NULL means $LKM_KERNEL, else
 *        the best one at hand for trying (readable image, modules):
 *        this distribution's own, then the smallest, then the newest
 *
 * Return: 0; -EINVAL if @name is empty; -ENOENT with a diag that names what
 * there is and the command that fetches one; -ENOMEM.
 */
_must_check_ int build_kernel_find(const char *name, struct build_kernel *ret,
				   struct diag *d);

/**
 * build_kernel_configured() - is @line, "CONFIG_X=y", in its configuration?
 *
 * Return: 1 yes; 0 no; -ENOENT: there is none that can be read, of its headers
 * or beside its image.
 */
_must_check_ int build_kernel_configured(const struct build_kernel *k,
					 const char *line);

/**
 * build_kernel_for_building() - as build_kernel_find(), for a compiler
 *
 * Of several that @name fits, one with headers. NULL: $LKM_KERNEL, else the
 * running kernel's release if its headers are at hand, else the best with
 * headers.
 *
 * Return: 0; -EINVAL; -ENOENT, with a diag that says how to get headers;
 * -ENOMEM.
 */
_must_check_ int build_kernel_for_building(const char *name,
					   struct build_kernel *ret,
					   struct diag *d);

/**
 * build_kernel_for_vermagic() - the kernel that a built module is meant for
 * @vermagic: the module's, "6.1.0-56-cloud-amd64 SMP preempt ..."
 *
 * The exact release if it is at hand. With "modversions" among the words the
 * closest one of the same series and flavour: such a module may load there.
 * Only kernels with a readable image and modules count.
 *
 * Return: 0; -ENOENT with the command that fetches one; -ENOMEM.
 */
_must_check_ int build_kernel_for_vermagic(const char *vermagic,
					   struct build_kernel *ret,
					   struct diag *d);

/**
 * build_kernel_module_path() - one of a kernel's own modules
 * @name: "qemu_fw_cfg"; '-' and '_' are the same
 * @ret:  path of the file, which may be compressed (.xz .zst .gz); owned by
 *        the caller
 *
 * Return: 0; -ENOENT if the kernel has no such module; -ENOMEM.
 */
_must_check_ int build_kernel_module_path(const struct build_kernel *k,
					  const char *name, char **ret,
					  struct diag *d);

/**
 * build_kernel_common_headers() - the half of the headers with include/linux
 * @ret: owned by the caller; k->headers itself if they are one folder
 *
 * Debian's headers are two folders, what the flavours share and what they do
 * not. The Makefile of k->headers includes that of the other one.
 *
 * Return: 0; -ENOMEM.
 */
_must_check_ int build_kernel_common_headers(const struct build_kernel *k,
					     char **ret, struct diag *d);

/**
 * build_kernel_scan() - the kernels under one root, added to a list
 * @root:   "" for this system, else a folder with boot/, lib/, usr/
 *
 * What is found in a folder that cannot be read is left out.
 *
 * Return: 0; -ENOMEM.
 */
_must_check_ int build_kernel_scan(const char *root, enum build_origin origin,
				   struct build_kernels *ret, struct diag *d);

/**
 * build_kernel_list_in() - build_kernel_list() with both places named
 * @root:  as for build_kernel_scan()
 * @cache: folder with one folder per release; NULL for none
 */
_must_check_ int build_kernel_list_in(const char *root, const char *cache,
				      struct build_kernels *ret,
				      struct diag *d);

/* What a cached one takes on disk: looks at every file. 0: installed. */
uint64_t build_kernel_disk_bytes(const struct build_kernel *k);

/* Picks out of @l as build_kernel_find() does; NULL: nothing fits. */
const struct build_kernel *build_kernel_pick(const struct build_kernels *l,
					     const char *name) _pure_;

/* The same for build_kernel_for_building(); @running is `uname -r`. */
const struct build_kernel *
build_kernel_pick_headers(const struct build_kernels *l, const char *name,
			  const char *running) _pure_;

/*
 * What stands beside the packages of a cached kernel: "key=value" lines in
 * the file ".lkm-kernel" of its folder.
 */
#define BUILD_KERNEL_NOTE ".lkm-kernel"

#endif
