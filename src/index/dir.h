/* SPDX-License-Identifier: LGPL-2.1-or-later */
/**
 * DOC: dir - a module folder (/lib/modules/RELEASE) and its indexes
 *
 * Opens each index when it is first asked for. A depmod of ours that was
 * interrupted between its renames leaves a finished set of new files in
 * IDX_PENDING; those are read instead of the old ones under the usual names,
 * so what a reader sees is one set, always.
 */
#ifndef LKM_INDEX_DIR_H
#define LKM_INDEX_DIR_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/diag.h"
#include "base/file.h"
#include "base/macros.h"
#include "conf/folder.h"
#include "index/bin.h"

/* The folder in a module folder that holds a complete set not yet renamed. */
#define IDX_PENDING CONF_PENDING

enum idx_file {
	IDX_DEP,
	IDX_ALIAS,
	IDX_SYMBOL,
	IDX_BUILTIN,
	IDX_BUILTIN_ALIAS,
	IDX_FILES
};

struct idx_dir;

/**
 * idx_dir_open() - look at a module folder; no index is opened yet
 *
 * Return: 0, also if there is no such folder; -ENOMEM.
 */
_must_check_ int idx_dir_open(const char *path, struct idx_dir **ret,
			      struct diag *d);
struct idx_dir *idx_dir_close(struct idx_dir *dir); /* NULL is fine */

const char *idx_dir_path(const struct idx_dir *dir);
bool idx_dir_exists(const struct idx_dir *dir);
/* A depmod was interrupted between its renames; run depmod to finish it. */
bool idx_dir_pending(const struct idx_dir *dir);
/* Modules were added or removed since depmod ran last (folders are newer than
 * modules.dep.bin); looks at the folders on disk, so ask on failure only. */
bool idx_dir_stale(const struct idx_dir *dir);

/* The path under which file @name of the set ("modules.softdep") is now. A
 * pending one counts unless another depmod made a newer one since. */
_must_check_ int idx_dir_file(const struct idx_dir *dir, const char *name,
			      char **ret);

/**
 * idx_dir_bin() - an index of the folder, opened
 * @ret: belongs to @dir
 *
 * Where there is no .bin file, but the text that goes with it is there, the
 * index is made from that.
 *
 * Return: as idx_bin_open().
 */
_must_check_ int idx_dir_bin(struct idx_dir *dir, enum idx_file f,
			     const struct idx_bin **ret, struct diag *d);

static inline void idx_dir_close_cleanup(struct idx_dir **dir)
{
	(void)idx_dir_close(*dir);
}
#define _cleanup_idx_dir_ _cleanup_(idx_dir_close_cleanup)

/* "modules.dep.bin" ... */
const char *idx_file_name(enum idx_file f) _pure_;

/**
 * idx_dir_dep() - the path of a module and of those that it depends on
 * @name: normalised
 * @ret:  in @a: [0] is its own path, the rest as modules.dep has them: what is
 *        loaded first stands last. Absolute if the folder is.
 *
 * Return: 0; -ENOENT: no such module, or no index (no diagnostic); -EBADMSG;
 * -ENOMEM.
 */
_must_check_ int idx_dir_dep(struct idx_dir *dir, const char *name,
			     struct arena *a, const char ***ret, size_t *ret_n,
			     struct diag *d);

/**
 * idx_dir_builtin_info() - what a built-in module says about itself
 * @ret: its "key=value" strings, each ended by a NUL, as .modinfo has them;
 *       free with bytes_fini()
 *
 * Return: 0; -ENOENT: no modules.builtin.modinfo; -ENODATA: it tells nothing
 * about @name; -EFBIG; -ENOMEM.
 */
_must_check_ int idx_dir_builtin_info(const struct idx_dir *dir,
				      const char *name, struct bytes *ret,
				      struct diag *d);

#endif
