/* SPDX-License-Identifier: LGPL-2.1-or-later */
/**
 * DOC: scan - find the module files of a folder, in module order
 */
#ifndef LKM_INDEX_SCAN_H
#define LKM_INDEX_SCAN_H

#include <stdbool.h>
#include <stddef.h>

#include "base/diag.h"
#include "base/macros.h"
#include "conf/depmod_conf.h"
#include "index/event.h"
#include "index/source.h"

/**
 * idx_scan() - every module file of a folder
 * @folder: absolute: "/lib/modules/RELEASE"
 * @conf:   depmod.d
 * @ret:    set only on success; free with idx_sources_fini()
 *
 * Follows symbolic links, but into no folder that it is in already. Of
 * several files for one module an override decides, then the rank of its
 * folder in the search list, then which was found first.
 *
 * Return: 0; the errno of opening @folder; -ENOMEM.
 */
_must_check_ int idx_scan(const char *folder,
			  const struct depmod_conf *conf,
			  const struct idx_tell *tell,
			  struct idx_sources *ret, struct diag *d);

/**
 * idx_scan_files() - the same for a list of files
 * @paths: absolute; NULL ends
 *
 * Return: 0; the errno of stat(2); -EEXIST: two files for one module; -ENOMEM.
 */
_must_check_ int idx_scan_files(const char *folder, char *const *paths,
				const struct idx_tell *tell,
				struct idx_sources *ret, struct diag *d);

/* What no depmod looks into, whatever depmod.d says: ".", "..", and the links
 * to the kernel's source. */
bool idx_scan_skips(const char *name) _pure_;

/* Is it the name of a module file? Return: the length up to ".ko" and with
 * it, or 0. */
size_t idx_is_module(const char *name) _pure_;

#endif
