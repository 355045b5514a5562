/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* One file for each module, and all of them in module order: for scan.c. */
#ifndef LKM_INDEX_ORDER_H
#define LKM_INDEX_ORDER_H

#include "base/macros.h"
#include "conf/depmod_conf.h"
#include "index/event.h"
#include "index/source.h"

/* Leaves the best of several files of one name, tells of the others. 0 or
 * -ENOMEM. */
_must_check_ int idx_choose(struct idx_sources *s,
			    const struct depmod_conf *conf,
			    const struct idx_tell *tell);

/* Sorts by the modules.order of @folder, then by kmod's hash. 0 or -ENOMEM. */
_must_check_ int idx_order(struct idx_sources *s, const char *folder,
			   const struct idx_tell *tell);

#endif
