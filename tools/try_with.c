/* SPDX-License-Identifier: GPL-2.0-or-later */
/* lkm try: modules of the kernel's own that go with the others. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "index/source.h"
#include "kern/folder.h"
#include "lkm_try.h"
#include "near.h"

/* Is @name part of the kernel itself, whichever dash it is written with? */
static enum kern_known built_in(const struct build_kernel *k, const char *name)
{
	struct kern_folder *f = NULL;
	_cleanup_free_ char *plain = strdup(name);
	enum kern_known known = KERN_UNKNOWN;

	for (char *c = plain; c && *c; c++)
		*c = *c == '-' ? '_' : *c;
	if (plain && k->modules[0] && !kern_folder_open(k->modules, &f, NULL))
		known = kern_folder_builtin(f, plain);
	(void)kern_folder_close(f);
	return known;
}

/* By the list that comes with the modules, for not all have an index. */
static void try_modules(struct near *n, const struct build_kernel *k)
{
	_cleanup_arena_ struct arena a = { 0 };
	_cleanup_bytes_ struct bytes b = { 0 };
	_cleanup_free_ char *path = NULL;
	char *save = NULL;

	if (asprintf(&path, "%s/modules.order", k->modules) < 0) {
		path = NULL;
		return;
	}
	if (file_read_regular(path, 64 << 20, &b, NULL) < 0)
		return;
	for (char *s = strtok_r((char *)b.p, "\n", &save); s;
	     s = strtok_r(NULL, "\n", &save)) {
		const char *name = idx_name_of(&a, s);

		if (name)
			near_try(n, name);
	}
}

static int refuse(const struct build_kernel *k, const char *name,
		  struct diag *d)
{
	struct near n = near_start(name);

	try_modules(&n, k);
	diag_fail(d, ENOENT,
		  "--with: kernel %s has no module '%s', nor is it built in",
		  k->release, name);
	return *n.found ?
		       diag_hint(d, "did you mean '%s'?", n.found) :
		       diag_hint(d, "modules of other places are named as PATHs, before those that need them");
}

int try_with(const struct try_options *o, struct try_row *row)
{
	struct diag *d = &row->diag;
	int r = 0;

	for (size_t i = 0; i < o->with.n && !r; i++) {
		const char *name = o->with.v[i];
		size_t notes = row->subjects.notes.n;

		r = lab_subjects_with(&row->subjects, &row->kernel, name, d);
		/* A folder's try.conf names what some of the kernels have. */
		if (!r && row->subjects.notes.n > notes && i < o->with_asked &&
		    built_in(&row->kernel, name) == KERN_NO)
			r = refuse(&row->kernel, name, d);
	}
	return r;
}
