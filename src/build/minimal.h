/* SPDX-License-Identifier: GPL-2.0-or-later */
/**
 * DOC: build_minimal - a tiny kernel of our own, built without root
 *
 * Its configuration is kernel/minimal.config, which says why line by line:
 * what the throw-away machine and its instruments take, and one module. It
 * becomes a kernel like those that are fetched:
 *
 *   .../kernels/6.1.192-minimal/boot/vmlinuz-6.1.192-minimal
 *                              /lib/modules/6.1.192-minimal/...
 *                              /usr/src/linux-headers-6.1.192-minimal
 *
 * the last of which is the whole tree that it was built in. It is made in
 *
 *   .../kernels/.build-minimal/
 *     stamp      what is built, of what; on a mismatch all is done anew
 *     log        what make said
 *     root/      becomes the kernel, by one rename
 *
 * which stays when the work is interrupted or fails, and is gone on with.
 */
#ifndef LKM_BUILD_MINIMAL_H
#define LKM_BUILD_MINIMAL_H

#include <stdbool.h>

#include "base/diag.h"
#include "base/macros.h"
#include "build/apt.h"
#include "build/kernel.h"

#define BUILD_MINIMAL "minimal"

struct build_minimal {
	const char *source; /* a tree or a tarball; NULL: the distribution's */
	bool again;         /* even if one is here                           */
	unsigned jobs;      /* 0: as many as there are processors            */
	const struct build_progress *progress; /* may be NULL                */
	/* Makes the indexes of the modules below @root (depmod). */
	int (*index)(const char *root, const char *release, struct diag *d);
};

/**
 * build_minimal() - build the kernel, or find that it is here
 * @ret:     the kernel, in the cache
 * @already: it was there: nothing was built
 *
 * Two at a time take turns. With @source the kernel is always built; what is
 * here of the same version is taken as a start, so that only what differs is
 * compiled.
 *
 * Return: 0; -EINVAL if @source is no kernel's source; -ENOENT if tools are
 * missing; -ENOSYS without apt and @source; -EHOSTUNREACH with apt's words;
 * -ENOEXEC if it does not build, with the log's place; -ENOSPC; -EINTR.
 */
_must_check_ int build_minimal(const struct build_minimal *m,
			       struct build_kernel *ret, bool *already,
			       struct diag *d);

/* The configuration, commented. */
const char *build_minimal_config(void);

/* About so many files are made, and so much disk is taken meanwhile. */
#define BUILD_MINIMAL_FILES 1270U
#define BUILD_MINIMAL_BYTES 1200000000ULL

/**
 * build_minimal_seed() - a tree that is built already, as a start
 * @version: "6.1.192"; one of the same version at hand is copied
 * @to:      folder that does not exist yet
 *
 * Return: 1 if there was one; 0 if not; -ENOSPC; -EINTR; -errno.
 */
_must_check_ int build_minimal_seed(const char *version, const char *to,
				    struct diag *d);

/**
 * build_minimal_forget() - remove what an unfinished build left
 *
 * Return: 1 if there was something; 0 if not; -EBUSY if one is at work.
 */
_must_check_ int build_minimal_forget(struct diag *d);

#endif
