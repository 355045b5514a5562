/* SPDX-License-Identifier: LGPL-2.1-or-later */
/**
 * DOC: libkmod - load, remove and ask about Linux kernel modules
 *
 * The interface of libkmod.so.2: a program that was built with any libkmod
 * since version 5 runs with this library unchanged, and the other way round.
 * libkmod(3) is an overview with an example; lkm-differences(7) lists where
 * the answers differ on purpose.
 *
 *	struct kmod_ctx *ctx = kmod_new(NULL, NULL);
 *	struct kmod_list *list = NULL, *i;
 *
 *	kmod_module_new_from_lookup(ctx, "pci:v00008086d...", &list);
 *	kmod_list_foreach(i, list) {
 *		struct kmod_module *mod = kmod_module_get_module(i);
 *
 *		kmod_module_probe_insert_module(mod, 0, NULL, NULL, NULL, NULL);
 *		kmod_module_unref(mod);
 *	}
 *	kmod_module_unref_list(list);
 *	kmod_unref(ctx);
 *
 * Where nothing else is said: an int is 0 or more on success, and -errno on
 * failure; a NULL object gives -ENOENT, or NULL where a pointer is returned; a
 * const char pointer belongs to the object that was asked, and lives as long;
 * out parameters are left alone on failure.
 *
 * One context and all that came from it may be used by one thread at a time.
 * Two threads with a context each do not get into each other's way.
 */
#ifndef LIBKMOD_H
#define LIBKMOD_H

#include <fcntl.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

struct kmod_ctx;	 /* a module folder, and what configures it       */
struct kmod_list;	 /* an entry of a list, and a list: its first one */
struct kmod_module;	 /* a module, whether it exists or not            */
struct kmod_config_iter; /* a walk through one kind of configuration line */

/* ---------------------------------------------------------------- context */

/**
 * kmod_new() - start here
 * @dirname:      the module folder; NULL: that of the running kernel
 * @config_paths: files and folders to read instead of the usual modprobe.d
 *                folders, NULL ends; NULL: the usual ones
 *
 * Reads the configuration. What is wrong in it is told to stderr, and skipped.
 *
 * Return: a context with one reference; NULL: no memory.
 */
struct kmod_ctx *kmod_new(const char *dirname, const char *const *config_paths);

/* One reference more. Return: @ctx. */
struct kmod_ctx *kmod_ref(struct kmod_ctx *ctx);

/* One less; modules hold one each. Return: @ctx, or NULL when it is freed. */
struct kmod_ctx *kmod_unref(struct kmod_ctx *ctx);

/* Who gets the messages; NULL: nobody. The default writes them to stderr. */
void kmod_set_log_fn(struct kmod_ctx *ctx,
		     void (*log_fn)(void *log_data, int priority,
				    const char *file, int line, const char *fn,
				    const char *format, va_list args),
		     const void *data);

/* The least urgent that is told, as in syslog.h; LOG_ERR, or $KMOD_LOG: a
 * number, "err", "info" or "debug". Return: it; -1 without @ctx. */
int kmod_get_log_priority(const struct kmod_ctx *ctx);
void kmod_set_log_priority(struct kmod_ctx *ctx, int priority);

/* A pointer that the library only keeps. Return: it; NULL to begin with. */
void *kmod_get_userdata(const struct kmod_ctx *ctx);
void kmod_set_userdata(struct kmod_ctx *ctx, const void *userdata);

/* Return: the module folder, absolute. Since LIBKMOD_22. */
const char *kmod_get_dirname(const struct kmod_ctx *ctx);

/* -------------------------------------------------------------- resources */

/**
 * kmod_load_resources() - open all indexes, and keep to what they are now
 *
 * Lookups are as fast without; but a program that goes on for long sees
 * another depmod's result only after kmod_validate_resources() and this.
 *
 * Return: 0; -ENOENT: an index is missing; -EINVAL: one is empty or damaged;
 * -errno of opening it. Then none is kept.
 */
