/* SPDX-License-Identifier: GPL-2.0-or-later */
/**
 * DOC: verdict - what the facts of a run mean
 *
 *	facts (lab.h) + module files --> stages --> findings --> pass or fail
 *
 * A stage has a grade and evidence: lines that the guest's kernel itself
 * wrote. A finding says what is wrong, where, why, and what to do next. Its id
 * never changes and is never reused: "memory.leak".
 */
#ifndef LKM_LAB_VERDICT_H
#define LKM_LAB_VERDICT_H

#include "base/arena.h"
#include "build/kernel.h"
#include "build/stage.h"
#include "ko/ko.h"
#include "lab/lab.h"

enum lab_stage_id {
	LAB_INSERT,
	LAB_LOG,
	LAB_USE,
	LAB_REMOVE,
	LAB_HEALTH,
	LAB_LEFTOVERS,
	LAB_MEMORY,
	LAB_AGAIN,
	LAB_N_STAGES,
};

enum lab_grade {
	LAB_PASS,
	LAB_FAIL,
	LAB_NOT_REACHED, /* an earlier stage ended the run                 */
	LAB_NOT_ASKED,   /* e.g. no test program was given                 */
	LAB_NOT_KNOWN,   /* the kernel has no instrument for it; see summary */
};

struct lab_finding {
	const char *id;
	enum lab_stage_id stage;
	int round;          /* 0: not of a round                            */
	bool note;          /* worth knowing, no fault                      */
	bool late;          /* may be gone half a second later: look again   */
	unsigned order;     /* of the kernel's own reports: 1 came first; 0  */
	bool aftermath;     /* shows only after the removal, or in a later
			     * round: mostly the consequence of another      */
	const char *what;   /* one clause                                   */
	const char *where;  /* "hello_init (hello.c:12)"; "" if unknown      */
	const char *why;    /* "" if there is nothing to add                 */
	const char *fix;
	const char **lines; /* the kernel's own words                        */
	size_t n_lines;
	bool room;          /* lines may be added to @lines                  */
	struct lab_finding *next;
};

struct lab_stage {
	enum lab_grade grade;
	const char *summary;
	const char **lines;
	size_t n_lines;
};

/* One module of a run. */
struct lab_subject {
	struct ko *ko;
	struct bytes slim;      /* for the guest, without debug information;
				 * empty: it gets ko's own image             */
	const char *path;       /* as the user gave it                      */
	const char *params;     /* "a=1 b=2"; "" for none                   */
	bool dep;               /* needed, not under test                   */
	const struct build_stage *stage; /* where it was compiled: file names
				 * are the user's own then; or NULL          */
};

struct lab_verdict {
	struct arena arena;     /* everything below lives here               */
	struct lab_stage stage[LAB_N_STAGES];
	struct lab_finding *findings; /* in the order of the stages           */
	const struct lab_finding *first; /* the first fault, the cause; NULL  */
	bool pass;
};

/**
 * lab_judge() - facts to verdict
 * @r:        facts; hostile
 * @q:        what was asked
 * @subjects: in the order of loading; must outlive @ret
 * @ret:      set only on success; free with lab_verdict_fini()
 *
 * Return: 0; -ENOMEM.
 */
_must_check_ int lab_judge(const struct lab_result *r,
			   const struct lab_request *q,
			   const struct lab_subject *subjects, size_t n,
			   struct lab_verdict *ret, struct diag *d);

void lab_verdict_fini(struct lab_verdict *v);
#define _cleanup_lab_verdict_ _cleanup_(lab_verdict_fini)

/* "insert", "log", ... */
const char *lab_stage_name(enum lab_stage_id s);
/* "pass", "fail", "not reached", "not asked", "not known" */
const char *lab_grade_name(enum lab_grade g);

#endif
