/* SPDX-License-Identifier: GPL-2.0-or-later */
/**
 * DOC: adopt_prove - a module as y, m and n, each built and run
 *
 * In a copy of the tree, with the configuration of the minimal kernel and the
 * module's option, in a throw-away machine:
 *
 *   m  the module is inserted and removed, twice, and judged (lkm try)
 *   y  modules.builtin lists it, and its init function ran at boot
 *   n  neither a module nor a trace of it in the kernel
 */
#ifndef LKM_TOOLS_ADOPT_PROVE_H
#define LKM_TOOLS_ADOPT_PROVE_H

#include <stdbool.h>

#include "base/diag.h"
#include "base/macros.h"
#include "base/text.h"
#include "build/adopt.h"
#include "build/apt.h"

struct adopt_proof {
	struct adopt_as {
		char value;       /* 'm', 'y', 'n'                        */
		bool reached, ok;
		struct strv seen; /* the evidence; if not ok what is wrong */
	} as[3];
};

void adopt_proof_fini(struct adopt_proof *p);
#define _cleanup_adopt_proof_ _cleanup_(adopt_proof_fini)

struct adopt_prove {
	const struct adopt_plan *plan;
	const struct strv *with; /* "PCI=y": more of the configuration      */
	unsigned jobs;
	const struct build_progress *progress;
};

/**
 * adopt_prove() - build and run it as each
 *
 * Stops at the first that fails. Return: 0, whatever came out; -ENOENT if
 * tools are missing; -EINVAL if the option cannot be set; -ENOSPC; -EINTR;
 * -ENOEXEC if the kernel does not build, with the log's place; errnos of
 * lab_run().
 */
_must_check_ int adopt_prove(const struct adopt_prove *q,
			     struct adopt_proof *ret, struct diag *d);

#endif