int kmod_load_resources(struct kmod_ctx *ctx);
void kmod_unload_resources(struct kmod_ctx *ctx);

enum kmod_resources {
	KMOD_RESOURCES_OK = 0,
	KMOD_RESOURCES_MUST_RELOAD = 1,
	KMOD_RESOURCES_MUST_RECREATE = 2
};

/**
 * kmod_validate_resources() - is what was read still what is there?
 *
 * Return: MUST_RELOAD: an index has changed since kmod_load_resources():
 * unload and load again; MUST_RECREATE: the configuration has changed (a
 * folder, or a file in it), or there is no @ctx: make a new context; OK.
 */
int kmod_validate_resources(struct kmod_ctx *ctx);

enum kmod_index {
	KMOD_INDEX_MODULES_DEP = 0,
	KMOD_INDEX_MODULES_ALIAS = 1,
	KMOD_INDEX_MODULES_SYMBOL = 2,
	KMOD_INDEX_MODULES_BUILTIN_ALIAS = 3,
	KMOD_INDEX_MODULES_BUILTIN = 4,
	_KMOD_INDEX_PAD = 0x7fffffff /* no value: keeps it as wide as int */
};

/**
 * kmod_dump_index() - write an index to a file descriptor as text
 *
 * Return: 0, also if writing failed; -ENOENT: no such index; -ENOSYS: it
 * cannot be read, or there is no @ctx.
 */
int kmod_dump_index(struct kmod_ctx *ctx, enum kmod_index type, int fd);

/* ------------------------------------------------------------------ lists */

/* Return: the entry behind, before @curr; NULL at the end of @list. */
struct kmod_list *kmod_list_next(const struct kmod_list *list,
				 const struct kmod_list *curr);
struct kmod_list *kmod_list_prev(const struct kmod_list *list,
				 const struct kmod_list *curr);

/* Return: the last entry; NULL: there is none. */
struct kmod_list *kmod_list_last(const struct kmod_list *list);

#define kmod_list_foreach(list_entry, first_entry)                           \
	for (list_entry = first_entry; list_entry != NULL;                    \
	     list_entry = kmod_list_next(first_entry, list_entry))

#define kmod_list_foreach_reverse(list_entry, first_entry)                   \
	for (list_entry = kmod_list_last(first_entry); list_entry != NULL;    \
	     list_entry = kmod_list_prev(first_entry, list_entry))

/* ---------------------------------------------------------- configuration */

/* All lines of one kind, in the order in which they were read. Return: a walk
 * before its first line, to be freed by kmod_config_iter_free_iter(); NULL:
 * no memory. */
struct kmod_config_iter *kmod_config_get_blacklists(const struct kmod_ctx *ctx);
struct kmod_config_iter *
kmod_config_get_install_commands(const struct kmod_ctx *ctx);
struct kmod_config_iter *
kmod_config_get_remove_commands(const struct kmod_ctx *ctx);
struct kmod_config_iter *kmod_config_get_aliases(const struct kmod_ctx *ctx);
struct kmod_config_iter *kmod_config_get_options(const struct kmod_ctx *ctx);
struct kmod_config_iter *kmod_config_get_softdeps(const struct kmod_ctx *ctx);

/* Since LIBKMOD_33. Return: as the others. */
struct kmod_config_iter *kmod_config_get_weakdeps(const struct kmod_ctx *ctx);

/* Goes on, at first to the first one. False: there was none left. */
bool kmod_config_iter_next(struct kmod_config_iter *iter);

/* Return: what a line is about; NULL: before the first, behind the last. */
const char *kmod_config_iter_get_key(const struct kmod_config_iter *iter);

/* Return: what it says; NULL for a blacklist. Valid until the next call of
 * this function. */
const char *kmod_config_iter_get_value(const struct kmod_config_iter *iter);
void kmod_config_iter_free_iter(struct kmod_config_iter *iter);

/* ----------------------------------------------------------- make modules */

