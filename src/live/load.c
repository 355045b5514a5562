/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The three system calls: see load.h. Mirrors kernel/module/main.c. */
#include "live/load.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/errname.h"
#include "base/file.h"

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

/* A second, read-only opening: the kernel loads nothing that is writable. */
static int reopen(int fd)
{
	char path[64];

	(void)snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	return open(path, O_RDONLY | O_CLOEXEC);
}

int live_insert_memfd(struct span image, const char *params, unsigned flags,
		      struct diag *d)
{
	_cleanup_close_ int wr = memfd_create("module", MFD_CLOEXEC);

	if (wr < 0)
		return answer(-1, "memfd_create", d);

	int r = fd_write_all(wr, image.p, image.n);

	if (r)
		return diag_fail(d, -r, "cannot copy the module into memory: %s",
				 strerror(-r));

	_cleanup_close_ int rd = reopen(wr);

	if (rd < 0)
		return answer(-1, "open", d);
	(void)close(take_fd(wr));
	return live_insert_fd(rd, params, flags, d);
}

int live_remove(const char *name, unsigned flags, struct diag *d)
{
	int r = answer(syscall(SYS_delete_module, name, flags),
		       "delete_module", d);

	if (r)
		(void)diag_in(d, "%s", name);
	return r;
}
