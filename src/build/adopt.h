/* SPDX-License-Identifier: GPL-2.0-or-later */
/**
 * DOC: build_adopt - an out-of-tree module into a kernel's source tree
 *
 *   adopt_plan()   source and tree are read and checked; what would change is
 *                  made in memory
 *   adopt_check()  the tree's scripts/checkpatch.pl judges it as a patch
 *   adopt_take()   one commit, and the tree's branch moves to it
 *
 * Only the last changes the tree.
 */
#ifndef LKM_BUILD_ADOPT_H
#define LKM_BUILD_ADOPT_H

#include <stdbool.h>
#include <stddef.h>

#include "base/diag.h"
#include "base/macros.h"
#include "base/text.h"
#include "build/adopt_git.h"
#include "build/adopt_module.h"

/* What a user may say. NULL: it is told from the source. */
struct adopt_request {
	const char *source; /* .c file or folder                            */
	const char *tree;
	const char *at;     /* "drivers/misc"                               */
	const char *config; /* "HELLO"; "CONFIG_HELLO" is the same          */
	const char *prompt;
	const char *depends;
	const char *message; /* of the commit, whole                        */
	bool no_signoff;
	bool dry_run;       /* only to be looked at: anybody may ask        */
};

struct adopt_plan {
	struct adopt_module module;
	struct adopt_git git;
	char *at;              /* without slashes at its ends               */
	char config[96];       /* without CONFIG_                           */
	char depends[256];     /* ""                                        */
	char version[64];      /* of the tree                               */
	struct adopt_file *files;
	size_t n;
	struct strv notes;     /* what the user should know                 */
	struct text message;
	struct text patch;
};

void adopt_plan_fini(struct adopt_plan *p);
#define _cleanup_adopt_plan_ _cleanup_(adopt_plan_fini)

/**
 * adopt_plan() - everything but changing the tree
 * @fault: set if an error is the module's fault, not the tree's
 *
 * Return: 0; -EINVAL for a module, a tree, a place or a name that will not do;
 * -EEXIST if the place or the name is taken; -EBUSY for a tree with changes;
 * other errnos of adopt_module_read() and adopt_git_open().
 */
_must_check_ int adopt_plan(const struct adopt_request *q,
			    struct adopt_plan *ret, bool *fault,
			    struct diag *d);

/* What checkpatch says of the patch. */
struct adopt_verdict {
	unsigned errors, warnings;
	unsigned lines;       /* that the patch adds                        */
	struct strv messages; /* "drivers/misc/hello.c:12: ERROR:...: ..."  */
};

void adopt_verdict_fini(struct adopt_verdict *v);
#define _cleanup_adopt_verdict_ _cleanup_(adopt_verdict_fini)

/**
 * adopt_check() - run the tree's scripts/checkpatch.pl
 *
 * One kind of message is left out: that new files may want an entry in
 * MAINTAINERS. No tool can know whose they are to be.
 *
 * Return: 0, whatever it says; -ENOENT without perl or the script; -EIO if it
 * breaks; -EINTR.
 */
_must_check_ int adopt_check(const struct adopt_plan *p,
			     struct adopt_verdict *ret, struct diag *d);

/* Return: as adopt_git_take(). */
_must_check_ int adopt_take(struct adopt_plan *p, struct diag *d);

#endif