/**
 * kmod_module_new_from_name() - the module of this name
 * @name: dashes are underscores, and a dot ends it
 * @mod:  one reference, to the same object as long as somebody holds one
 *
 * Nobody looks whether there is such a module.
 *
 * Return: 0; -ENOENT; -ENOMEM.
 */
int kmod_module_new_from_name(struct kmod_ctx *ctx, const char *name,
			      struct kmod_module **mod);

/**
 * kmod_module_new_from_path() - the module in a file
 *
 * Return: 0; -EEXIST: the context has a module of that name with another
 * path; the -errno of stat(2).
 */
int kmod_module_new_from_path(struct kmod_ctx *ctx, const char *path,
			      struct kmod_module **mod);

/**
 * kmod_module_new_from_lookup() - what a name or an alias stands for
 * @list: points to NULL; receives the modules, best first, to be freed by
 *        kmod_module_unref_list()
 *
 * Return: 0, also if there is none; -ENOSYS: @list is not an empty list;
 * -EINVAL: brackets are not balanced; -ENOMEM.
 */
int kmod_module_new_from_lookup(struct kmod_ctx *ctx, const char *given_alias,
				struct kmod_list **list);

/**
 * kmod_module_new_from_name_lookup() - a module that exists, by its name
 * @mod: left alone if there is none
 *
 * Since LIBKMOD_30. (Libraries 30 to 32 had it as LIBKMOD_5; this one answers
 * to both.)
 *
 * Return: 0, also if there is none; -ENOENT; -ENOMEM.
 */
int kmod_module_new_from_name_lookup(struct kmod_ctx *ctx, const char *modname,
				     struct kmod_module **mod);

/**
 * kmod_module_new_from_loaded() - all modules that are loaded
 *
 * Return: 0; the -errno of reading /proc/modules.
 */
int kmod_module_new_from_loaded(struct kmod_ctx *ctx, struct kmod_list **list);

/* One reference more, one less. Return: @mod; NULL when it was the last. */
struct kmod_module *kmod_module_ref(struct kmod_module *mod);
struct kmod_module *kmod_module_unref(struct kmod_module *mod);

/* Gives up a list of modules. Return: 0. */
int kmod_module_unref_list(struct kmod_list *list);

/* Return: the module of a list's entry, with a reference. */
struct kmod_module *kmod_module_get_module(const struct kmod_list *entry);

/* -------------------------------------------------------------------- act */

enum kmod_remove {
	KMOD_REMOVE_FORCE = O_TRUNC,
	KMOD_REMOVE_NOWAIT = O_NONBLOCK, /* is always so                  */
	KMOD_REMOVE_NOLOG = 1		 /* no message if the kernel refuses */
};

/**
 * kmod_module_remove_module() - take this one module out of the kernel
 *
 * Return: 0; what the kernel said, see delete_module(2).
 */
int kmod_module_remove_module(struct kmod_module *mod, unsigned int flags);

enum kmod_insert {
	KMOD_INSERT_FORCE_VERMAGIC = 0x1,
	KMOD_INSERT_FORCE_MODVERSION = 0x2
};

/**
 * kmod_module_insert_module() - load this one module file and nothing else
 * @options: "a=1 b=2"; NULL: none
 *
 * The configuration is not asked, neither for options nor whether the module
 * may be loaded.
 *
 * Return: 0; -ENOENT: it has no file; -errno of reading it; what the kernel
 * said, see finit_module(2).
 */
int kmod_module_insert_module(struct kmod_module *mod, unsigned int flags,
			      const char *options);

enum kmod_probe {
	KMOD_PROBE_FORCE_VERMAGIC = 0x00001,
	KMOD_PROBE_FORCE_MODVERSION = 0x00002,
	KMOD_PROBE_IGNORE_COMMAND = 0x00004,
	KMOD_PROBE_IGNORE_LOADED = 0x00008,
	KMOD_PROBE_DRY_RUN = 0x00010,
	KMOD_PROBE_FAIL_ON_LOADED = 0x00020,

