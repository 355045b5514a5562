/* SPDX-License-Identifier: GPL-2.0-or-later */
/* lkm build, and how a build's messages are shown (also by others). */
#ifndef LKM_TOOLS_LKM_BUILD_H
#define LKM_TOOLS_LKM_BUILD_H

#include <jansson.h>
#include <stdio.h>

#include "build/kbuild.h"

int lkm_build(int argc, char **argv);

/*
 * Prints errors and warnings as the compiler does, each with what its rule
 * knows; then, if @notes, the harmless notes.
 */
void lkm_build_print(FILE *f, const struct build_messages *l, bool notes);

/* The same as a JSON array. */
json_t *lkm_build_json(const struct build_messages *l);

#endif
