/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A refusal, asked of the emulated loader: see dropin_check.h. */
#include "dropin_check.h"

#include <limits.h>
#include <string.h>
#include <unistd.h>

#include "base/child.h"
#include "base/macros.h"
#include "plan/plan.h"

/*
 * Beside this very program, as in a folder that was built; else where it is
 * installed. PATH is not asked: this may run as root.
 */
static char *find_lkm(void)
{
	char self[PATH_MAX];
	ssize_t n = readlink("/proc/self/exe", self, sizeof(self) - 1);
	char *slash, *path = NULL;

	if (n > 0) {
		self[n] = 0;
		slash = strrchr(self, '/');
		if (slash && asprintf(&path, "%.*s/lkm", (int)(slash - self),
				      self) < 0)
			path = NULL;
		if (path && !access(path, X_OK))
			return path;
		free(path);
	}
	return access(LKM_BINDIR "/lkm", X_OK) ? NULL
					       : strdup(LKM_BINDIR "/lkm");
}

/* "KEY TAB TEXT"; of what else may be said nothing is taken. */
static void take_line(void *arg, const char *line)
{
	struct dropin_foreseen *f = arg;
	const struct {
		const char *key;
		struct text *to;
	} keys[] = {
		{ "verdict\t", &f->verdict }, { "errno\t", &f->err },
		{ "rule\t", &f->rule },	      { "why\t", &f->why },
		{ "fix\t", &f->fix },
	};

	if (str_starts(line, "log\t"))
		(void)strv_add(&f->log, line + strlen("log\t"));

	for (size_t i = 0; i < ARRAY_SIZE(keys); i++)
		if (str_starts(line, keys[i].key) && !keys[i].to->n)
			text_add(keys[i].to, line + strlen(keys[i].key));
}

void dropin_foresee(const struct dropin_load *l, struct dropin_foreseen *ret)
{
	_cleanup_free_ char *lkm = find_lkm();
	_cleanup_text_ struct text file = { 0 };
	const char *argv[12];
	size_t n = 0;
	int status;

	/* A name that begins with '-' is no option. */
	text_addf(&file, "%s%s", *l->file == '-' ? "./" : "", l->file);
	if (!lkm || file.failed)
		return;
	argv[n++] = lkm;
	argv[n++] = "check";
	argv[n++] = "--live";
	argv[n++] = "--insmod";
	argv[n++] = "--brief";
	if (l->flags & PLAN_FORCE_VERMAGIC)
		argv[n++] = "--force-vermagic";
	if (l->flags & PLAN_FORCE_MODVERSION)
		argv[n++] = "--force-modversion";
	argv[n++] = "--";
	argv[n++] = text_str(&file);
	if (l->params && *l->params)
		argv[n++] = l->params;
	argv[n] = NULL;

	const struct child_setup s = { .no_input = true };

	ret->asked = !child_run(argv, &s, take_line, ret, &status, NULL) &&
		     ret->verdict.n;
}

void dropin_foreseen_fini(struct dropin_foreseen *f)
{
	text_fini(&f->verdict);
	text_fini(&f->err);
	text_fini(&f->rule);
	strv_fini(&f->log);
	text_fini(&f->why);
	text_fini(&f->fix);
}