	/* May be returned, too. */
	KMOD_PROBE_APPLY_BLACKLIST_ALL = 0x10000,
	KMOD_PROBE_APPLY_BLACKLIST = 0x20000,
	KMOD_PROBE_APPLY_BLACKLIST_ALIAS_ONLY = 0x40000
};

/**
 * kmod_module_probe_insert_module() - what modprobe(8) does
 * @extra_options: for @mod alone; may be NULL
 * @run_install:   runs an install command; NULL: a shell does
 * @data:          for @run_install
 * @print_action:  told of each step right before it; may be NULL
 *
 * Loads what @mod depends on, its softdeps and itself, with their options.
 *
 * A module that a deny line or an allow-list of modprobe.d(5) forbids, or one
 * that depends on such a module, is not loaded: this library's own -EPERM, or
 * the blacklist flag where one is set that applies to @mod.
 *
 * Return: 0: it is loaded, or was so before; the flag of the blacklist that
 * holds it back, nothing else above 0; -EEXIST: it was loaded, and
 * FAIL_ON_LOADED; -EPERM; -EINVAL: an install command failed; as
 * kmod_module_insert_module().
 */
int kmod_module_probe_insert_module(
	struct kmod_module *mod, unsigned int flags, const char *extra_options,
	int (*run_install)(struct kmod_module *m, const char *cmdline,
			   void *data),
	const void *data,
	void (*print_action)(struct kmod_module *m, bool install,
			     const char *options));

/* ------------------------------------------------------------- properties */

/* Return: the name, with underscores. */
const char *kmod_module_get_name(const struct kmod_module *mod);

/* Return: the file; NULL: it is built in, or there is none. */
const char *kmod_module_get_path(const struct kmod_module *mod);

/* Return: the options that are configured, in one line; NULL: none. */
const char *kmod_module_get_options(const struct kmod_module *mod);

/* Return: the first install, remove line that fits; NULL: none. */
const char *kmod_module_get_install_commands(const struct kmod_module *mod);
const char *kmod_module_get_remove_commands(const struct kmod_module *mod);

/* ------------------------------------------------------------- relations */

/* Return: a new list of what @mod depends on, in the order of loading. */
struct kmod_list *kmod_module_get_dependencies(const struct kmod_module *mod);

/* What softdep lines want before and after it. Return: 0; -ENOMEM. */
int kmod_module_get_softdeps(const struct kmod_module *mod,
			     struct kmod_list **pre, struct kmod_list **post);

/* What weakdep lines name. Since LIBKMOD_33. Return: 0; -ENOMEM. */
int kmod_module_get_weakdeps(const struct kmod_module *mod,
			     struct kmod_list **weak);

enum kmod_filter {
	KMOD_FILTER_BLACKLIST = 0x00001,
	KMOD_FILTER_BUILTIN = 0x00002
};

/**
 * kmod_module_apply_filter() - a new list without what is blacklisted, built in
 *
 * Since LIBKMOD_6.
 *
 * Return: 0; -ENOENT: no @ctx or @output; -ENOMEM.
 */
int kmod_module_apply_filter(const struct kmod_ctx *ctx,
			     enum kmod_filter filter_type,
			     const struct kmod_list *input,
			     struct kmod_list **output);

#if defined(__GNUC__) && !defined(LIBKMOD_NO_DEPRECATED)
#define LIBKMOD_DEPRECATED __attribute__((deprecated))
#else
#define LIBKMOD_DEPRECATED
#endif

/* kmod_module_apply_filter() with KMOD_FILTER_BLACKLIST. Return: the same. */
int kmod_module_get_filtered_blacklist(const struct kmod_ctx *ctx,
				       const struct kmod_list *input,
				       struct kmod_list **output)
	LIBKMOD_DEPRECATED;

/* ------------------------------------------------- in the running kernel */

enum kmod_module_initstate {
	KMOD_MODULE_BUILTIN = 0,
	KMOD_MODULE_LIVE = 1,
	KMOD_MODULE_COMING = 2,
	KMOD_MODULE_GOING = 3,
	_KMOD_MODULE_PAD = 0x7fffffff /* no value: as wide as int */
};

