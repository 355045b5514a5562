/* SPDX-License-Identifier: LGPL-2.1-or-later */
/**
 * DOC: child - programs that we start, and never leave behind
 *
 * A child dies with us, whatever kills us (PR_SET_PDEATHSIG); it is the leader
 * of its own process group, so that what it starts can be ended with it. One
 * that is run to its end is asked to end first (SIGTERM), and then made to.
 */
#ifndef LKM_BASE_CHILD_H
#define LKM_BASE_CHILD_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "base/diag.h"
#include "base/macros.h"

/* What a child gets. Zero it to start: our streams, environment and folder. */
struct child_setup {
	const char *cwd;
	const char *const *env; /* "NAME=value" added or replaced, NULL ends */
	const char *const *unset; /* names taken out, NULL ends            */
	int fd_out;  /* becomes stdout; 0 means leave as is           */
	int fd_err;  /* becomes stderr; 0 means leave as is           */
	bool no_input;    /* stdin is /dev/null                        */
	bool tidies;      /* told to end, not killed, when we are killed */
	bool small_pages; /* no transparent huge pages: little is used   */
	unsigned limit_ms; /* child_run() with lines may take; 0: any time */
	const int *keep;  /* close-on-exec fds to keep open, -1 ends     */
};

/**
 * child_start() - start a program
 * @argv: NULL-terminated; argv[0] is looked up in PATH
 * @ret:  process id
 *
 * Return: 0; -ENOENT if there is no such program, and any other errno of
 * fork(2) or execvp(3): failure to execute is reported here, not as a status.
 */
_must_check_ int child_start(const char *const *argv,
			     const struct child_setup *s, pid_t *ret,
			     struct diag *d);

/* Waits. Return: the exit status, or 128 + the signal that ended it. */
int child_wait(pid_t pid);

/* Ends the child and its process group, and waits. */
void child_kill(pid_t pid);

/**
 * child_run() - run a program to its end
 * @line:   called for each line of its output (stdout, and stderr if @s has no
 *          fd_err), without the line end, in pieces if longer than 64 KiB;
 *          NULL: the streams of @s
 * @status: as child_wait()
 *
 * Return: 0 if it ran, whatever its status; else as child_start(); -EINTR if
 * child_interrupted() became true meanwhile; -ETIMEDOUT, and nothing in the
 * diag, if it or what it started took longer than its limit. In both cases all
 * that it started is ended.
 */
_must_check_ int child_run(const char *const *argv,
			   const struct child_setup *s,
			   void (*line)(void *arg, const char *line), void *arg,
			   int *status, struct diag *d);

/**
 * child_catch_signals() - turn SIGINT, SIGTERM and SIGHUP into a question
 *
 * Once per program, before work that must be undone. After it the signals
 * only end waiting system calls (EINTR) and make child_interrupted() true.
 */
void child_catch_signals(void);

/* The signal that came, or 0. */
int child_interrupted(void);

/* Finds a program in PATH. Return: its path, owned by the caller; or NULL. */
char *child_which(const char *name);

#endif
