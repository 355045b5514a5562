/* SPDX-License-Identifier: GPL-2.0-or-later */
/**
 * DOC: build_facts - the facts of a kernel of the list
 *
 * src/kern knows no places; here they are put together: the image if this
 * user may read it, the modules, the configuration, and Module.symvers of the
 * headers or of whoever else packs one.
 */
#ifndef LKM_BUILD_FACTS_H
#define LKM_BUILD_FACTS_H

#include <stdbool.h>

#include "base/diag.h"
#include "base/macros.h"
#include "build/kernel.h"
#include "kern/kern.h"

/**
 * build_kernel_facts() - what is known of @k
 * @no_cache: neither read nor write what was learnt before
 * @ret:      kern_close() it
 *
 * Return: as kern_open().
 */
_must_check_ int build_kernel_facts(const struct build_kernel *k,
				    bool no_cache, struct kern **ret,
				    struct diag *d);

#endif