/* Return: "builtin", "live", "coming", "going"; NULL. */
const char *kmod_module_initstate_str(enum kmod_module_initstate state);

/* Return: of enum kmod_module_initstate; -ENOENT: not loaded; -EINVAL. */
int kmod_module_get_initstate(const struct kmod_module *mod);

/* Return: how many use it; -ENOENT: not loaded, or nobody counts. */
int kmod_module_get_refcnt(const struct kmod_module *mod);

/* Return: a new list of the modules that use it. */
struct kmod_list *kmod_module_get_holders(const struct kmod_module *mod);

/* Return: bytes in memory; -ENOENT: not loaded. */
long kmod_module_get_size(const struct kmod_module *mod);

/* Return: a new list of its sections, for the functions below. */
struct kmod_list *kmod_module_get_sections(const struct kmod_module *mod);

/* Return: ".text". */
const char *kmod_module_section_get_name(const struct kmod_list *entry);

/* Return: 0 for most users, whom the kernel does not tell; ~0UL: no entry. */
unsigned long kmod_module_section_get_address(const struct kmod_list *entry);
void kmod_module_section_free_list(struct kmod_list *list);

/* ------------------------------------------------------------ in the file */

/**
 * kmod_module_get_info() - what a module says about itself, and its signature
 * @list: points to NULL
 *
 * Return: the number of entries; -ENOENT: it has no file, or the file no such
 * section; -ENOSYS: it is built in, and nothing is known; -EINVAL, -ENOEXEC:
 * it is no module.
 */
int kmod_module_get_info(const struct kmod_module *mod,
			 struct kmod_list **list);

/* Return: "license", "GPL". */
const char *kmod_module_info_get_key(const struct kmod_list *entry);
const char *kmod_module_info_get_value(const struct kmod_list *entry);
void kmod_module_info_free_list(struct kmod_list *list);

/**
 * kmod_module_get_versions() - symbols with the versions that it was built with
 * @list: points to NULL
 *
 * From __versions; where a module has only __version_ext_names, from there.
 *
 * Return: the number of entries; as kmod_module_get_info().
 */
int kmod_module_get_versions(const struct kmod_module *mod,
			     struct kmod_list **list);

/* Return: the symbol, its version. */
const char *kmod_module_version_get_symbol(const struct kmod_list *entry);
uint64_t kmod_module_version_get_crc(const struct kmod_list *entry);
void kmod_module_versions_free_list(struct kmod_list *list);

/* What it exports. Return: as kmod_module_get_versions(). */
int kmod_module_get_symbols(const struct kmod_module *mod,
			    struct kmod_list **list);

/* Return: the symbol, its version. */
const char *kmod_module_symbol_get_symbol(const struct kmod_list *entry);
uint64_t kmod_module_symbol_get_crc(const struct kmod_list *entry);
void kmod_module_symbols_free_list(struct kmod_list *list);

enum kmod_symbol_bind {
	KMOD_SYMBOL_NONE = '\0',
	KMOD_SYMBOL_LOCAL = 'L',
	KMOD_SYMBOL_GLOBAL = 'G',
	KMOD_SYMBOL_WEAK = 'W',
	KMOD_SYMBOL_UNDEF = 'U'
};

/* What it needs of others. Return: as kmod_module_get_versions(). */
int kmod_module_get_dependency_symbols(const struct kmod_module *mod,
				       struct kmod_list **list);

/* Return: the symbol, its version, one of enum kmod_symbol_bind. */
const char *
kmod_module_dependency_symbol_get_symbol(const struct kmod_list *entry);
uint64_t
kmod_module_dependency_symbol_get_crc(const struct kmod_list *entry);
int kmod_module_dependency_symbol_get_bind(const struct kmod_list *entry);
void kmod_module_dependency_symbols_free_list(struct kmod_list *list);

#ifdef __cplusplus
}
#endif

#endif
