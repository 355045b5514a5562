/* SPDX-License-Identifier: LGPL-2.1-or-later */
/**
 * DOC: policy - what this machine lets anyone load, and this process
 *
 * Where a file cannot be read the answer is "unknown", never a guess.
 */
#ifndef LKM_LIVE_POLICY_H
#define LKM_LIVE_POLICY_H

#include <stdbool.h>

#include "base/macros.h"

enum live_known { LIVE_UNKNOWN, LIVE_NO, LIVE_YES };

enum live_lockdown {
	LIVE_LOCKDOWN_UNKNOWN, /* also: a kernel without lockdown */
	LIVE_LOCKDOWN_NONE,
	LIVE_LOCKDOWN_INTEGRITY, /* unsigned modules are refused  */
	LIVE_LOCKDOWN_CONFIDENTIALITY,
};

struct live_policy {
	enum live_known cap_sys_module; /* this process may load           */
	enum live_known user_ns; /* not the host's: a container            */
	enum live_known modules_disabled; /* kernel.modules_disabled       */
	enum live_known sig_enforce; /* module.sig_enforce                 */
	enum live_known secure_boot; /* the firmware's switch              */
	enum live_lockdown lockdown;
	bool has_modules; /* there is a /proc/modules                      */
	char compression[16]; /* what the kernel decompresses itself: "zstd",
			       * "xz", "gzip"; "" if nothing               */
};

/* @root: "" for this machine; a folder that holds proc/ and sys/ in tests */
void live_policy_read(const char *root, struct live_policy *ret);

#endif
