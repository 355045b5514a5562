/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Files and folders: see file.h. */
#include "base/file.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "base/text.h"

void bytes_fini(struct bytes *b)
{
	free(b->p);
	*b = (struct bytes){ 0 };
}

/* Errno @err of operation @op on @path, as a diagnostic. */
static int fail(struct diag *d, int err, const char *op, const char *path)
{
	diag_fail(d, err, "cannot %s: %s", op, strerror(err));
	diag_in(d, "%s", path);
	return -err;
}

int file_read_fd(int fd, const char *path, size_t limit, struct bytes *ret,
		 struct diag *d)
{
	struct stat st;

	if (fstat(fd, &st) < 0)
		return fail(d, errno, "read", path);
	if (S_ISDIR(st.st_mode))
		return fail(d, EISDIR, "read", path);

	_cleanup_bytes_ struct bytes b = { 0 };
	size_t cap = 4096;

	if (S_ISREG(st.st_mode) && st.st_size > 0 &&
	    (uint64_t)st.st_size <= limit)
		cap = (size_t)st.st_size + 1;
	for (;;) {
		uint8_t *p = realloc(b.p, cap + 1);

		if (!p)
			return fail(d, ENOMEM, "read", path);
		b.p = p;

		ssize_t n = read(fd, b.p + b.n, cap - b.n);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return fail(d, errno, "read", path);
		if (!n)
			break;
		b.n += (size_t)n;
		if (b.n > limit) {
			diag_fail(d, EFBIG,
				  "larger than %zu bytes, the most that is read of such a file",
				  limit);
			diag_in(d, "%s", path);
			return -EFBIG;
		}
		if (b.n == cap)
			cap *= 2;
	}
	b.p[b.n] = 0;
	*ret = b;
	b = (struct bytes){ 0 };
	return 0;
}

int file_read(const char *path, size_t limit, struct bytes *ret,
	      struct diag *d)
{
	_cleanup_close_ int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);

	if (fd < 0)
		return fail(d, errno, "open", path);
	return file_read_fd(fd, path, limit, ret, d);
}

/* What stands where a file was wanted. */
static int no_file(const char *path, mode_t mode, struct diag *d)
{
	int err = S_ISDIR(mode) ? EISDIR : EINVAL;

	diag_fail(d, err, "is %s, wanted a regular file",
		  S_ISDIR(mode)  ? "a folder" :
		  S_ISFIFO(mode) ? "a named pipe" :
		  S_ISSOCK(mode) ? "a socket" :
				   "a device");
	diag_hint(d, "put a file in its place, or name another");
	diag_in(d, "%s", path);
	return -err;
}

int file_read_regular(const char *path, size_t limit, struct bytes *ret,
		      struct diag *d)
{
	_cleanup_close_ int fd =
		open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
	int err = errno;
	struct stat st;

	/* A socket cannot even be opened. */
	if (fd < 0 && err == ENXIO && stat(path, &st) == 0)
		return no_file(path, st.st_mode, d);
	if (fd < 0)
		return fail(d, err, "open", path);
	if (fstat(fd, &st) < 0)
		return fail(d, errno, "open", path);
	if (!S_ISREG(st.st_mode) && !S_ISCHR(st.st_mode))
		return no_file(path, st.st_mode, d);
	return file_read_fd(fd, path, limit, ret, d);
}

int file_check_regular(const char *path, size_t limit, struct diag *d)
{
	struct stat st;

	if (stat(path, &st) < 0)
		return fail(d, errno, "read", path);
	if (!S_ISREG(st.st_mode))
		return no_file(path, st.st_mode, d);
	if ((uint64_t)st.st_size <= limit)
		return access(path, R_OK) ? fail(d, errno, "read", path) : 0;
	diag_fail(d, EFBIG,
		  "found %jd bytes, wanted at most %zu",
		  (intmax_t)st.st_size, limit);
	diag_hint(d, "nobody wrote so much by hand: look what it is");
	diag_in(d, "%s", path);
	return -EFBIG;
}

