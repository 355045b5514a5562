/* SPDX-License-Identifier: GPL-2.0-or-later */
/**
 * DOC: dropin_check - a refusal, asked of the emulated loader
 *
 * The loader's emulator takes a kernel's image apart: that is no work for a
 * tool at boot, and none to link into a small program. So the stand-ins ask
 * `lkm check --live --brief`, where it is installed, and only for somebody who
 * reads the answer, after the kernel has refused. Its words are those of the
 * same table, with more of the places filled in.
 */
#ifndef LKM_TOOLS_DROPIN_CHECK_H
#define LKM_TOOLS_DROPIN_CHECK_H

#include <stdbool.h>

#include "base/text.h"

/* What the kernel was given. */
struct dropin_load {
	const char *file;
	const char *params; /* "a=1 b=2"; NULL: none */
	unsigned flags;	    /* PLAN_FORCE_VERMAGIC, PLAN_FORCE_MODVERSION */
};

/* What `lkm check` foresees; texts are empty where it said nothing. */
struct dropin_foreseen {
	bool asked; /* there is such a program, and it has answered */
	struct text verdict, err, rule, why, fix;
	struct strv log; /* lines that say no */
};

/* Nothing is printed; where there is no `lkm`, @ret is empty. */
void dropin_foresee(const struct dropin_load *l, struct dropin_foreseen *ret);
void dropin_foreseen_fini(struct dropin_foreseen *f);
#define _cleanup_foreseen_ _cleanup_(dropin_foreseen_fini)

#endif
