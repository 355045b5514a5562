/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What the files of libkmod share. The library is a shim: a context is a
 * plan_world (configuration and module folder) with a pool of modules, and
 * what a function answers comes from the rooms of src/.
 *
 *	ctx.c      the context, resources	module.c   the pool, names, lists
 *	log.c      messages			relation.c dependencies, filters
 *	list.c     lists			act.c      insert, remove, probe
 *	config.c   configuration lines		live.c     /proc, /sys
 *	info.c     .modinfo, signature		symbols.c  versions, symbols
 */
#ifndef LKM_LIBKMOD_INTERNAL_H
#define LKM_LIBKMOD_INTERNAL_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/stat.h>
#include <syslog.h>

#include "base/arena.h"
#include "base/macros.h"
#include "conf/conf.h"
#include "index/dir.h"
#include "ko/ko.h"
#include "libkmod.h"
#include "plan/plan.h"

#define KMOD_EXPORT __attribute__((visibility("default")))

/* ------------------------------------------------------------------- list */

/* A ring; a list is its first entry. Entries own what they point to. */
struct kmod_list {
	struct kmod_list *prev, *next;
	void *data;
};

/* Takes @data over. Return: 0; -ENOMEM (then @data is still the caller's). */
_must_check_ int list_append(struct kmod_list **list, void *data);
void list_free(struct kmod_list *list, void (*drop)(void *data));

/* --------------------------------------------------------------- contexts */

typedef void ctx_log_fn(void *data, int prio, const char *file, int line,
		    const char *fn, const char *format, va_list args);

/* Which file an index was when it was opened; all zero: none. */
struct stamp {
	dev_t dev;
	ino_t ino;
	struct timespec time;
	off_t size;
};

#define POOL_BUCKETS 256

struct kmod_ctx {
	unsigned refs;
	int prio;
	ctx_log_fn *log;
	void *log_data;
	const void *userdata;
	struct conf conf;
	struct plan_world world;
	char *dirname;
	struct stamp stamps[IDX_FILES];
	bool loaded;   /* kmod_load_resources(): keep to these indexes     */
	unsigned busy; /* a plan is being carried out: keep to them, too   */
	struct kmod_module *pool[POOL_BUCKETS];
};

/*
 * The world to ask now. Indexes that depmod replaced since the last question
 * are opened anew, unless they were loaded. NULL: no memory.
 */
const struct plan_world *ctx_world(struct kmod_ctx *ctx);

int log_default_prio(void);
ctx_log_fn log_to_stderr;
/* @fn: what kmod calls the place. */
void log_say(const struct kmod_ctx *ctx, int prio, const char *fn,
	     const char *fmt, ...) _printf_(4, 5);
/* For the rooms' complaints: struct plan_world, struct conf_from. */
void log_room(void *ctx, int prio, const char *func, const char *text);

/* ---------------------------------------------------------------- modules */

/* Room for whatever somebody calls a module; the rest is cut off. */
#define MOD_NAME_MAX 4096

struct kmod_module {
	unsigned refs;
	struct kmod_ctx *ctx;
	struct kmod_module *next; /* in its bucket of the pool             */
	char *name;
	char *alias; /* by which it was found, or NULL                     */
	char *path;
	bool from_path; /* so nobody asks whether it is built in           */
	bool placed;    /* @path and @builtin have been looked up          */
	bool builtin;
	bool has_options, has_deps;
	char *options;
	struct kmod_list *deps; /* with references                         */
};

/*
 * The module of the pool with this name and alias, or a new one.
 * Return: 0; -EEXIST: it has another path; -ENOMEM.
 */
_must_check_ int pool_get(struct kmod_ctx *ctx, const char *name,
			  const char *alias, const char *path,
			  struct kmod_module **ret);
/* The same for what a lookup found. */
_must_check_ int pool_get_found(struct kmod_ctx *ctx,
				const struct plan_module *m,
				struct kmod_module **ret);
/* Adds modules to a list. Return: 0; -EEXIST; -ENOMEM (nothing is added). */
_must_check_ int pool_list(struct kmod_ctx *ctx, const struct plan_modules *m,
			   struct kmod_list **list);
/* The same, each made by @get. */
_must_check_ int pool_list_by(struct kmod_ctx *ctx,
			      const struct plan_modules *m,
			      int (*get)(struct kmod_ctx *ctx,
					 const struct plan_module *m,
					 struct kmod_module **ret),
			      struct kmod_list **list);
/* The same for one module; the list holds a reference of its own. */
_must_check_ int list_add_module(struct kmod_list **list,
				 struct kmod_module *m);

/* Looks up path and builtin, once. */
void mod_place(struct kmod_module *mod);
bool mod_builtin(const struct kmod_module *mod);
/* What the rooms call it. Borrowed from @mod. */
void mod_plan(const struct kmod_module *mod, struct plan_module *ret);

/*
 * kmod says const of modules, and fills in what is asked for first all the
 * same.
 */
static inline struct kmod_module *mod_mutable(const struct kmod_module *mod)
{
	return (struct kmod_module *)(uintptr_t)mod;
}

static inline struct kmod_ctx *ctx_mutable(const struct kmod_ctx *ctx)
{
	return (struct kmod_ctx *)(uintptr_t)ctx;
}

/*
 * The file of a module, opened, in kmod's numbers: -ENOENT: it has none;
 * -EINVAL, -ENOEXEC: no ELF file.
 */
_must_check_ int mod_open(const struct kmod_module *mod, struct ko **ret);

#endif
