/* SPDX-License-Identifier: GPL-2.0-or-later */
/**
 * DOC: kern - what is known of one target kernel
 *
 * A kernel image and a folder of modules, both readable by anyone, hold all
 * that the module loader goes by: what the kernel exports, which checks it
 * has, how large its struct module is, whose signatures it trusts. Here those
 * facts are read, without root and without running anything:
 *
 *	vmlinuz --> vmlinux --> exports, messages, keys, BTF, built-ins
 *	modules folder --> vermagic, exports of modules, built-in modules
 *	config file --> options       Module.symvers --> exports (no image)
 *
 * What an image says is learnt once and kept in the user's cache, under a name
 * made of what proves the image unchanged; a damaged or foreign cache file is
 * made again.
 *
 * A fact that is not at hand is unknown: every question below has that answer,
 * and nobody guesses. kern_missing() says why.
 *
 * Once it is open, any number of threads may ask one kernel anything that is
 * below, at once; only kern_close() must be alone. Every string, span and list
 * that is handed out lives until then. A question costs well below a
 * microsecond, but for the first one about a module of the folder, which has
 * to be read, and the first kern_says() of a line.
 */
#ifndef LKM_KERN_KERN_H
#define LKM_KERN_KERN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/diag.h"
#include "base/macros.h"
#include "base/span.h"

enum kern_known { KERN_UNKNOWN, KERN_NO, KERN_YES };

/* Where a kernel's parts lie; NULL or "": not at hand. */
struct kern_where {
	const char *release; /* NULL: as the image or the folder says */
	const char *image;   /* vmlinuz in any compression, or vmlinux */
	const char *modules; /* .../lib/modules/RELEASE */
	const char *config;  /* the kernel's .config */
	const char *symvers; /* Module.symvers, raw or compressed */
	bool no_cache;	     /* neither read nor write the cache */
};

/*
 * The cache is cache_dir("facts"): one file for an image, under its device,
 * inode, size, times and path, and one for a folder of modules.
 */

/* One exported symbol of the kernel itself or of a module. */
struct kern_export {
	const char *name;
	const char *ns;	   /* symbol namespace; "" for none */
	const char *owner; /* module, '_' for '-'; "" for the kernel */
	uint64_t value; /* link address in the image; 0 unknown or a module */
	uint32_t crc;	/* if has_crc */
	bool has_crc;
	bool gpl_only;
};

/* A member of the kernel's struct module; see kern_member(). */
struct kern_member {
	uint32_t offset;
	uint32_t size;
};

struct kern; /* all of it; opened and closed here, asked by what follows */

/**
 * kern_open() - learn what there is to know of a kernel
 * @w:   borrowed during the call
 * @ret: set only on success; free with kern_close()
 *
 * An image that this user may not read is as good as none, and told by
 * kern_missing(); so are a configuration and a Module.symvers.
 *
 * Return: 0, also where much stays unknown; -ENOENT if neither image, nor
 * modules, nor symvers can be read; -EBADMSG if the image is damaged or no
 * kernel; -ENOPKG if the library that decompresses it is not installed;
 * -EFBIG; -ENOMEM; the errno of reading the image where that is none of
 * ENOENT, EACCES and EPERM.
 */
_must_check_ int kern_open(const struct kern_where *w, struct kern **ret,
			   struct diag *d);

/* NULL is fine. Return: NULL. */
struct kern *kern_close(struct kern *k);

static inline void kern_close_cleanup(struct kern **k)
{
	(void)kern_close(*k);
}

#define _cleanup_kern_ _cleanup_(kern_close_cleanup)

/* Why facts are unknown: "no kernel image at hand; ..."; NULL if none is. */
const char *kern_missing(const struct kern *k) _pure_;

/* The same one by one. Return: how many. */
size_t kern_unknowns(const struct kern *k, char *const **ret);

/* -------------------------------------------------------------- identity */

const char *kern_release(const struct kern *k) _pure_;	/* "" unknown */
const char *kern_banner(const struct kern *k) _pure_;	/* "Linux version" */
const char *kern_vermagic(const struct kern *k) _pure_; /* NULL unknown */
uint16_t kern_machine(const struct kern *k) _pure_;	/* EM_*; 0 unknown */
bool kern_be(const struct kern *k) _pure_;
bool kern_is64(const struct kern *k) _pure_;

/* --------------------------------------------------------------- exports */

/**
 * kern_find_export() - a symbol that the kernel itself exports
 * @ret: the plain table wins over the GPL one, as in find_symbol()
 *
 * Return: KERN_YES, KERN_NO, or KERN_UNKNOWN without a list of exports.
 */
enum kern_known kern_find_export(const struct kern *k, const char *name,
				 struct kern_export *ret);

