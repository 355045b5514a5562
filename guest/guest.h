/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Process 1 of the throw-away kernel.
 *
 * It collects facts and judges nothing: every file that it reads goes to the
 * host as it is. It runs on a slow, emulated processor, so it starts no
 * programs, and reads only what the judgement needs. Order of reading: main.c
 * (boot, wait, obey), run.c (the stages), then one file per instrument.
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
int window_open(uint64_t addr, uint64_t size);
void window_bell(enum lab_bell b);
void window_wait_go(void);
/* The next record of the request after *pos (0 to start); false at the end. */
bool window_next(uint64_t *pos, struct lab_rec *rec, struct span *name,
		 struct span *data);
/* Appends a record. What does not fit is cut, and said in a fact "cut". */
void report(enum lab_tag tag, const char *name, int64_t arg, const void *data,
	    size_t n);
void report_text(const char *name, int64_t arg, const struct text *t);
void report_file(const char *name, const char *path);

/* run.c: the stages */
void run_all(void);

/* log.c: /dev/kmsg */
void log_open(void);
void log_report(void);

/* snapshot.c: what there is in /proc, /sys and /dev */
void snapshot_take(void);   /* for "snapshot-before"; the last one counts */
void snapshot_report(void); /* the one before, and one of now */

/* Lines "PREFIXname value" for the files of one folder. */
void list_values(struct text *t, const char *dir, const char *prefix);

/* holders.c: who keeps a module in use */
void holders_report(const char *name);

/* trace.c: who allocates and who frees */
void trace_prepare(void);
void trace_start(void);
void trace_report(void);

/* memory.c: SLUB's own checks, vmalloc areas */
void memory_report(void);

/* exec.c: children with a deadline */
struct child_end {
	bool hung;
	int status; /* of waitpid(2) */
};
struct child_end child_end_wait(pid_t pid, int timeout_ms, const char *name);
void test_run(const char *path, struct span args, int timeout_ms);

/* files.c */
size_t read_some(const char *path, char *buf, size_t cap);
bool read_into(struct text *t, const char *path);
void write_to(const char *path, const char *value);
void put_file(const char *path, mode_t mode, struct span data);
void sleep_ms(int ms);
uint64_t now_ms(void);

#endif
