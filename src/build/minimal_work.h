/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the files of minimal.h share. */
#ifndef LKM_BUILD_MINIMAL_WORK_H
#define LKM_BUILD_MINIMAL_WORK_H

#include <stdint.h>

#include "build/kmake.h"
#include "build/minimal.h"

/* One build, from the source to the place in the cache. */
struct minimal_work {
	const struct build_minimal *req;
	char *cache;       /* .../kernels                                  */
	char *dir;         /* .../kernels/.build-minimal                   */
	char *root, *tree; /* below it: the kernel to be, its source       */
	char *log;
	char source[512];  /* what it is built of, for stamp and note      */
	char version[64], release[96];
	int lock[2];       /* and -1: make keeps it, too                   */
	struct build_kmake make;
	char what[128];
};

void minimal_tell(const struct minimal_work *w, const char *what);

/* DIR/NAME. Return: 0; -ENOMEM. */
_must_check_ int minimal_path(char **ret, const char *dir, const char *name,
			      struct diag *d);

/* Tells one configuration from another. */
uint64_t minimal_config_hash(void);

/**
 * minimal_source() - the source into the tree of the work folder
 *
 * What is there of the same build is gone on with; what is of another is
 * removed. Sets source and version.
 *
 * Return: 0; as build_minimal().
 */
_must_check_ int minimal_source(struct minimal_work *w, struct diag *d);

#endif
