/* SPDX-License-Identifier: GPL-2.0-or-later */
/**
 * DOC: tour_run - the blocks of a step, run one by one
 *
 * A place is where they run: a folder with the step's files on this machine,
 * and a throw-away kernel that is started when the first guest block needs it
 * and stays until the step ends.
 *
 *	tour_place_open
 *	for each step: tour_place_enter, then tour_run and tour_claim
 */
#ifndef LKM_TOOLS_TOUR_RUN_H
#define LKM_TOOLS_TOUR_RUN_H

#include "base/arena.h"
#include "base/text.h"
#include "build/compiler.h"
#include "build/kernel.h"
#include "lab/session.h"
#include "tour/lesson.h"
#include "tour/match.h"

struct tour_place {
	struct build_kernel kernel; /* of the lesson                       */
	char kernel_name[4096];     /* what LKM_KERNEL is for the commands  */
	char running[96];           /* this machine's, if it cannot be the
				     * lesson's, and none was named; or ""  */
	enum lab_engine engine;
	char *programs;             /* the folder of lkm itself             */
	char *stand_ins;            /* lkm-dropin                           */
	struct build_compiler compiler;

	/* Of the step. */
	const struct tour_step *step;
	char *folder;

	/* The throw-away kernel, NULL: none is running. */
	struct lab_session *session;
	struct build_kernel guest;
	char *append;
	struct strv sent; /* what it has: "PATH SIZE TIME"               */
};

/* One command, and what came of it. */
struct tour_said {
	const char *command;
	const char *output; /* ends in a line end, or is empty              */
	int status;         /* 128 + signal; -1: it did not end             */
};

struct tour_done {
	struct arena arena; /* all below                                   */
	struct tour_said *v;
	size_t n;
	const char *skipped; /* why it was not run; NULL: it was             */
	const char *ended;   /* how the throw-away kernel ended; NULL: not   */
	bool guest;
};

void tour_done_fini(struct tour_done *done);
#define _cleanup_done_ _cleanup_(tour_done_fini)

/**
 * tour_place_open() - a kernel for the lesson, and our own programs
 * @kernel: its name; NULL: $LKM_KERNEL, else the best that modules can be built
 *          for and tried in
 *
 * Return: 0; -ENOENT: no such kernel, with the command that fetches one.
 */
_must_check_ int tour_place_open(const char *kernel, struct tour_place *ret,
				 struct diag *d);
void tour_place_fini(struct tour_place *p);

/**
 * tour_place_enter() - go to a step
 * @folder: to work in. The step's files that are missing are copied there, the
 *          others stay as they are; kernel/ gets links to the kernel's files
 *
 * Return: 0; the errno of writing there.
 */
_must_check_ int tour_place_enter(struct tour_place *p,
				  const struct tour_step *s,
				  const char *folder, struct diag *d);

/* Ends the throw-away kernel, if one is running. */
void tour_place_leave(struct tour_place *p);

/* Told of each command, and of what it said. */
struct tour_watch {
	void (*before)(void *arg, const char *command, bool guest);
	void (*said)(void *arg, const struct tour_said *s);
	void *arg;
};

/*
 * The next command of a block, from @at on: a line, or several whose ends are
 * escaped. NULL: there is none, or no memory.
 */
char *tour_next_command(struct arena *a, const char **at);

/**
 * tour_run() - run, guest or check block
 * @watch: may be NULL
 *
 * Return: 0, whatever the commands' status; -EINTR; the errno of what was in
 * the way on our side.
 */
_must_check_ int tour_run(struct tour_place *p, const struct tour_block *b,
			  const struct tour_watch *watch,
			  struct tour_done *ret, struct diag *d);

/* Of the expect blocks from @b on the one for this kernel; NULL: none is. */
const struct tour_block *tour_claims_for(const struct tour_place *p,
					 const struct tour_block *b);

/**
 * tour_claim() - whether a block said what the expect block behind it claims
 * @next: the block of p->step behind @done's; if it is no expect block the only
 *        claim is that the last status is 0. Of several expect blocks the first
 *        one counts whose needs are met
 * @bad:  called with each claim that does not hold, as a clause; and with the
 *        line of the expect block that it is of, NULL for the status
 *
 * Return: how many claims there were; -ENOMEM.
 */
_must_check_ int tour_claim(const struct tour_place *p,
			    const struct tour_done *done,
			    const struct tour_block *next,
			    void (*bad)(void *arg, const char *what,
					const char *pattern),
			    void *arg);

/* tour_guest.c: the throw-away kernel */

/* One that the block wants: the one that is running, or a new one. */
_must_check_ int tour_guest_enter(struct tour_place *p,
				  const struct tour_block *b, struct diag *d);
/* One command, in the one that is running; it may be gone after it. */
_must_check_ int tour_guest_run(struct tour_place *p, struct tour_done *ret,
				const char *command, struct tour_said *said,
				struct diag *d);
/* A shell at its console, on our terminal. */
_must_check_ int tour_guest_shell(struct tour_place *p, struct diag *d);

/* tour_kernel.c: makes kernel/ in the folder of a step. */
_must_check_ int tour_kernel_fill(struct tour_place *p, const char *folder,
				  struct diag *d);

/* tour_needs.c */

/* The status of a program that is run without a word; -1: it cannot be. */
int tour_status(const char *const *argv);
/* What is missing for a block; NULL: nothing. */
const char *tour_needs(const struct tour_place *p, const struct tour_block *b,
		       struct arena *a);

#endif
