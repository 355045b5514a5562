/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * One module file into the kernel.
 *
 * The way in: a raw file, and one whose compression the kernel knows, goes by
 * file descriptor; anything else is decompressed here and goes from memory.
 */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "ko/decompress.h"
#include "ko/ko.h"
#include "live/load.h"
#include "live/policy.h"
#include "plan/run.h"

/* What the magic bytes say; KO_RAW for all else. -EINVAL: too short. */
static int kind_of(int fd, enum ko_compression *ret, struct diag *d)
{
	uint8_t buf[6];
	ssize_t n = read(fd, buf, sizeof(buf));

	if (n < 0)
		return diag_fail(d, errno, "cannot read: %s", strerror(errno));
	if (lseek(fd, 0, SEEK_SET) < 0)
		return diag_fail(d, EINVAL,
				 "a pipe or terminal, wanted a regular file");
	if (n < (ssize_t)sizeof(buf))
		return diag_fail_hint(d, EINVAL,
				      "copy or build it again; a full disk leaves such files ('df')",
				      "the file has only %zd bytes", n);
	*ret = compression_of((struct span){ buf, sizeof(buf) });
	return 0;
}

static bool kernel_reads(enum ko_compression c)
{
	struct live_policy p;

	if (c == KO_RAW)
		return true;
	live_policy_read("", &p);
	return !strcmp(p.compression, ko_compression_name(c));
}

static int from_memory(int fd, const char *path, const char *options,
		       unsigned flags, bool *asked, struct diag *d)
{
	_cleanup_ko_ struct ko *ko = NULL;
	int r = ko_open_fd(fd, path, &ko, d);

	/* A damaged stream has this number where kmod reads it. */
	if (r)
		return r == -EBADMSG ? -EINVAL : r;
	*asked = true;
	if (flags)
		return live_insert_memfd(ko_image(ko), options, flags, d);
	return live_insert_bytes(ko_image(ko), options, d);
}

static unsigned live_flags(unsigned flags)
{
	return (flags & PLAN_FORCE_VERMAGIC ? LIVE_IGNORE_VERMAGIC : 0U) |
	       (flags & PLAN_FORCE_MODVERSION ? LIVE_IGNORE_MODVERSIONS : 0U);
}

int plan_load(const char *path, const char *options, unsigned flags,
	      bool *asked, struct diag *d)
{
	_cleanup_close_ int fd = open(path, O_RDONLY | O_CLOEXEC);
	enum ko_compression c = KO_RAW;
	bool was_asked;

	if (!asked)
		asked = &was_asked;
	*asked = false;
	if (fd < 0)
		return diag_fail(d, errno, "cannot open: %s", strerror(errno));

	int r = kind_of(fd, &c, d);

	if (r)
		return r;
	flags = live_flags(flags);
	if (kernel_reads(c)) {
		struct diag kernel = { 0 };

		*asked = true;
		r = live_insert_fd(fd, options,
				   flags | (c == KO_RAW ? 0U : LIVE_COMPRESSED),
				   &kernel);
		/* ENOSYS: before 3.8, or in some sandboxes; without force. */
		if (r != -ENOSYS || flags) {
			if (d && !d->err)
				*d = kernel;
			return r;
		}
	}
	return from_memory(fd, path, options, flags, asked, d);
}
