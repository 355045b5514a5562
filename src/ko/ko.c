/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Opening and closing a module file: see ko.h. */
#include "ko/ko.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "ko/decompress.h"
#include "ko/internal.h"

/*
 * Files up to this size are read, larger ones mapped: below, copying is
 * cheaper than the page faults.
 */
#define KO_READ_BYTES (128 * 1024)

static int fail_errno(struct diag *d, int err, const char *op)
{
	return diag_fail(d, err, "cannot %s: %s", op, strerror(err));
}

static int fail_too_big(struct diag *d, uint64_t n)
{
	return diag_fail_hint(
		d, EFBIG, "check that the file is a module",
		"the file has %llu bytes, more than the %llu of the largest module that is read",
		(unsigned long long)n, (unsigned long long)KO_MAX_BYTES);
}

struct ko *ko_close(struct ko *ko)
{
	if (!ko)
		return NULL;
	if (ko->map)
		(void)munmap(ko->map, ko->map_n);
	free(ko->owned);
	free(ko->info_copy);
	free(ko);
	return NULL;
}

/* @path is kept right behind the structure. */
static struct ko *ko_alloc(const char *path)
{
	size_t n = strlen(path) + 1;
	struct ko *ko = malloc(sizeof(*ko) + n);

	if (!ko)
		return NULL;
	*ko = (struct ko){ 0 };
	ko->path = memcpy(ko + 1, path, n);
	return ko;
}

static void drop_source(struct ko *ko)
{
	if (ko->map)
		(void)munmap(ko->map, ko->map_n);
	free(ko->owned);
	ko->map = NULL;
	ko->owned = NULL;
}

/* The file's bytes are in ko->image. Makes a usable `struct ko` of them. */
static int ko_init(struct ko *ko, struct diag *d)
{
	ko->file_size = ko->image.n;
	if (ko->file_size > KO_MAX_BYTES)
		return fail_too_big(d, ko->file_size);
	ko->compression = compression_of(ko->image);
	/* A stream's flags stand behind its magic: the check in the second. */
	if (ko->compression == KO_XZ && ko->image.n > 7)
		ko->xz_check = ko->image.p[7] & 0xf;
	if (ko->compression != KO_RAW) {
		struct bytes b = { 0 };
		int r = ko_decompress(ko->compression, ko->image,
				      (size_t)KO_MAX_BYTES, &b, d);

		if (r < 0)
			return r;
		drop_source(ko);
		ko->owned = b.p;
		ko->image = bytes_span(&b);
	}
	if (!elf_init(ko, NULL)) {
		symbols_init(ko);
		if (modinfo_init(ko) < 0)
			return fail_errno(d, ENOMEM, "read");
	}
	name_init(ko);
	return 0;
}

static int map_fd(struct ko *ko, int fd, size_t n, struct diag *d)
{
	void *p = mmap(NULL, n, PROT_READ, MAP_PRIVATE, fd, 0);

	if (p == MAP_FAILED)
		return fail_errno(d, errno, "map");
	ko->map = p;
	ko->map_n = n;
	ko->image = (struct span){ p, n };
	return 0;
}

/* @n bytes from the start of the file, or as many as there are. */
static int read_fd(struct ko *ko, int fd, size_t n, struct diag *d)
{
	ko->owned = malloc(n + 1);
	if (!ko->owned)
		return fail_errno(d, ENOMEM, "read");

	size_t got = 0;

	while (got < n) {
		ssize_t r = pread(fd, ko->owned + got, n - got, (off_t)got);

		if (r < 0 && errno == EINTR)
			continue;
		if (r < 0)
			return fail_errno(d, errno, "read");
		if (!r)
			break;
		got += (size_t)r;
	}
	ko->image = (struct span){ ko->owned, got };
	return 0;
}

static int load_fd(struct ko *ko, int fd, struct diag *d)
{
	struct stat st;

	if (fstat(fd, &st) < 0)
		return fail_errno(d, errno, "read");
	if (S_ISDIR(st.st_mode))
		return fail_errno(d, EISDIR, "read");
	if (!S_ISREG(st.st_mode))
		return diag_fail(
			d, EINVAL,
			"not a regular file, so it cannot be a module");

	uint64_t n = (uint64_t)st.st_size;

	if (n > KO_MAX_BYTES)
		return fail_too_big(d, n);

	int r = n <= KO_READ_BYTES ? read_fd(ko, fd, (size_t)n, d)
				   : map_fd(ko, fd, (size_t)n, d);

	return r < 0 ? r : ko_init(ko, d);
}

int ko_open_fd(int fd, const char *path, struct ko **ret, struct diag *d)
{
	_cleanup_ko_ struct ko *ko = ko_alloc(path);
	int r = ko ? load_fd(ko, fd, d) : fail_errno(d, ENOMEM, "read");

	if (r < 0) {
		diag_in(d, "%s", path);
		return r;
	}
	*ret = take_ptr(ko);
	return 0;
}

int ko_open(const char *path, struct ko **ret, struct diag *d)
{
	/* O_NONBLOCK: a FIFO is refused, not waited for. */
	_cleanup_close_ int fd =
		open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);

	if (fd < 0) {
		int err = errno;

		fail_errno(d, err, "open");
		diag_in(d, "%s", path);
		return -err;
	}
	return ko_open_fd(fd, path, ret, d);
}

int ko_open_span(const char *path, struct span bytes, struct ko **ret,
		 struct diag *d)
{
	_cleanup_ko_ struct ko *ko = ko_alloc(path);
	int r;

	if (ko) {
		ko->image = bytes;
		r = ko_init(ko, d);
	} else {
		r = fail_errno(d, ENOMEM, "read");
	}
	if (r < 0) {
		diag_in(d, "%s", path);
		return r;
	}
	*ret = take_ptr(ko);
	return 0;
}

int ko_open_bytes(const char *path, struct bytes *bytes, struct ko **ret,
		  struct diag *d)
{
	struct ko *ko;
	int r = ko_open_span(path, bytes_span(bytes), &ko, d);

	if (r < 0)
		return r;
	if (ko->compression == KO_RAW)
		ko->owned = bytes->p;
	else
		free(bytes->p);
	*bytes = (struct bytes){ 0 };
	*ret = ko;
	return 0;
}

int ko_open_module(const char *path, struct ko **ret, struct diag *d)
{
	_cleanup_ko_ struct ko *ko = NULL;
	int r = ko_open(path, &ko, d);

	if (r < 0)
		return r;
	r = ko_check_module(ko, d);
	if (r < 0)
		return r;
	*ret = take_ptr(ko);
	return 0;
}
