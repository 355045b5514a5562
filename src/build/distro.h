/* SPDX-License-Identifier: GPL-2.0-or-later */
/**
 * DOC: build_distro - which distribution this is, and what it calls things
 *
 * Only used to say the right command to a person and to choose a way to fetch
 * kernels; nothing is decided by a distribution's name that can be seen.
 */
#ifndef LKM_BUILD_DISTRO_H
#define LKM_BUILD_DISTRO_H

#include <stddef.h>

#include "base/diag.h"
#include "base/macros.h"

enum build_family {
	BUILD_UNKNOWN,
	BUILD_DEBIAN,
	BUILD_UBUNTU,
	BUILD_FEDORA,
	BUILD_RHEL,
	BUILD_SUSE,
	BUILD_ARCH,
	BUILD_ALPINE,
};

struct build_distro {
	enum build_family family;
	char id[32];       /* "debian", "linuxmint"; "" if not told        */
	char codename[32]; /* "bookworm"; "" if not told                   */
	char name[96];     /* PRETTY_NAME, for people                      */
};

/* What a person may have to install. */
enum build_need {
	BUILD_NEED_HEADERS,  /* of one kernel release                      */
	BUILD_NEED_KERNEL,   /* an image and its modules                   */
	BUILD_NEED_COMPILER, /* gcc and make                               */
	BUILD_NEED_QEMU,
	BUILD_NEED_LIBELF,
	BUILD_NEED_KERNEL_TOOLS, /* what building a whole kernel takes */
	BUILD_NEED_UEFI,     /* for a machine of QEMU's                     */
};

/**
 * build_distro_read() - read /etc/os-release, else /usr/lib/os-release
 * @root: "" for this system, else a folder that is its root
 *
 * A missing or broken file gives BUILD_UNKNOWN.
 */
void build_distro_read(const char *root, struct build_distro *ret);

/**
 * build_distro_command() - the command that installs @need
 * @release: kernel release, for headers and kernel; may be NULL
 *
 * Cuts what does not fit. An unknown distribution gets words, not a command.
 */
void build_distro_command(const struct build_distro *o, enum build_need need,
			  const char *release, char *buf, size_t n);

#endif
