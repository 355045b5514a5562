/* SPDX-License-Identifier: GPL-2.0-or-later */
/**
 * DOC: try_expect - what the emulated loader says before the real one does
 *
 * The same walk as `lkm check` does, over what the guest will get. It runs on
 * a thread of its own while the guest boots, so that it costs no time, and it
 * is told beside the verdict, never part of it: where both disagree, the
 * kernel is right, and the emulator has a fault that is worth a report.
 */
#ifndef LKM_TOOLS_TRY_EXPECT_H
#define LKM_TOOLS_TRY_EXPECT_H

#include <pthread.h>

#include "kern/kern.h"
#include "lab/subjects.h"
#include "rules/load.h"

struct trust;
struct try_row;

enum try_held {
	TRY_NOT_SEEN, /* the module's own code decided, or the guest ended  */
	TRY_HELD,
	TRY_WRONG,
};

/* "ok", "wrong", "-" */
const char *try_held_word(enum try_held held) _pure_;

/* Of one subject. */
struct try_expected {
	bool known; /* else nothing is expected of it                     */
	struct rule_result r;
	enum try_held held;
	const char *text; /* "loads, taints OE, 16384 bytes"              */
	const char *said; /* the kernel, if it was wrong; else NULL       */
};

struct try_expect {
	struct arena a;
	struct kern *k;
	struct try_expected *v; /* one per subject; NULL: nothing is known */
	pthread_t thread;
	bool running;
	const struct try_row *row;
	const char *append;
	const struct trust *trust;
};

/* Begins to think; the row's subjects must stay as they are until _join(). */
void try_expect_start(struct try_expect *e, const struct try_row *row,
		      const char *append, const struct trust *trust);
void try_expect_join(struct try_expect *e);

/* Compares with what the kernel did; the row has its verdict. */
void try_expect_compare(struct try_expect *e);
void try_expect_fini(struct try_expect *e);

#endif
