// SPDX-License-Identifier: GPL-2.0-or-later
/* Debian packages into a folder, with dpkg-deb: see unpack.h. */
#include "build/unpack.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "base/child.h"
#include "base/file.h"

/* Keeps the last line, and for good the one that tells of a full disk. */
static void keep_cause(void *arg, const char *line)
{
	struct text *t = arg;

	if (strstr(text_str(t), "No space left"))
		return;
	text_fini(t);
	text_add(t, line);
}

static int unpack_one(const char *deb, const char *to, struct diag *d)
{
	const char *const argv[] = { "dpkg-deb", "-x", deb, to, NULL };
	const char *const env[] = { "LC_ALL=C", NULL };
	struct child_setup s = { .env = env, .no_input = true };
	_cleanup_text_ struct text cause = { 0 };
	int status, r = child_run(argv, &s, keep_cause, &cause, &status, d);

	if (r < 0 || !status)
		return r;
	if (strstr(text_str(&cause), "No space left")) {
		r = diag_fail(d, ENOSPC, "cannot unpack: the disk is full");
		diag_hint(d, "free some disk space, or set LKM_CACHE to a folder with more");
	} else {
		r = diag_fail(d, EIO, "cannot unpack: %s", text_str(&cause));
	}
	diag_in(d, "%s", path_base(deb));
	return r;
}

int build_unpack(const char *from, const struct strv *files, const char *to,
		 struct diag *d)
{
	diag_spare(d);

	for (size_t i = 0; i < files->n; i++) {
		_cleanup_free_ char *deb = NULL;

		if (asprintf(&deb, "%s/%s", from, files->v[i]) < 0) {
			deb = NULL;
			return diag_fail(d, ENOMEM, "out of memory");
		}

		int r = unpack_one(deb, to, d);

		if (r < 0)
			return r;
		(void)unlink(deb);
	}
	return 0;
}