int file_lock(const char *path, bool wait, int *ret, struct diag *d)
{
	_cleanup_close_ int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0644);

	if (fd < 0)
		return fail(d, errno, "write", path);
	if (flock(fd, LOCK_EX | (wait ? 0 : LOCK_NB)) < 0) {
		int err = errno;

		if (err == EWOULDBLOCK)
			return -err;
		if (err == EINTR)
			return diag_fail(d, err, "interrupted");
		return fail(d, err, "lock", path);
	}
	*ret = take_fd(fd);
	return 0;
}

int fd_write_all(int fd, const void *p, size_t n)
{
	const char *c = p;

	while (n) {
		ssize_t w = write(fd, c, n);

		if (w < 0 && errno == EINTR)
			continue;
		if (w < 0)
			return -errno;
		c += w;
		n -= (size_t)w;
	}
	return 0;
}

int file_write(const char *path, const void *p, size_t n, mode_t mode,
	       struct diag *d)
{
	_cleanup_free_ char *tmp = NULL;

	if (asprintf(&tmp, "%s.XXXXXX", path) < 0) {
		tmp = NULL;
		return fail(d, ENOMEM, "write", path);
	}

	_cleanup_close_ int fd = mkostemp(tmp, O_CLOEXEC);

	if (fd < 0)
		return fail(d, errno, "write beside", path);

	int r = fd_write_all(fd, p, n);

	if (!r && (fchmod(fd, mode) < 0 || fsync(fd) < 0))
		r = -errno;
	if (!r && rename(tmp, path) < 0)
		r = -errno;
	if (r < 0) {
		(void)unlink(tmp);
		return fail(d, -r, "write", path);
	}
	return 0;
}

int file_copy(const char *from, const char *to, struct diag *d)
{
	_cleanup_bytes_ struct bytes b = { 0 };
	struct stat st;
	int r = file_read_regular(from, SIZE_MAX / 4, &b, d);

	if (r < 0)
		return r;
	if (stat(from, &st) < 0)
		return fail(d, errno, "read", from);
	return file_write(to, b.p, b.n, st.st_mode & 0777, d);
}

bool path_exists(const char *path)
{
	return access(path, F_OK) == 0;
}

bool path_is_dir(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0 && S_ISDIR(st.st_mode);
}

const char *path_base(const char *path)
{
	const char *s = strrchr(path, '/');

	return s ? s + 1 : path;
}

int dir_make(const char *path, struct diag *d)
{
	_cleanup_free_ char *p = strdup(path);

	if (!p)
		return fail(d, ENOMEM, "make folder", path);
	for (char *s = p + 1; *s; s++) {
		if (*s != '/')
			continue;
		*s = 0;
		if (mkdir(p, 0777) < 0 && errno != EEXIST)
			return fail(d, errno, "make folder", p);
		*s = '/';
	}
	if (mkdir(p, 0777) < 0 && errno != EEXIST)
		return fail(d, errno, "make folder", p);
	if (!path_is_dir(p))
		return fail(d, ENOTDIR, "make folder", p);
	return 0;
}

int dir_next(DIR *dp, struct dirent **ret)
{
	errno = 0;
	*ret = readdir(dp);
	return *ret ? 1 : -errno;
}

/* Removes what @name in @dir is. Return: 0 or -errno. */
static int remove_at(int dir, const char *name)
{
	if (unlinkat(dir, name, 0) == 0 || errno == ENOENT)
		return 0;
	if (errno != EISDIR && errno != EPERM)
		return -errno;

	int fd = openat(dir, name,
			O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);

	if (fd < 0)
		return -errno;

	DIR *dp = fdopendir(fd);

	if (!dp) {
		(void)close(fd);
		return -ENOMEM;
	}

	/* A read-only folder of ours must not keep its files alive. */
	(void)fchmod(dirfd(dp), 0700);

	int r = 0;

	for (struct dirent *e; (e = readdir(dp));) {
		if (str_dot(e->d_name))
			continue;

		int one = remove_at(dirfd(dp), e->d_name);

		r = r ? r : one;
	}
	(void)closedir(dp);
	if (!r && unlinkat(dir, name, AT_REMOVEDIR) < 0 && errno != ENOENT)
		r = -errno;
	return r;
}