/* for (size_t i = 0; kern_export_next(k, &i, &e);), plain ones first */
bool kern_export_next(const struct kern *k, size_t *i,
		      struct kern_export *ret);

/**
 * kern_find_provider() - the module of the kernel's folder that exports @name
 * @ret: owner names the module
 *
 * The module itself is read; which one it is, is told by modules.symbols.bin,
 * or by Module.symvers where depmod has not been, or by reading all. Without
 * a folder, Module.symvers has to do.
 *
 * Return: KERN_UNKNOWN without either, or if memory ran out.
 */
enum kern_known kern_find_provider(struct kern *k, const char *name,
				   struct kern_export *ret);

/* The file of one of the kernel's own modules; NULL: none. Borrowed. */
const char *kern_module_path(struct kern *k, const char *name);

/**
 * kern_module_exports() - what one of the kernel's own modules exports
 * @a: memory for the list; its strings belong to @k
 *
 * Return: KERN_YES, also with nothing exported; KERN_NO: no such module;
 * KERN_UNKNOWN: no modules at hand, or no memory.
 */
enum kern_known kern_module_exports(struct kern *k, const char *name,
				    struct arena *a, struct kern_export **ret,
				    size_t *ret_n);

/* ------------------------------------------------- configuration, checks */

enum kern_option { KERN_OPT_UNKNOWN, KERN_OPT_N, KERN_OPT_M, KERN_OPT_Y };

/**
 * kern_option() - a tristate of the configuration
 * @name: "MODULE_SIG", without CONFIG_
 *
 * From the config file, else IKCONFIG in the image: what that does not mention
 * is KERN_OPT_N. Without either, some options are told from marks that they
 * leave in the image or in vermagic.
 */
enum kern_option kern_option(const struct kern *k, const char *name);

/* A string or number option as it stands, quotes off; NULL unknown or unset. */
const char *kern_option_text(const struct kern *k, const char *name);

/**
 * kern_says() - does the image hold this line of printk()?
 * @format: as in the source, without level, pr_fmt() prefix and newline
 *
 * Each check of the loader has its own line, so this tells whether a kernel
 * has that check, whatever its version number says. Conversions stand for any
 * others, one of @format also for several, and a word of @format for a
 * conversion of the image; prefixes of either do not matter.
 *
 * Return: KERN_UNKNOWN without an image.
 */
enum kern_known kern_says(const struct kern *k, const char *format);

/* --------------------------------------------------- structures and types */

/* sizeof(struct module); 0 unknown. */
uint32_t kern_module_size(const struct kern *k) _pure_;

/**
 * kern_member() - where a member of struct module lies
 * @path: "name", "init", "exit", "taints", "core_layout.size", "mem"; of an
 *        array of structures also what is in its first one: "mem.size"
 *
 * From the image's BTF; name, init and exit also from one of its modules.
 *
 * Return: KERN_NO if there is no such member; KERN_UNKNOWN without BTF.
 */
enum kern_known kern_member(const struct kern *k, const char *path,
			    struct kern_member *ret);

/* sizeof() of any structure in the image's BTF; 0 unknown. */
uint32_t kern_struct_size(struct kern *k, const char *name);

/* The image's .BTF, from the cache; empty: unknown. Summed up once. */
struct span kern_btf(struct kern *k);

/**
 * kern_btf_types() - how many types there are, "void" among them
 * @kinds: what of the highest byte of a type's info is its kind
 * @parts: what of the info is the number of its parts
 *
 * Counted once. Return: 1 where kern_btf() is empty; 0: no memory.
 */
uint32_t kern_btf_types(struct kern *k, unsigned kinds, uint32_t parts);

/* Is type @id one of BTF_KIND_TYPE_TAG? Asked after kern_btf_types(). */
bool kern_btf_is_tag(struct kern *k, uint32_t id);

/* ------------------------------------------------------------ signatures */

struct kern_key {
	struct span der;     /* an X.509 certificate */
	const char *subject; /* common name */
	const char *serial;  /* hexadecimal; "" unknown */
};

/* Certificates that the image trusts. KERN_NO: there are none in it. Without
 * an image, or without libcrypto: KERN_UNKNOWN, and none. */
enum kern_known kern_keys(struct kern *k, const struct kern_key **ret,
			  size_t *ret_n);

/* -------------------------------------------------------------- built-ins */

/* A module that is part of the kernel? By modules.builtin. '-' is '_'. */
enum kern_known kern_builtin(struct kern *k, const char *module);

/**
 * kern_sysfs_taken() - does a built-in module occupy /sys/module/@name?
 *
 * Those with a parameter that can be seen, or with a version, do; told from
 * __param and __modver of the image.
 */
enum kern_known kern_sysfs_taken(struct kern *k, const char *name);

#endif
