/* SPDX-License-Identifier: GPL-2.0-or-later */
/**
 * DOC: build_stage - a private folder that make can build in
 *
 *   DIR/t/m/         what M= names: links to the sources, a Kbuild file
 *   DIR/t/OTHER      links to what lies beside a folder, for ../OTHER
 *   DIR/i/N          links to the folders of single C files, for their headers
 */
#ifndef LKM_BUILD_STAGE_H
#define LKM_BUILD_STAGE_H

#include "base/diag.h"
#include "base/macros.h"
#include "base/text.h"

/* A private path's beginning, and what the user calls it. */
struct build_map {
	struct strv from, to;
};

struct build_stage {
	char *dir;    /* no space and no colon in it                      */
	char *module; /* DIR/t/m                                          */
	struct build_map map;
};

void build_stage_fini(struct build_stage *s); /* removes the folder, too */

/**
 * build_stage_make() - link the sources into a fresh folder
 * @paths: C files, or one folder with a Kbuild file or a Makefile
 *
 * Return: 0; -EINVAL if they make no sense; -ENOENT; -E2BIG if the folder
 * holds more than a module ever does; the errno of a file.
 */
_must_check_ int build_stage_make(const char *const *paths, size_t n,
				  struct build_stage *ret, struct diag *d);

/**
 * build_stage_user_path() - the user's name of a private path
 * @path: as the compiler printed it: absolute, or relative to M=
 *
 * Adds it to @ret; what is not private is added as it is.
 */
void build_stage_user_path(const struct build_stage *s, const char *path,
			   size_t n, struct text *ret);

#endif
