/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The three system calls: see load.h. Mirrors kernel/module/main.c. */
#include "live/load.h"

#include <errno.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/errname.h"

static int answer(long r, const char *call, struct diag *d)
{
	if (r >= 0)
		return 0;

	int err = errno;

	return diag_fail(d, err, "the kernel's %s says %s", call,
			 err_text(err).s);
}

int live_insert_fd(int fd, const char *params, unsigned flags, struct diag *d)
{
	return answer(syscall(SYS_finit_module, fd, params, (int)flags),
		      "finit_module", d);
}

int live_insert_bytes(struct span image, const char *params, struct diag *d)
{
	return answer(syscall(SYS_init_module, image.p,
			      (unsigned long)image.n, params),
		      "init_module", d);
}

int live_remove(const char *name, unsigned flags, struct diag *d)
{
	int r = answer(syscall(SYS_delete_module, name, flags),
		       "delete_module", d);

	if (r)
		(void)diag_in(d, "%s", name);
	return r;
}
