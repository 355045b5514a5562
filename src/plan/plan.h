/* SPDX-License-Identifier: LGPL-2.1-or-later */
/**
 * DOC: plan - from a name to what has to be done, in order
 *
 * Both modprobe and libkmod ask here. A world is the configuration and the
 * module folder together; nothing in this room touches the running kernel or
 * prints: whether something is loaded already is asked through a callback when
 * the plan is carried out.
 *
 *	plan_lookup(): "pci:v000..." -> the modules that it stands for
 *	plan_insert(): a module -> builtin, install and insmod steps
 *	plan_remove(): a module -> remove and rmmod steps
 */
#ifndef LKM_PLAN_PLAN_H
#define LKM_PLAN_PLAN_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/diag.h"
#include "base/macros.h"
#include "base/text.h"
#include "conf/conf.h"
#include "index/dir.h"

struct plan_world {
	const struct conf *conf;
	struct idx_dir *dir;
};

struct plan_module {
	const char *name;  /* normalised */
	const char *alias; /* the alias by which it was found, or NULL      */
	const char *path;  /* NULL: built in, or no such file is known      */
	bool builtin;
	/* By what it was found; how far -b and APPLY_BLACKLIST_ALIAS_ONLY
	 * reach depends on it. */
	enum plan_stage {
		PLAN_CONF_ALIAS,
		PLAN_DEP,
		PLAN_SYMBOL,
		PLAN_COMMAND, /* an install or remove line of that name     */
		PLAN_ALIAS,
		PLAN_BUILTIN,
		PLAN_BUILTIN_ALIAS,
		PLAN_PATH,
	} stage;
};

struct plan_modules {
	struct plan_module *v;
	size_t n;
};

/**
 * plan_lookup() - the modules that a name or an alias stands for
 * @names_only: as KMOD's new_from_name_lookup: no aliases
 *
 * The first stage that yields something ends the search.
 *
 * Return: 0, also with none; -EINVAL: not a name (unbalanced brackets);
 * -EBADMSG: an index is damaged; -ENOMEM.
 */
_must_check_ int plan_lookup(const struct plan_world *w, const char *name,
			     bool names_only, struct arena *a,
			     struct plan_modules *ret, struct diag *d);

/* What a module depends on, in the order in which to load it. */
_must_check_ int plan_depends(const struct plan_world *w, const char *name,
			      struct arena *a, struct plan_modules *ret,
			      struct diag *d);

/* Options for @name, and for @alias if not NULL: one line, "" if none. */
_must_check_ int plan_options(const struct plan_world *w, const char *name,
			      const char *alias, struct text *ret);

#endif
