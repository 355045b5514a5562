/* SPDX-License-Identifier: GPL-2.0-or-later */
/**
 * DOC: fault_scan - from lines of the kernel's log to faults
 *
 * Lines go in one by one. A line that opens a report starts a fault; the lines
 * after it fill that fault until the next one opens:
 *
 *	------------[ cut here ]------------      holds the next line back
 *	text of WARN                              ... this one
 *	WARNING: CPU: 0 PID: 78 at f.c:14 f+0x1   opens, takes the text
 *	CPU: 0 PID: 78 Comm: init                 the task
 *	RIP: 0010:f+0x11/0x1000 [m]               where
 *	Call Trace:                               what is indented are frames
 *	---[ end trace 0000000000000000 ]---      no more is taken
 */
#ifndef LKM_LAB_FAULT_SCAN_H
#define LKM_LAB_FAULT_SCAN_H

#include "lab/fault.h"
#include "lab/frame.h"

/* A module that faults in a loop does not fill our memory: the first so many
 * faults, and some more that end a machine. */
enum {
	SCAN_FAULTS = LAB_FAULTS_MAX,
	SCAN_LAST = 8,
	SCAN_FRAMES = 64,
	SCAN_TEXT = 1000,
};

/* Levels of printk from here on are talk, not distress. */
enum { SCAN_LEVEL_TALK = 6 };

enum scan_section { SCAN_NONE, SCAN_TRACE, SCAN_ALLOCATED, SCAN_FREED };

struct scan_spot {
	struct lab_frame frame;
	bool has;
};

struct fault_scan {
	struct arena *a;
	bool failed; /* no memory                                           */

	struct lab_fault faults[SCAN_FAULTS + SCAN_LAST];
	size_t n;

	/* The fault that is being filled, and what is known of it. */
	struct lab_fault *cur;
	bool died;   /* it had its "Oops: 0002 [#1]"                        */
	bool closed; /* it had its "---[ end trace"                         */
	bool text_follows; /* since 6.19 the text stands behind WARNING:    */
	bool preempt_follows; /* "Preemption disabled at:"                  */
	enum scan_section section;
	struct lab_frame stack[SCAN_FRAMES];
	size_t n_stack;
	struct scan_spot rip, named, told, guess;

	/* Lines that make sense only with the one that they announce. */
	char *head;
	enum lab_fault_kind head_kind;
	unsigned head_left; /* lines that it may still take                 */
	char *cut;
	unsigned cut_left;
};

/* @level: of printk; negative: not known, as on a console. */
void scan_line(struct fault_scan *s, const char *line, int level);

/* After the last line. */
void scan_end(struct fault_scan *s);

/* Below: for fault_*.c only. */

/* Copies in the arena, no longer than SCAN_TEXT; NULL: no memory. */
char *scan_copy(struct fault_scan *s, const char *line);
struct lab_frame scan_keep(struct fault_scan *s, const struct frame_text *t);

/* Each sets what is not set yet. */
void scan_place(struct fault_scan *s, struct scan_spot *p,
		const struct frame_text *t);
void scan_at(struct fault_scan *s, const struct frame_text *t);
void scan_detail(struct fault_scan *s, const char *text);
/* "init/78" of @n bytes of @comm and the number at @pid. */
void scan_task(struct fault_scan *s, const char *comm, size_t n,
	       const char *pid);

/* fault_fill.c: a line that opens nothing; the text behind a new WARNING. */
void scan_fill(struct fault_scan *s, const char *line);
void scan_warn_text(struct fault_scan *s, const char *line);

/* ------------------------------------------------ fault_words.c: openers */

enum words_role {
	WORDS_OPEN, /* a report begins                                      */
	WORDS_HEAD, /* one begins if BUG:, WARNING: or Oops: follows        */
};

struct fault_words {
	const char *start; /* of the line; NULL: anywhere                   */
	const char *has;   /* and somewhere in it; NULL: whatever           */
	enum lab_fault_kind kind;
	enum words_role role;
};

/* What a line means by itself; NULL: nothing. */
const struct fault_words *fault_words_find(const char *line);

/* "Oops: 0002 [#1] PREEMPT SMP": the line with which a kernel path dies. */
bool fault_is_die(const char *line);

/* What a text of WARN() means. */
enum lab_fault_kind fault_warn_kind(const char *text);

#endif
