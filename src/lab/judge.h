/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Inside the verdict: what the judges share. One file per concern, called by
 * verdict.c in the order of the stages; each reads facts and adds findings.
 */
#ifndef LKM_LAB_JUDGE_H
#define LKM_LAB_JUDGE_H

#include "lab/fault.h"
#include "lab/memory.h"
#include "lab/symbol.h"
#include "lab/verdict.h"
#include "live/modules.h"

struct judge {
	const struct lab_result *r;
	const struct lab_request *q;
	const struct lab_subject *subjects;
	size_t n_subjects;
	struct lab_symbols **symbols; /* per subject, opened on demand        */
	struct lab_verdict *v;
	struct lab_finding **tail;
	struct diag *d;
	bool failed;                  /* out of memory: give up               */
	bool insert_failed[2];        /* [0] round 1, [1] a later one         */
	bool removed;                 /* all subjects, in the last round      */
	bool stays;                   /* one is permanent, as was said        */
	unsigned reports;             /* of the kernel, so far                */
	struct lab_fault *console;    /* told there, if the run ended early   */
	size_t n_console;
	bool stuck;                   /* told: it lets nobody else run        */
	const struct lab_finding *death; /* the first that keeps locks; NULL  */
	enum lab_stage_id died_in;    /* when; LAB_N_STAGES: after removal    */
	bool fell;                    /* it fell over what a module left      */
	struct lab_memory trace;      /* by judge_trace()                     */
	bool traced;
};

struct strs {
	const char **v;
	size_t n, cap;
};

void strs_add(struct judge *j, struct strs *l, const char *s);
void strs_addf(struct judge *j, struct strs *l, const char *fmt, ...)
	_printf_(3, 4);
/* Text in the judge's memory; "" where there is no more. */
/* Nothing more can be judged. */
void judge_no_memory(struct judge *j);
char *judge_printf(struct judge *j, const char *fmt, ...) _printf_(2, 3);

/* The next fact called @name (of a @stage, a @round; NULL, 0: any). */
const struct lab_fact *judge_fact(const struct judge *j, const char *stage,
				  int round, const char *name);
/* "errno hello" */
const struct lab_fact *judge_fact_of(const struct judge *j, const char *stage,
				     int round, const char *what,
				     const char *module);

/* Adds a finding; the caller fills in the rest of it. Never NULL. */
struct lab_finding *judge_find(struct judge *j, enum lab_stage_id stage,
			       int round, const char *id);

/* The texts of all kernel log records of a stage (NULL: all), in order. */
struct log_line {
	unsigned level;
	bool kernel;  /* false: written from user space                     */
	const char *text;
};
size_t judge_log(struct judge *j, const char *stage, int round,
		 struct log_line **ret);

/* Whom the call calls that @f, of a stack, is in; NULL: not known. */
const char *judge_callee(struct judge *j, const struct lab_frame *f);

/* "hello_init+0x5 (hello.c:12)", or what can be said. */
const char *judge_place_frame(struct judge *j, const struct lab_frame *f,
			      bool is_return);
const char *judge_place_address(struct judge *j, const char *module,
				int round, uint64_t address, bool is_return);

/* The subject in one of whose sections @address was, in some round; or NULL. */
const char *judge_section_owner(struct judge *j, uint64_t address);

/* The subject whose memory @address was in, in some round; or NULL. */
const char *judge_owner(struct judge *j, uint64_t address);

/* judge_memory.c: what the trace tells. Nothing is known if memory ran out. */
const struct lab_memory *judge_trace(struct judge *j);

/* "after" for people: "after removal". */
const char *judge_stage_words(const char *stage);

/* "... in exit": where init failed, exit never runs. */
const char *judge_fix(struct judge *j, const char *fix);

/*
 * judge_undone.c: a function of the kernel that registers, has @what in its
 * name, and whose opposite the module does not need; NULL: none.
 */
const char *judge_undone(struct judge *j, const char *what);

/* judge_init.c: was it the module's own init that failed? */
enum judge_init {
	JUDGE_INIT_UNKNOWN,
	JUDGE_INIT_RAN,
	JUDGE_INIT_DID_NOT_RUN,
};
enum judge_init judge_init_ran(struct judge *j, int round,
			       const char *module);

/* A hang: state and stack that the guest reported, into a finding. */
void judge_hang(struct judge *j, struct lab_finding *f,
		const struct lab_fact *hang);
/* The lock that a task waits for, as far as its stack says. */
void judge_hung_task(struct judge *j, struct lab_finding *f,
		     const struct lab_fault *x);
/*
 * The guest fell silent in @stage, for a module there lets nobody else run:
 * the answer to our NMI, or NULL. The other puts it into a finding.
 */
const struct lab_fault *judge_stuck(const struct judge *j, const char *stage);
void judge_tell_stuck(struct judge *j, struct lab_finding *f,
		      const struct lab_fault *x);
/* Something does not come back; the kernel says so of its own. */
bool judge_is_hang(const struct lab_finding *f);
bool judge_is_stall(const struct lab_finding *f);
/* After an oops, or a lock left held: what waits or spins later does so for
 * its sake. */
void judge_blame_death(struct judge *j);

void judge_insert(struct judge *j);
void judge_log_stage(struct judge *j);
void judge_use(struct judge *j);
void judge_remove(struct judge *j);
void judge_health(struct judge *j);
void judge_leftovers(struct judge *j);
void judge_memory(struct judge *j);
void judge_again(struct judge *j);

#endif
