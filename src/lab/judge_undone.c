/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a module has the kernel register, and never unregister: its symbols
 * tell, for the kernel's names of the two differ in one word. See judge.h.
 */
#include <string.h>

#include "lab/judge.h"

/* By the start of the name, for the kernel is not strict about the end. */
static bool needs(const struct ko_need *v, size_t n, const char *start)
{
	for (size_t i = 0; i < n; i++) {
		const char *name = v[i].name;

		if (str_starts(name + strspn(name, "_"), start))
			return true;
	}
	return false;
}

/*
 * "x_unregister" or "x_deregister" for "__x_register_y". Where nothing stands
 * in front, the word behind it counts: register_sysctl_sz() is undone by
 * unregister_sysctl_table().
 */
static bool needs_undo(struct judge *j, const struct ko_need *v, size_t n,
		       const char *name, const char *un)
{
	const char *at = strstr(name, "register");
	size_t len = strlen("register");

	name += strspn(name, "_");
	if (at == name && at[len])
		len += 1 + strcspn(at + len + 1, "_");
	return needs(v, n, judge_printf(j, "%.*s%s%.*s", (int)(at - name),
					name, un, (int)len, at));
}

/* Does it register what matches @what without its opposite? */
static const char *undone_in(struct judge *j, const struct ko *ko,
			     const char *what)
{
	struct ko_need *v = NULL;
	size_t n = 0;

	if (ko_needs(ko, &j->v->arena, &v, &n, NULL) < 0)
		return NULL;
	for (size_t i = 0; i < n; i++) {
		const char *name = v[i].name, *at = strstr(name, "register");

		/* unregister, deregister; devres and its kin undo themselves */
		if (!at || (at > name && at[-1] != '_') ||
		    strncmp(at, "registered", strlen("registered")) == 0 ||
		    strstr(name, "devm_") || !strstr(name, what))
			continue;
		if (!needs_undo(j, v, n, name, "un") &&
		    !needs_undo(j, v, n, name, "de"))
			return name + strspn(name, "_");
	}
	return NULL;
}

const char *judge_undone(struct judge *j, const char *what)
{
	const char *name = NULL;

	for (size_t i = 0; i < j->n_subjects && !name; i++)
		if (!j->subjects[i].dep)
			name = undone_in(j, j->subjects[i].ko, what);
	return name;
}
