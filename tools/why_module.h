/* SPDX-License-Identifier: GPL-2.0-or-later */
/**
 * DOC: why_module - what modprobe would do about a name, and because of what
 *
 * why_module.c finds out, why_report.c tells. Nothing is loaded.
 */
#ifndef LKM_TOOLS_WHY_MODULE_H
#define LKM_TOOLS_WHY_MODULE_H

#include <stdbool.h>
#include <stddef.h>

#include "near.h"
#include "plan/plan.h"

enum why_verdict {
	WHY_LOADS,
	WHY_IN_KERNEL,	   /* built in                                      */
	WHY_COMMAND,	   /* an install line; who knows what it does       */
	WHY_NEEDS_COMMAND, /* the same, of what it depends on               */
	WHY_DENIED,
	WHY_NOT_ALLOWED,
	WHY_NEEDS_DENIED, /* what it depends on is                         */
	WHY_BLACKLISTED,  /* and asked for by an alias                     */
	WHY_STOPPED,	  /* an install line that does nothing             */
	WHY_NEEDS_STOPPED,
	WHY_NO_FILE,
	WHY_BARRED, /* by the kernel itself: module_blacklist=         */
	WHY_NEEDS_BARRED,
};

/* Where something was found that is no line of the configuration. */
struct why_place {
	const char *file; /* NULL: not known                               */
	unsigned line;	  /* 0: not known                                  */
	const char *text;
};

/* A softdep that is denied: it is loaded without. */
struct why_held {
	const char *name;
	const struct conf_line *because;
};

struct why_module {
	const struct plan_module *m;
	enum why_verdict verdict;
	const struct conf_line *because; /* the line that decided, or NULL  */
	const char *denied_as; /* the name in the file, if that is what is
				* denied; or NULL                          */
	const char *needs; /* WHY_NEEDS_*: the module that it is about      */
	const struct conf_line *by; /* the alias line that led here, or ... */
	struct why_place at;	    /* ... the line of an index             */
	struct plan_modules deps;   /* in the order of loading              */
	struct why_held *held;	    /* softdeps                             */
	size_t n_held;
	bool loaded;
};

struct why {
	struct plan_world w;
	const char *asked;
	const char *query; /* @asked, normalised                            */
	const char *depmod; /* the command that writes the indexes          */
	bool here;	   /* about the running kernel, so it can be asked  */
	const char *barred; /* its module_blacklist=; NULL: none            */
	bool blind;	   /* there is no index of the modules              */
	struct arena a;
	struct why_module *v;
	size_t n;
	char near[NEAR_MAX + 1]; /* where there is none: a module with nearly
				  * this name, or ""                        */
};

/**
 * why_find() - the modules that a name stands for, each with its verdict
 * @y: @w, @asked and @here are set; the rest is filled in. Free @a.
 *
 * Return: 0, with none if nothing of that name is known; as plan_lookup().
 */
_must_check_ int why_find(struct why *y, struct diag *d);

/* Is a line about this module, so that it is worth telling? */
bool why_concerns(const struct why_module *m, const struct conf_line *l);

/* Of enum ui_status: UI_YES if anything would be loaded; UI_NO also if nothing
 * of that name is known. */
int why_status(const struct why *y);

void why_print(const struct why *y);
/* @said: complaints about the configuration. @status: of enum ui_status. @d:
 * why there is no module, where there is none; @y may then have but @asked.
 * Return: @status, or UI_UNKNOWN if it cannot be written. */
int why_print_json(const struct why *y, const struct strv *said, int status,
		   const struct diag *d);

#endif
