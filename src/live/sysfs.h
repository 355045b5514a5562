/* SPDX-License-Identifier: LGPL-2.1-or-later */
/**
 * DOC: sysfs - /sys/module/NAME, what the kernel tells about one module
 *
 *	coresize initsize initstate refcnt taint	loaded modules
 *	version srcversion				if in its .modinfo
 *	holders/ sections/ notes/			loaded modules
 *	parameters/					also built-in ones
 *
 * A module may vanish while we look: then every function here says -ENOENT,
 * and nothing that was half read is handed out.
 */
#ifndef LKM_LIVE_SYSFS_H
#define LKM_LIVE_SYSFS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/diag.h"
#include "base/macros.h"
#include "live/modules.h"

enum live_initstate {
	LIVE_INIT_BUILTIN, /* a folder, but no initstate: part of the kernel */
	LIVE_INIT_LIVE,
	LIVE_INIT_COMING,
	LIVE_INIT_GOING,
};

struct live_sysfs {
	enum live_initstate initstate;
	bool counted;        /* false: built-in, or it cannot be unloaded */
	long refcnt;         /* -1 where it is not counted                */
	uint64_t coresize;   /* 0 for built-in                            */
	uint64_t initsize;   /* 0 once it is live                         */
	const char *taint;   /* letters, "" if none                       */
	const char *version; /* "" if none                                */
	const char **holders; /* modules that use it, as the folder lists  */
	size_t n_holders;
};

/* A file of sections/ or parameters/. */
struct live_attr {
	const char *name;
	const char *value; /* without its line end; NULL: not readable by us */
};

struct live_attrs {
	struct live_attr *v; /* sorted by name */
	size_t n;
};

/**
 * live_sysfs_read() - state, counts and holders of a module
 * @root: "" for this machine; a folder that holds sys/ in tests
 * @name: '-' is taken for '_'
 * @a:    holds the texts
 *
 * Return: 0; -ENOENT: neither loaded nor built in, or just vanished;
 *         -EINVAL: not a module name; -EBADMSG: a number is not one;
 *         -ENOMEM; the errno of open(2) or read(2).
 */
_must_check_ int live_sysfs_read(const char *root, const char *name,
				 struct arena *a, struct live_sysfs *ret,
				 struct diag *d);

/* The part of it that lsmod shows. */
struct live_usage {
	uint64_t coresize;
	bool counted;
	long refcnt;
	const char **holders; /* as the folder lists them */
	size_t n_holders;
};

/**
 * live_sysfs_usage() - size, count and holders of a loaded module, and no more
 *
 * Half the work of live_sysfs_read(), for lists of all modules.
 *
 * Return: as live_sysfs_read(); -ENOENT also for what is built in.
 */
_must_check_ int live_sysfs_usage(const char *root, const char *name,
				  struct arena *a, struct live_usage *ret,
				  struct diag *d);

/**
 * live_sysfs_attrs() - the files of parameters/ or sections/ of a module
 * @dir: "parameters", "sections"
 *
 * Addresses of sections are 0x0000000000000000 for most users.
 *
 * Return: 0, also without such a folder (then there are none); as
 *         live_sysfs_read().
 */
_must_check_ int live_sysfs_attrs(const char *root, const char *name,
				  const char *dir, struct arena *a,
				  struct live_attrs *ret, struct diag *d);

/**
 * live_sysfs_attr() - one file of a module's folder, "refcnt"
 * @ret: its text without the line end, cut to fit
 *
 * Return: 0; -ENOENT: no such module, or it has no such file; as
 *         live_sysfs_read().
 */
_must_check_ int live_sysfs_attr(const char *root, const char *name,
				 const char *attr, char *ret, size_t size);

/**
 * live_sysfs_holders() - the modules that use it, as the folder lists them
 *
 * Return: 0; as live_sysfs_usage().
 */
_must_check_ int live_sysfs_holders(const char *root, const char *name,
				    struct arena *a, const char ***ret,
				    size_t *ret_n, struct diag *d);

/*
 * Copies a module name, '-' made '_'. False: empty, too long, or not a name
 * ('/', "..").
 */
bool live_name_normal(const char *name, char ret[LIVE_NAME_MAX]);

#endif
