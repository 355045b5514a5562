/* SPDX-License-Identifier: LGPL-2.1-or-later */
/**
 * DOC: depmod_conf - what depmod.d says: which file of a module counts
 *
 *	search DIR...			rank of folders, first is best
 *	override MODULE KVER SUBDIR	this module from that folder
 *	external KVER ABSDIR		modules outside of the module folder
 *	exclude NAME...			files and folders to leave out
 *	facts yes|no			keep modules.lkm-facts? Ours; to kmod a
 *					bad line, of which it tells
 *
 * KVER is "*" or a POSIX extended regular expression that fits anywhere in the
 * version. Lines for other versions are left out when reading.
 */
#ifndef LKM_CONF_DEPMOD_CONF_H
#define LKM_CONF_DEPMOD_CONF_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/diag.h"
#include "base/macros.h"

enum depmod_search_kind {
	DEPMOD_SEARCH_DIR,
	DEPMOD_SEARCH_BUILTIN,	/* all folders that are not listed          */
	DEPMOD_SEARCH_EXTERNAL, /* the folders of external lines            */
};

struct depmod_search {
	enum depmod_search_kind kind;
	const char *dir; /* as written: "updates"                           */
};

struct depmod_override {
	const char *module; /* as written                                   */
	const char *dir;    /* below the module folder                      */
};

struct depmod_conf {
	struct depmod_search *searches; /* the best first                   */
	size_t n_searches;
	struct depmod_override *overrides; /* in reading order              */
	size_t n_overrides;
	const char **externals;
	size_t n_externals;
	const char **excludes;
	size_t n_excludes;
	bool no_facts; /* the last facts line says no                        */
	struct arena a;
};

struct depmod_conf_from {
	const char *const *paths; /* as of struct conf_from                 */
	const char *version;	  /* of the kernel                          */
	/* A complaint; may be NULL. @prio: LOG_ERR, ... */
	void (*say)(void *arg, int prio, const char *text);
	/* After a complaint about a line: where, and what was wanted there; may
	 * be NULL. */
	void (*hint)(void *arg, const char *text);
	void *arg;
};

extern const char *const depmod_conf_default_paths[];

/**
 * depmod_conf_read() - read it all
 * @ret: set only on success; free with depmod_conf_fini(). Without a search
 *       line: "updates", then DEPMOD_SEARCH_BUILTIN
 *
 * Return: 0; -ENOMEM; -EFBIG if the files are absurdly large.
 */
_must_check_ int depmod_conf_read(const struct depmod_conf_from *from,
				  struct depmod_conf *ret, struct diag *d);
void depmod_conf_fini(struct depmod_conf *c);
#define _cleanup_depmod_conf_ _cleanup_(depmod_conf_fini)

#endif
