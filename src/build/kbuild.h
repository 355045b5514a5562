/* SPDX-License-Identifier: GPL-2.0-or-later */
/**
 * DOC: build_modules - from C source to .ko, with the kernel's build system
 *
 *   paths --stage--> private folder --make--> lines --output--> messages, .ko
 *
 * The sources are only linked to: the folder they lie in may be read-only, may
 * have spaces in its name, and stays as it is.
 */
#ifndef LKM_BUILD_KBUILD_H
#define LKM_BUILD_KBUILD_H

#include <stdbool.h>

#include "base/diag.h"
#include "base/macros.h"
#include "base/text.h"
#include "build/apt.h"
#include "build/kernel.h"
#include "build/messages.h"
#include "build/stage.h"

enum build_kind { BUILD_ERROR, BUILD_WARNING, BUILD_NOTE };

/* One thing that the build said; strings are owned, "" if there is none. */
struct build_message {
	enum build_kind kind;
	char *file;      /* the user's own path, if its lines name one   */
	unsigned line;   /* 0: not known                                 */
	unsigned column;
	char *text;      /* without the place and "error:"               */
	char *block;     /* all its lines, as printed, with the caret    */
	const struct build_rule *rule; /* NULL: no rule knows it         */
};

struct build_messages {
	struct build_message *v;
	size_t n;
};

struct build_request {
	const char *const *paths; /* .c files, or one folder             */
	size_t n;
	const struct build_kernel *kernel; /* with headers               */
	unsigned jobs;            /* of make; 0: as many as processors   */
	bool lines;               /* tell source lines (-g), though the
				   * kernel itself was built without      */
	void (*line)(void *arg, const char *line); /* all output; or NULL */
	void *line_arg;
	const struct build_progress *progress;     /* may be NULL        */
};

struct build_result {
	bool failed;               /* the source is at fault             */
	struct strv modules;       /* .ko paths, in a private folder     */
	struct build_messages messages;
	struct build_stage stage;  /* the private folder                 */
	char compiler[64];         /* "gcc-12"                           */
};

/**
 * build_modules() - build
 * @ret: set on success, also if the build failed; end with
 *       build_result_fini(), which removes the private folder. Zero it before
 *
 * A build that fails because of the source is a result, not an error: see
 * @ret->failed and the messages.
 *
 * Return: 0; -EINVAL if the paths make no sense; -ENOENT if a path, the
 * compiler or make is missing; -EIO if something outside the source broke the
 * build; -EINTR; -ENOSPC; -ENOMEM; the errno of a file.
 */
_must_check_ int build_modules(const struct build_request *req,
			       struct build_result *ret, struct diag *d);
void build_result_fini(struct build_result *r);

/**
 * build_save() - copy the modules to a folder, each whole or not at all
 * @saved: the paths written
 */
_must_check_ int build_save(const struct build_result *r, const char *dir,
			    struct strv *saved, struct diag *d);

#endif
