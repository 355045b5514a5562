/* SPDX-License-Identifier: GPL-2.0-or-later */
/**
 * DOC: known - what findings and the kernel's reports mean, without a run
 *
 * A verdict tells of one module, in these words where it knows none that fit
 * better. They are also for who has only the id of a finding, from a report,
 * or a line of the kernel's own log: "memory.leak",
 * "BUG: scheduling while atomic: insmod/123/0x00000002".
 */
#ifndef LKM_LAB_KNOWN_H
#define LKM_LAB_KNOWN_H

#include <stdbool.h>
#include <stddef.h>

struct lab_known {
	const char *id;   /* of a finding: see verdict.h                   */
	const char *what; /* was seen: one clause                          */
	const char *why;  /* that is a fault; of a note: why it is told    */
	const char *fix;  /* what to do                                    */
};

/* The table, in the order of the stages; NULL behind the last. */
const struct lab_known *lab_known_at(size_t i);

/* By its id; NULL: there is no such finding. */
const struct lab_known *lab_known(const char *id);

/**
 * lab_known_line() - does the kernel report a fault with this line?
 * @line: of its log, without the time
 * @ret:  set only when true is returned: the finding that lkm try makes of it,
 *        in words that fit this line
 */
bool lab_known_line(const char *line, struct lab_known *ret);

#endif
