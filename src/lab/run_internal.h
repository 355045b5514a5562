/* SPDX-License-Identifier: GPL-2.0-or-later */
/**
 * DOC: run_internal - a run in parts, for run.c and session.c
 */
#ifndef LKM_LAB_RUN_INTERNAL_H
#define LKM_LAB_RUN_INTERNAL_H

#include "lab/lab.h"
#include "lab/machine.h"
#include "lab/report.h"

struct lab_run_state {
	const struct lab_config *c;
	const struct lab_request *q;
	struct lab_win win;
	struct lab_machine m;
	struct lab_result *res;
	struct lab_report report;
};

/*
 * What the caller left at 0; and the firmware, if keys are enrolled in one:
 * lab_firmware_fini(). Return: 0; -ENOTSUP: such a machine has none; as
 * lab_firmware_find().
 */
_must_check_ int lab_run_complete(struct lab_config *c, struct diag *d);

/*
 * Lays the request out in the window, and lets the guest go on. Return: 0;
 * -EFBIG if it does not fit.
 */
_must_check_ int lab_request_write(const struct lab_request *q,
				   struct lab_window *win, struct diag *d);

/* A machine that has answered the request that is in the window. Return: as
 * lab_run(). */
_must_check_ int lab_run_start(struct lab_run_state *r, struct diag *d);

/* The machine runs from now on. */
void lab_run_start_clock(struct lab_run_state *r);

/* Waits for the answer. Return: 0 with res->end set; -ENOMEM; -EINTR. */
_must_check_ int lab_run_converse(struct lab_run_state *r, struct diag *d);

/* Takes in what the guest has appended. */
_must_check_ int lab_run_take_report(struct lab_run_state *r, struct diag *d);

/* QEMU is gone, and the guest did not ask for it: nobody's verdict. -EIO. */
_must_check_ int lab_run_died(struct lab_run_state *r, struct diag *d);

#endif
