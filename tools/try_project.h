/* SPDX-License-Identifier: GPL-2.0-or-later */
/* lkm try: what the folders among the PATHs say themselves, in try.conf. */
#ifndef LKM_TOOLS_TRY_PROJECT_H
#define LKM_TOOLS_TRY_PROJECT_H

#include "lkm_try.h"

/* Zero it to start. */
struct try_project {
	struct strv except;  /* "VERSION: REASON"                          */
	struct strv needs;   /* programs to build with                     */
	char *test;          /* of one of them, as it is in there; or C of -t */
	char *dir;           /* a private folder with what was compiled    */
	char *program;       /* the test that is run, or NULL              */
	struct strv said;    /* the compiler's words, if it refused        */
	bool failed;
};

/**
 * try_project_read() - complete the options by what the folders say
 * @o:   gets parameters (before those of the command line), devices, modules
 *       to go with and, if it has none and wants one, the test
 * @ret: the test's owner; must outlive @o; end with try_project_fini()
 *
 * A test that does not compile is a verdict, not an error: @ret->failed.
 *
 * Return: 0; -EINVAL if a try.conf makes no sense, or two name a test; -ENOENT
 * without a compiler; -EINTR; -ENOMEM; the errno of a file.
 */
_must_check_ int try_project_read(struct try_options *o,
				  struct try_project *ret, struct diag *d);
void try_project_fini(struct try_project *p);

#endif
