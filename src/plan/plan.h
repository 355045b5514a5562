/* SPDX-License-Identifier: LGPL-2.1-or-later */
/**
 * DOC: plan - from a name to what has to be done, in order
 *
 * Both modprobe and libkmod ask here. A world is the configuration and the
 * module folder together; nothing in this file touches the running kernel or
 * prints: whether something is loaded already is asked when the plan is
 * carried out (run.h).
 *
 *	plan_lookup(): "pci:v000..." -> the modules that it stands for
 *	plan_insert(): a module -> builtin, install and insmod steps
 *	plan_remove(): a module -> a tree of remove and rmmod steps
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
	/* A complaint that does not end the work; may be NULL. @prio, @func:
	 * as in struct conf_from. */
	void (*say)(void *arg, int prio, const char *func, const char *text);
	void *arg;
};

struct plan_module {
	const char *name;  /* normalised */
	const char *alias; /* by which it was found, or NULL; of a line of the
			    * configuration its pattern                     */
	const char *path;  /* NULL: built in, or no such file is known      */
	bool builtin;      /* listed in modules.builtin                     */
	/* By what it was found. */
	enum plan_stage {
		PLAN_CONF_ALIAS,
		PLAN_DEP,
		PLAN_SYMBOL,
		PLAN_COMMAND, /* an install or remove line of that name     */
		PLAN_ALIAS,
		PLAN_BUILTIN,
		PLAN_BUILTIN_ALIAS,
		PLAN_PATH,
		PLAN_NAME, /* as it was said; nobody looked whether it exists */
	} stage;
};

struct plan_modules {
	struct plan_module *v;
	size_t n;
};

/* How far a plan goes. The numbers are those of enum kmod_probe. */
enum plan_flags {
	PLAN_FORCE_VERMAGIC = 0x1,
	PLAN_FORCE_MODVERSION = 0x2,
	PLAN_IGNORE_COMMAND = 0x4, /* of the named module; its softdeps, too */
	PLAN_IGNORE_LOADED = 0x8,
	PLAN_DRY_RUN = 0x10,
	PLAN_FAIL_ON_LOADED = 0x20, /* -EEXIST for the named module         */
	PLAN_BLACKLIST_ALL = 0x10000, /* dependencies and softdeps, too      */
	PLAN_BLACKLIST = 0x20000,     /* the named module                    */
	PLAN_BLACKLIST_ALIAS = 0x40000, /* the same, if it came by an alias  */
	PLAN_BLACKLISTS = 0x70000,
};

/* ----------------------------------------------------------------- insert */

enum plan_action {
	PLAN_INSERT,  /* the file @path; NULL: there is none, that fails     */
	PLAN_INSTALL, /* run @command instead                               */
	PLAN_IN_KERNEL, /* built in, no file: nothing to do                 */
};

/*
 * One module, when its turn comes. A module may stand in a plan twice; the
 * second time it is loaded already.
 */
struct plan_step {
	enum plan_action action;
	struct plan_module m;
	const char *options; /* "" if none; with the extra ones for the named
			      * module. For PLAN_INSTALL: $CMDLINE_OPTS     */
	const char *command; /* the install line, before $CMDLINE_OPTS      */
	bool named;    /* the module that was asked for                     */
	bool required; /* that, or what it depends on: an error ends the
			* plan. Else it came by a softdep: errors count not */
	const struct conf_line *denied; /* never carry it out: this line    */
	const char *denied_as; /* not by the name of its file, but by the
				* one that stands in it; else NULL          */
};

struct plan_steps {
	struct plan_step *v; /* in kmod's order */
	size_t n;
};

/**
 * plan_insert() - what has to be done for a module to be loaded
 * @m:     from plan_lookup(), plan_named() or plan_at_path()
 * @flags: PLAN_BLACKLIST* and PLAN_IGNORE_COMMAND count here
 * @extra: parameters for @m alone; may be NULL
 * @ret:   in @a; set only when 0 is returned
 *
 * The order is kmod's: for each dependency its pre softdeps, itself, its post
 * softdeps; then the module in the same way. What is different: every softdep
 * line counts, not only the first, and a softdep does not switch an install
 * line off.
 *
 * A module that a deny line or an allow-list forbids stays in the plan, with
 * @denied set. Whoever carries it out fails (if it is required and not loaded
 * yet) or skips it.
 *
 * Return: 0; the flag of PLAN_BLACKLISTS because of which there is nothing to
 * do; -EBADMSG: an index is damaged; -E2BIG: softdeps of an absurd number of
 * modules; -ENOMEM.
 */
