/* SPDX-License-Identifier: LGPL-2.1-or-later */
/**
 * DOC: holders - who keeps a module from being unloaded
 *
 * The kernel counts references and does not write down whose they are. What
 * can be found from outside: open files of the module's devices, mounts of its
 * file system, its network interfaces. Devices are told by the drivers that
 * sysfs lists for the module, and by name in /proc/devices, /proc/misc and
 * /sys/class. So nothing found means nothing known, not nothing there.
 */
#ifndef LKM_LIVE_HOLDERS_H
#define LKM_LIVE_HOLDERS_H

#include <stddef.h>
#include <sys/types.h>

#include "base/arena.h"
#include "base/diag.h"
#include "base/macros.h"

enum live_holder_kind { LIVE_HOLDER_FILE, LIVE_HOLDER_MOUNT, LIVE_HOLDER_NET };

struct live_holder {
	enum live_holder_kind kind;
	pid_t pid;        /* FILE: the process                              */
	const char *comm; /* FILE: its name                                 */
	const char *path; /* FILE: what is open; MOUNT: where; NET: its name */
	unsigned major, minor; /* FILE                                      */
};

struct live_holders {
	struct live_holder *v;
	size_t n;
};

/* More are not looked for. */
#define LIVE_HOLDERS_MAX 32

/**
 * live_holders_find() - look for them
 * @root: "" for this machine; a folder that holds proc/ and sys/ in tests
 *
 * Without root only one's own processes can be looked into.
 *
 * Return: 0, also when none was found; -EINVAL: not a module name; -ENOMEM.
 */
_must_check_ int live_holders_find(const char *root, const char *name,
				   struct arena *a, struct live_holders *ret,
				   struct diag *d);

#endif
