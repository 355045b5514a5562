/* SPDX-License-Identifier: GPL-2.0-or-later */
/**
 * DOC: build_kmake - make, in a kernel's source tree of our own
 *
 * All that make says goes to a log, which outlives a failure. The progress is
 * the number of files that were made, of about as many as there will be.
 */
#ifndef LKM_BUILD_KMAKE_H
#define LKM_BUILD_KMAKE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/diag.h"
#include "base/macros.h"
#include "build/apt.h"

/*
 * Can make, and the shell that it starts, not have this path in a line? They
 * take it apart at blanks and colons, and run what stands behind a ';'.
 */
bool build_kmake_splits(const char *path) _pure_;

struct build_kmake {
	const char *dir;  /* the tree; its name may hold no space or colon  */
	const char *log;  /* added to                                       */
	unsigned jobs;    /* 0: as many as there are processors             */
	const struct build_progress *progress; /* may be NULL               */
	const char *what; /* "building Linux 6.1.192"; for the progress     */
	const int *keep;  /* fds that make holds, too, -1 ends; may be NULL */
	unsigned about;   /* files that the whole work makes, roughly       */

	/* Zero to start; carried from one target to the next. */
	unsigned made;
	uint64_t started_ms;
	int log_fd;       /* 0: not open                                    */
	char last[400];   /* line that is no step                           */
	char cause[400];  /* the first line that tells of an error          */
	bool disk_full;
};

void build_kmake_fini(struct build_kmake *m);
#define _cleanup_kmake_ _cleanup_(build_kmake_fini)

/**
 * build_kmake() - run make
 * @words: targets and VARIABLE=value, NULL ends
 *
 * A run that was interrupted is gone on with: the log tells how far it was.
 *
 * Return: 0; -ENOSPC; -EINTR; -ENOEXEC if make failed, with the first error
 * that it told of and the log's place; -ENOENT without make; -ENOMEM.
 */
_must_check_ int build_kmake(struct build_kmake *m, const char *const *words,
			     struct diag *d);

/**
 * build_kmake_tools() - is all there that building a kernel takes?
 *
 * Return: 0; -ENOENT with what is missing and the command that installs it.
 */
_must_check_ int build_kmake_tools(struct diag *d);

/**
 * build_kmake_config() - configure a tree: nothing, and what a fragment says
 * @name:     of the fragment, for messages
 * @fragment: lines "CONFIG_X=y", "# CONFIG_X is not set", and comments
 *
 * On top of allnoconfig. Each line must hold afterwards: Kconfig drops, in
 * silence, what a tree does not have or what depends on something else.
 *
 * Return: as build_kmake(); -EINVAL with the option that could not be set.
 */
_must_check_ int build_kmake_config(struct build_kmake *m, const char *name,
				    const char *fragment, struct diag *d);

#endif
