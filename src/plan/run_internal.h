/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The parts of carrying a plan out: one by one, or side by side. */
#ifndef LKM_PLAN_RUN_INTERNAL_H
#define LKM_PLAN_RUN_INTERNAL_H

#include "plan/run.h"

bool plan_loaded(const struct plan_runner *run, const struct plan_module *m);

/* One step. Return: 0; -EEXIST: it is loaded already; -errno. */
_must_check_ int plan_run_step(const struct plan_step *s, unsigned flags,
			       const struct plan_runner *run, struct diag *d);

/* What the result of a step means: the error that ends the plan, or 0. */
int plan_run_verdict(const struct plan_step *s, int r, unsigned flags);

/* -EPERM: something required is forbidden and not there; else 0. */
_must_check_ int plan_run_denied(const struct plan_steps *steps, unsigned flags,
				 const struct plan_runner *run, struct diag *d);

#endif
