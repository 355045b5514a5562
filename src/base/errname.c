/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Names of error numbers: see errname.h. */
#include "base/errname.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

/*
 * Never meant for user space, yet seen there when an init function lets one
 * through. Kernel: include/linux/errno.h.
 */
static const struct {
	int err;
	const char *name;
	const char *text;
} kernel_only[] = {
	{ 512, "ERESTARTSYS", "the call is to be restarted" },
	{ 513, "ERESTARTNOINTR", "the call is to be restarted" },
	{ 514, "ERESTARTNOHAND", "the call is to be restarted" },
	{ 515, "ENOIOCTLCMD", "no such ioctl command" },
	{ 516, "ERESTART_RESTARTBLOCK", "the call is to be restarted" },
	{ 517, "EPROBE_DEFER", "probe again later" },
	{ 518, "EOPENSTALE", "the open found a stale handle" },
	{ 519, "ENOPARAM", "no such parameter" },
	{ 521, "EBADHANDLE", "illegal NFS file handle" },
	{ 522, "ENOTSYNC", "update synchronization mismatch" },
	{ 523, "EBADCOOKIE", "stale cookie" },
	{ 524, "ENOTSUPP", "operation is not supported" },
	{ 525, "ETOOSMALL", "buffer or request is too small" },
	{ 526, "ESERVERFAULT", "an untranslatable error" },
	{ 527, "EBADTYPE", "type not supported by the server" },
	{ 528, "EJUKEBOX", "request will take long" },
	{ 529, "EIOCBQUEUED", "request is queued" },
	{ 530, "ERECALLCONFLICT", "conflict with a recalled state" },
};

/* Second names: which of two the C library knows is its own affair. */
static const struct {
	int err;
	const char *name;
} aliases[] = {
	{ EWOULDBLOCK, "EWOULDBLOCK" },
	{ EDEADLOCK, "EDEADLOCK" },
	{ ENOTSUP, "ENOTSUP" },
	{ EOPNOTSUPP, "EOPNOTSUPP" },
};

const char *err_name(int err)
{
	for (size_t i = 0; i < ARRAY_SIZE(kernel_only); i++)
		if (kernel_only[i].err == err)
			return kernel_only[i].name;
	return err > 0 ? strerrorname_np(err) : NULL;
}

int err_number(const char *name)
{
	for (size_t i = 0; i < ARRAY_SIZE(kernel_only); i++)
		if (!strcmp(kernel_only[i].name, name))
			return kernel_only[i].err;
	for (size_t i = 0; i < ARRAY_SIZE(aliases); i++)
		if (!strcmp(aliases[i].name, name))
			return aliases[i].err;
	for (int e = 1; e < 512; e++) {
		const char *n = strerrorname_np(e);

		if (n && !strcmp(n, name))
			return e;
	}
	return 0;
}

static const char *text_of(int err)
{
	for (size_t i = 0; i < ARRAY_SIZE(kernel_only); i++)
		if (kernel_only[i].err == err)
			return kernel_only[i].text;
	return strerror(err);
}

struct err_text err_text(int err)
{
	struct err_text t;
	const char *name = err_name(err);

	if (name)
		(void)snprintf(t.s, sizeof(t.s), "%s (%d, %s)", name, err,
			       text_of(err));
	else
		(void)snprintf(t.s, sizeof(t.s), "error %d", err);
	return t;
}