int tree_remove(const char *path, struct diag *d)
{
	int r = remove_at(AT_FDCWD, path);

	return r < 0 ? fail(d, -r, "remove", path) : 0;
}

static uint64_t disk_bytes_at(int dir, const char *name)
{
	struct stat st;

	if (fstatat(dir, name, &st, AT_SYMLINK_NOFOLLOW) < 0)
		return 0;

	uint64_t sum = (uint64_t)st.st_blocks * 512;

	if (!S_ISDIR(st.st_mode))
		return sum;

	int fd = openat(dir, name,
			O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	DIR *dp = fd < 0 ? NULL : fdopendir(fd);

	if (!dp) {
		if (fd >= 0)
			(void)close(fd);
		return sum;
	}
	for (struct dirent *e; (e = readdir(dp));)
		if (!str_dot(e->d_name))
			sum += disk_bytes_at(dirfd(dp), e->d_name);
	(void)closedir(dp);
	return sum;
}

uint64_t tree_disk_bytes(const char *path)
{
	return disk_bytes_at(AT_FDCWD, path);
}

int cache_dir(const char *sub, char **ret, struct diag *d)
{
	_cleanup_free_ char *path = NULL;
	const char *own = getenv("LKM_CACHE");
	const char *xdg = getenv("XDG_CACHE_HOME");
	const char *home = getenv("HOME");
	int n;

	if (own && *own && *own != '/') {
		diag_fail(d, EINVAL, "LKM_CACHE is '%s', which is no absolute path",
			  own);
		return diag_hint(d, "set LKM_CACHE to a path that begins with '/'");
	}
	if (own && *own)
		n = asprintf(&path, "%s/%s", own, sub);
	else if (xdg && *xdg == '/')
		n = asprintf(&path, "%s/lkm/%s", xdg, sub);
	else if (home && *home == '/')
		n = asprintf(&path, "%s/.cache/lkm/%s", home, sub);
	else {
		return diag_fail_hint(d, ENOENT, "set HOME, or LKM_CACHE to a folder that you may write", "no place for the cache: neither LKM_CACHE nor XDG_CACHE_HOME nor HOME is set");
	}
	if (n < 0) {
		path = NULL;
		return diag_fail(d, ENOMEM, "out of memory");
	}

	int r = dir_make(path, d);

	if (r < 0) {
		diag_hint(d, "set LKM_CACHE to a folder that you may write");
		return r;
	}
	*ret = take_ptr(path);
	return 0;
}

int cache_room(const char *dir, uint64_t bytes, struct diag *d)
{
	diag_spare(d);

	struct statvfs fs;

	if (statvfs(dir, &fs) < 0 ||
	    (uint64_t)fs.f_bavail * fs.f_frsize >= bytes)
		return 0;
	diag_fail(d, ENOSPC, "found %.0f MB free on the disk, wanted %.0f MB",
		  (double)fs.f_bavail * (double)fs.f_frsize / 1e6,
		  (double)bytes / 1e6);
	diag_hint(d, "free some disk space, or set LKM_CACHE to a folder with more");
	return diag_in(d, "%s", dir);
}

int dir_temp(const char *name, char **ret, struct diag *d)
{
	const char *base = getenv("TMPDIR");
	_cleanup_free_ char *path = NULL;

	if (!base || *base != '/')
		base = "/tmp";
	if (asprintf(&path, "%s/lkm-%s.XXXXXX", base, name) < 0) {
		path = NULL;
		return diag_fail(d, ENOMEM, "out of memory");
	}
	if (!mkdtemp(path)) {
		int err = errno;

		fail(d, err, "make a temporary folder", path);
		diag_hint(d, "set TMPDIR to a folder that you may write");
		return -err;
	}
	*ret = take_ptr(path);
	return 0;
}
