/* SPDX-License-Identifier: GPL-2.0-or-later */
/* lkm try: from the PATHs of the command line to the modules of a row. */
#ifndef LKM_TOOLS_TRY_SOURCE_H
#define LKM_TOOLS_TRY_SOURCE_H

#include "build/kbuild.h"
#include "lkm_try.h"
#include "try_project.h"

/* What was built for one row; the modules lie in its private folder. */
struct try_source {
	struct build_result built;
};

void try_source_fini(struct try_source *s);

/**
 * try_source_subjects() - build what is source, open what is built
 * @p: what the folders say themselves
 * @named: the row's kernel is set; else it is chosen here if there are sources
 *
 * If the source does not build, or the test, the row's verdict says so (finding
 * "build.failed") and the result is 1.
 *
 * Return: 0; 1; or -errno with row->diag set.
 */
_must_check_ int try_source_subjects(const struct try_options *o,
				     const struct try_project *p,
				     struct try_row *row, bool named,
				     struct try_source *s);

#endif
