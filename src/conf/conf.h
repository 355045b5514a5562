/* SPDX-License-Identifier: LGPL-2.1-or-later */
/**
 * DOC: conf - what modprobe.d, the module folder and the command line say
 *
 * One read of everything, in kmod's order: the files by their bare names
 * (those of a higher folder hide those of a lower one), modules.softdep and
 * modules.weakdep of the module folder among them, then the kernel's command
 * line. Every line keeps where it came from, so that `lkm why` can tell which
 * one decided.
 *
 * kmod's keywords mean what they mean to kmod. Ours, which kmod ignores with a
 * message, are described in modprobe.d(5): deny, allow.
 */
#ifndef LKM_CONF_CONF_H
#define LKM_CONF_CONF_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/diag.h"
#include "base/macros.h"

enum conf_kind {
	CONF_ALIAS,	/* key: pattern, value: module                     */
	CONF_BLACKLIST, /* key: module, value: NULL                        */
	CONF_OPTIONS,	/* key: module or alias, value: parameters         */
	CONF_INSTALL,	/* key: module or pattern, value: shell command    */
	CONF_REMOVE,
	CONF_SOFTDEP, /* key: module or pattern, value: the text; pre, post */
	CONF_WEAKDEP, /* key: module or pattern, value: the text; pre       */
	CONF_DENY,    /* key: module or pattern, value: the reason or ""    */
	CONF_ALLOW,   /* key: module or pattern                             */
	CONF_KINDS
};

/* Where a line came from: who wins where two say different things. */
enum conf_origin {
	CONF_USER,    /* a file of modprobe.d, or of -C                     */
	CONF_FOLDER,  /* modules.softdep, modules.weakdep: the modules' own */
	CONF_CMDLINE, /* the kernel's command line                          */
};

struct conf_line {
	enum conf_kind kind;
	enum conf_origin origin;
	const char *key;   /* normalised: '-' is '_' outside of []          */
	const char *value;
	const char **pre;  /* softdep pre:, weakdep: names, n_pre           */
	const char **post;
	size_t n_pre, n_post;
	const char *file; /* "/etc/modprobe.d/x.conf", "/proc/cmdline"      */
	unsigned line;	  /* the first of a logical line, from 1; 0: none   */
};

/* The lines of one kind, in the order in which they were read. */
struct conf_lines {
	struct conf_line *v;
	size_t n;
};

/* A file or folder that was read, for kmod_validate_resources(). */
struct conf_path {
	const char *path;
	uint64_t stamp; /* of its last change, in ns                        */
};

struct conf {
	struct conf_lines of[CONF_KINDS];
	struct conf_path *paths;
	size_t n_paths;
	struct arena a; /* everything above lives here */
};

struct conf_from {
	/* Files and folders instead of the default ones, NULL ends. NULL:
	 * the default ones. An empty list: none. */
	const char *const *paths;
	const char *folder;  /* the module folder; NULL: none               */
	const char *cmdline; /* a file: "/proc/cmdline"; NULL: none         */
	/* A complaint about a line that is ignored; may be NULL.
	 * @prio: LOG_ERR, ... @func: what kmod calls the place. */
	void (*say)(void *arg, int prio, const char *func, const char *text);
	/* What to do about the complaint that @say heard last, with the place:
	 * kmod's words do not tell. May be NULL. */
	void (*hint)(void *arg, const char *text);
	void *arg;
};

/* What is read where nobody says -C, highest first; NULL ends. */
extern const char *const conf_default_paths[];

/**
 * conf_read() - read it all
 * @ret: set only on success; free with conf_fini()
 *
 * A line that makes no sense is told and skipped; so is a file that cannot be
 * read.
 *
 * Return: 0; -ENOMEM; -EFBIG if the files are absurdly large.
 */
_must_check_ int conf_read(const struct conf_from *from, struct conf *ret,
			   struct diag *d);
void conf_fini(struct conf *c);
#define _cleanup_conf_ _cleanup_(conf_fini)

/**
 * conf_next() - the lines of one kind that are about a module
 * @after: NULL to start; else what was returned before
 *
 * Compares as kmod does for that kind: exactly, or by fnmatch(3).
 *
 * Return: NULL when there are no more.
 */
const struct conf_line *conf_next(const struct conf *c, enum conf_kind kind,
				  const char *name,
				  const struct conf_line *after);

/**
 * conf_denies() - does the configuration forbid this module for good?
 * @name:   normalised
 * @needed: it is a dependency (modules.dep) or a softdep of a module that may
 *          be loaded: then only deny lines count, an allowed module brings
 *          them along
 *
 * A deny line that fits, or an allow-list that it is not on. See
 * modprobe.d(5).
 *
 * Return: the line that decided, or NULL: it may be loaded. Where an
 * allow-list decided by not naming it, its first line.
 */
const struct conf_line *conf_denies(const struct conf *c, const char *name,
				    bool needed);

/* "alias", "softdep" ... */
const char *conf_kind_name(enum conf_kind kind) _pure_;

/*
 * Copies a name or an alias in the form that everything is compared in:
 * dashes are underscores, outside of []. @size of 4096 is enough for any.
 *
 * Return: 0; -EINVAL: brackets are not balanced; -ENAMETOOLONG.
 */
_must_check_ int conf_normal(const char *name, char *ret, size_t size);

#endif
