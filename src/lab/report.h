/* SPDX-License-Identifier: GPL-2.0-or-later */
/**
 * DOC: report - the records that the guest appends, taken in one by one
 *
 * The guest runs code under test, and it may run while we read: each record's
 * head is copied once, and lengths are checked against the area that the host
 * laid out. What is cut off or out of bounds is left where it is; it is asked
 * for again when the guest says that there is more.
 */
#ifndef LKM_LAB_REPORT_H
#define LKM_LAB_REPORT_H

#include "lab/lab.h"
#include "lab/proto.h"

struct lab_report {
	uint64_t taken;      /* bytes of the area that were read             */
	size_t facts_cap;    /* room in the result's array                   */
	uint64_t started_us; /* when the machine ran; facts are dated by it  */
	uint64_t heard_us;   /* when the last record came                    */
};

/* More facts than this are dropped: the run is not complete then. */
#define LAB_FACTS_MAX 65536U

/**
 * lab_report_take() - the records that are new
 * @p:    what was read so far
 * @area: the whole area of the report
 * @len:  bytes of it that the guest says it has written; hostile
 * @res:  gets facts, stage and round
 *
 * Return: 0, also if there is nothing that can be read; -ENOMEM.
 */
_must_check_ int lab_report_take(struct lab_report *p, struct span area,
				 uint64_t len, struct lab_result *res,
				 struct diag *d);

#endif
