/* SPDX-License-Identifier: GPL-2.0-or-later */
/**
 * DOC: session - a throw-away kernel that stays, and is told what to do
 *
 * Each step puts files into the guest and runs commands there, by its shell;
 * what they did to the kernel is there in the next one.
 *
 *	r = lab_session_open(&config, &s, d);
 *	r = lab_session_step(s, &(struct lab_request){ .files = ...,
 *			     .commands = ..., .timeout_ms = 10000 }, &res, d);
 *	lab_session_close(s);
 */
#ifndef LKM_LAB_SESSION_H
#define LKM_LAB_SESSION_H

#include "lab/lab.h"

struct lab_session;

/**
 * lab_session_open() - start a machine, or resume one
 * @c:   its strings must outlive the session
 * @ret: set only on success; lab_session_close()
 *
 * Return: as lab_run().
 */
_must_check_ int lab_session_open(const struct lab_config *c,
				  struct lab_session **ret, struct diag *d);

/* Ends the machine. NULL is fine. */
void lab_session_close(struct lab_session *s);

/**
 * lab_session_step() - files and commands, one after the other
 * @q:   of it files, commands and timeout_ms count
 * @ret: set only on success, free with lab_result_fini(). The facts of each
 *       command are in "round" 1, 2, ...: "test" (status, output), "hang
 *       test", "log", "taint". If @ret->end is not LAB_COMPLETE the kernel is
 *       gone, and the session is good for nothing but closing
 *
 * Return: as lab_run().
 */
_must_check_ int lab_session_step(struct lab_session *s,
				  const struct lab_request *q,
				  struct lab_result *ret, struct diag *d);

/**
 * lab_session_shell() - a shell at the guest's console, until it ends
 * @in:  what is read here the guest's terminal gets, byte by byte; at its end
 *       the terminal gets Ctrl-D, again and again while it is silent
 * @out: what the guest's terminal shows
 * @q:   of it files, rows and columns count; 0 rows: nobody is typing
 *
 * Return: 0; -EINTR; else as lab_session_step().
 */
_must_check_ int lab_session_shell(struct lab_session *s, int in, int out,
				   const struct lab_request *q,
				   struct lab_result *ret, struct diag *d);

/* Of the kernel that runs; the engine, "tcg" or "kvm". */
const char *lab_session_engine(const struct lab_session *s);

#endif
