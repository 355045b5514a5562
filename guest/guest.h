/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Process 1 of the throw-away kernel, and its agent.
 *
 * They collect facts and judge nothing: every file that they read goes to the
 * host as it is. The processor is emulated, and what it executes for the first
 * time costs most; so a run starts no programs, and keeps to few system calls.
 *
 *	process 1, the warden    boots, waits for the agent, reports its end
 *	  agent                  waits for the host's go, runs the stages
 *	    test                 the user's program, if there is one
 *
 * The agent makes the system calls under test itself. If one of them kills it
 * or does not return, the warden is there to say so.
 *
 * Order of reading: main.c (boot, wait), run.c (the stages), watch.c (agent
 * and warden), then one file per instrument.
 */
#ifndef LKM_GUEST_H
#define LKM_GUEST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/span.h"
#include "base/text.h"
#include "lab/proto.h"

/* window.c: the memory shared with the host */
/* Tells that process 1 runs. A bell that is a device in /dev, as arm64's is,
 * can first be rung when the window is open. */
void window_started(void);
int window_open(uint64_t addr, uint64_t size);
void window_bell(enum lab_bell b);
/* Until the host has said it the @nth time. */
void window_wait_go(uint32_t nth);
/* The next record of the request after *pos (0 to start); false at the end. */
bool window_next(uint64_t *pos, struct lab_rec *rec, struct span *name,
		 struct span *data);
/* Appends a record. What does not fit is cut, and said in a fact "cut". */
void report(enum lab_tag tag, const char *name, int64_t arg, const void *data,
	    size_t n);
/* From now on only a stage rings the bell: each bell wakes the host. */
void report_quietly(void);
void report_text(const char *name, int64_t arg, const struct text *t);
void report_file(const char *name, const char *path);
/* "WHAT NAME" without data */
void report_named(const char *what, const char *name, int64_t arg);

/* watch.c: agent and warden */
void watch_open(void);
/* Around each call that may not return; @name goes into the report. */
void watch_begin(const char *name, int timeout_ms);
void watch_end(void);
/* Does not return: waits for the agent, reports if it hangs or dies. */
_Noreturn void watch_agent(pid_t agent);

/* run.c: the stages */
/* Whether another request may follow. */
bool run_all(void);
void look_again(void);
void report_taint(void);

/* cases.c: loads without anything around them */
void case_run(int64_t how, const char *params, struct span image);
/* How many there were, tried or not. */
int cases_end(void);

/* loaded.c: what the kernel made of a module */
void loaded_report(const char *name);

/* log.c: /dev/kmsg */
void log_open(void);
void log_report(void);
/* A line that the kernel printed without an end is readable only once another
 * record follows. */
void log_finish(void);

/* snapshot.c: what there is in /proc, /sys and /dev */
void snapshot_take(void);   /* how it was before; the last one counts */
void snapshot_report(void); /* how it was before, and how it is now */
/* Lines "PREFIXname value" for the files of one folder. */
void list_values(struct text *t, const char *dir, const char *prefix);

/* kallsyms.c: the end of /proc/kallsyms, where modules are */
void kallsyms_prepare(void);
void kallsyms_report(const char *name);
void kallsyms_report_all(void);

/* holders.c: who keeps a module in use */
void holders_report(const char *name);

/* symbols.c: functions of the kernel that explain a trace */
struct symbols {
	struct text lines;    /* "KIND: START END"                  */
	struct text not_kept; /* a filter for call_site                  */
	uint64_t areas_start, areas_end;
};
void symbols_find(struct symbols *ret);

/* trace.c: who allocates and who frees */
void trace_prepare(void);
void trace_touch(void); /* in the process that will report */
void trace_start(void);
/* Whether a module asked kmalloc() for what lies in objects of this size. */
bool trace_saw_size(size_t class);
/* Whether a module asked for virtual memory, so far. */
bool trace_saw_area(void);
void trace_report(void); /* what came since the last one */
void trace_stop(void);   /* the last one */

/* memory.c: SLUB's own checks, vmalloc areas */
void memory_prepare(void);
void memory_report(void);   /* after each round */
void memory_validate(void); /* once, at the end: damage goes to the log */

/* process.c: what /proc says of a process */
struct process {
	pid_t pid, group;
	char name[64];
	char state;  /* R, S, D, ...                                     */
	bool kernel; /* a thread of the kernel's                         */
};
bool process_read(pid_t pid, struct process *ret);
/* Its kernel stack, as the kernel writes it. */
void process_stack(struct text *t, pid_t pid);
/* Where in the kernel it waits: "func+0x1a/0x40 [mod]"; "" if it does not. */
void process_place(pid_t pid, char *buf, size_t n);
/* By SIGKILL, of which one that is stuck in the kernel does not end. */
bool process_end(pid_t pid, uint64_t until_ms);
void process_each_of_group(pid_t group,
			   void (*fn)(void *arg, const struct process *p),
			   void *arg);

/* exec.c: the user's test */
void test_run(const char *path, struct span args, int timeout_ms);
/* The same for somebody at the console: no deadline, and the result is all
 * that is reported. */
void console_run(const char *path, struct span args, int rows, int columns);
/* State and kernel stack of a process, and of those that it started and that
 * are of its group: fact "hang NAME". */
void hang_report(pid_t pid, const char *name);

/* files.c */
size_t read_some(const char *path, char *buf, size_t cap);
bool read_into(struct text *t, const char *path);
void write_to(const char *path, const char *value);
void put_file(const char *path, mode_t mode, struct span data);
void sleep_ms(int ms);

#endif