_must_check_ int plan_insert(const struct plan_world *w,
			     const struct plan_module *m, unsigned flags,
			     const char *extra, struct arena *a,
			     struct plan_steps *ret, struct diag *d);

/* The command of a PLAN_INSTALL step with $CMDLINE_OPTS filled in. */
_must_check_ int plan_command(const struct plan_step *s, struct text *ret);

/* ----------------------------------------------------------------- remove */

/*
 * Taking a module out, in this order: @post, [its holders], itself (@command
 * or delete_module), @deps that nobody uses any more, @pre. Errors count only
 * for the module itself.
 */
struct plan_removal {
	struct plan_module m;
	const char *command; /* the remove line; NULL: delete_module(2)     */
	struct plan_removal *post, *pre; /* in the order of removal         */
	size_t n_post, n_pre;
	struct plan_modules deps; /* nearest first                          */
};

/**
 * plan_remove() - what has to be done for a module to be gone
 * @flags: PLAN_IGNORE_COMMAND: no remove line and no softdeps of @m
 *
 * A module that softdeps name again on the way down is left out.
 *
 * Return: 0; as plan_insert().
 */
_must_check_ int plan_remove(const struct plan_world *w,
			     const struct plan_module *m, unsigned flags,
			     struct arena *a, struct plan_removal *ret,
			     struct diag *d);

/* ------------------------------------------------------------------ names */

/**
 * plan_lookup() - the modules that a name or an alias stands for
 * @names_only: as kmod_module_new_from_name_lookup(): no aliases
 *
 * The first stage that yields something ends the search.
 *
 * Return: 0, also with none; -EINVAL: not a name (unbalanced brackets);
 * -EBADMSG: an index is damaged; -ENOMEM.
 */
_must_check_ int plan_lookup(const struct plan_world *w, const char *name,
			     bool names_only, struct arena *a,
			     struct plan_modules *ret, struct diag *d);

/**
 * plan_named() - the module of this name, without asking what else it means
 *
 * Its path is that of modules.dep, if it is there.
 *
 * Return: as plan_lookup().
 */
_must_check_ int plan_named(const struct plan_world *w, const char *name,
			    struct arena *a, struct plan_module *ret,
			    struct diag *d);

/**
 * plan_at_path() - the module in a file
 * @path: made absolute; the name is the file's, and what it depends on is
 *        looked up by that name
 *
 * Return: 0; the errno of stat(2); -EINVAL: the file name is no module's;
 * -ENOMEM.
 */
_must_check_ int plan_at_path(const struct plan_world *w, const char *path,
			      struct arena *a, struct plan_module *ret,
			      struct diag *d);

/* What a module depends on, in the order in which to load it. A file that is
 * not there is told (say), and then there are none. */
_must_check_ int plan_depends(const struct plan_world *w, const char *name,
			      struct arena *a, struct plan_modules *ret,
			      struct diag *d);

/* The modules of all softdep lines for @name, looked up. */
_must_check_ int plan_softdeps(const struct plan_world *w, const char *name,
			       struct arena *a, struct plan_modules *ret_pre,
			       struct plan_modules *ret_post, struct diag *d);
/* The same for weakdep lines. */
_must_check_ int plan_weakdeps(const struct plan_world *w, const char *name,
			       struct arena *a, struct plan_modules *ret,
			       struct diag *d);

/* Options for @name, and for @alias if not NULL: one line, "" if none. */
_must_check_ int plan_options(const struct plan_world *w, const char *name,
			      const char *alias, struct text *ret);

/* What forbids a module that is asked for. */
struct plan_denial {
	const struct conf_line *line; /* NULL: nothing does                 */
	const char *as; /* the name that stands in the file, where it is
			 * that which is denied, and not the file's; or NULL */
};

/**
 * plan_denied() - do deny and allow lines forbid what was asked for?
 * @m:   of plan_lookup() or plan_at_path(); a file that was named by its path
 *       is read, if there are such lines
 * @ret: in @a and @w
 *
 * What it depends on is not looked at.
 *
 * Return: 0; -ENOMEM.
 */
_must_check_ int plan_denied(const struct plan_world *w,
			     const struct plan_module *m, struct arena *a,
			     struct plan_denial *ret, struct diag *d);

/* Is there a blacklist line for @name? NULL: no. */
const struct conf_line *plan_blacklisted(const struct plan_world *w,
					 const char *name);

#endif
