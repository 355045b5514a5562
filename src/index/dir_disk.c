/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What is in a module folder besides its indexes: see dir.h. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/span.h"
#include "base/text.h"
#include "index/dir.h"
#include "index/scan.h"
#include "index/write.h"

/* No tree of modules is deeper; a ring of mounts would be. */
#define MAX_DEPTH 64

static bool newer(const struct timespec *a, const struct timespec *b)
{
	return a->tv_sec != b->tv_sec ? a->tv_sec > b->tv_sec
				      : a->tv_nsec > b->tv_nsec;
}

/* Folders without modules: a depmod's own come and go. */
static bool is_other(const char *name)
{
	return idx_scan_skips(name) || str_starts(name, IDX_PENDING) ||
	       str_starts(name, IDX_STAGING);
}

static bool newer_below(int at, const char *name, const struct timespec *than,
			unsigned depth);

/* @e, if it is a folder, or one below it changed after @than. */
static bool newer_entry(int at, const struct dirent *e,
			const struct timespec *than, unsigned depth)
{
	struct stat st;

	if (is_other(e->d_name) ||
	    (e->d_type != DT_DIR && e->d_type != DT_UNKNOWN))
		return false;
	if (fstatat(at, e->d_name, &st, AT_SYMLINK_NOFOLLOW) < 0 ||
	    !S_ISDIR(st.st_mode))
		return false;
	return newer(&st.st_mtim, than) ||
	       newer_below(at, e->d_name, than, depth);
}

static bool newer_below(int at, const char *name, const struct timespec *than,
			unsigned depth)
{
	bool found = false;
	int fd = depth < MAX_DEPTH
			 ? openat(at, name,
				  O_RDONLY | O_DIRECTORY | O_CLOEXEC)
			 : -1;
	DIR *dp = fd < 0 ? NULL : fdopendir(fd);

	if (!dp) {
		if (fd >= 0)
			(void)close(fd);
		return false;
	}
	for (struct dirent *e; !found && (e = readdir(dp));)
		found = newer_entry(dirfd(dp), e, than, depth + 1);
	(void)closedir(dp);
	return found;
}

bool idx_dir_stale(const struct idx_dir *dir)
{
	_cleanup_free_ char *path = NULL;
	struct stat st;

	if (!idx_dir_exists(dir) ||
	    idx_dir_file(dir, idx_file_name(IDX_DEP), &path) < 0)
		return false;
	if (stat(path, &st) < 0)
		return errno == ENOENT;
	/* The folder itself changes when depmod writes into it. */
	return newer_below(AT_FDCWD, idx_dir_path(dir), &st.st_mtim, 0);
}

/* A file mapped: read through once, and not kept. */
struct map {
	void *p;
	size_t n;
};

static void map_fini(struct map *m)
{
	if (m->n)
		(void)munmap(m->p, m->n);
}

static int map_file(const char *path, struct map *ret, struct diag *d)
{
	_cleanup_close_ int fd =
		open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
	struct stat st;

	if (fd < 0 || fstat(fd, &st) < 0) {
		int err = errno;

		return diag_fail(d, err, "cannot open %s: %s", path,
				 strerror(err));
	}
	if (!S_ISREG(st.st_mode))
		return diag_fail(d, EBADMSG, "%s is no regular file", path);
	if ((uint64_t)st.st_size > SIZE_MAX / 4)
		return diag_fail(d, EFBIG, "%s is too large", path);
	if (!st.st_size)
		return 0;

	void *p = mmap(NULL, (size_t)st.st_size, PROT_READ, MAP_PRIVATE, fd, 0);

	if (p == MAP_FAILED)
		return diag_fail(d, errno, "cannot map %s", path);
	*ret = (struct map){ p, (size_t)st.st_size };
	return 0;
}

/*
 * The strings of @name. As kmod does it, only the first ones in a row: aliases
 * that newer kernels append at the end of the file are not told.
 */
static void find_strings(const struct map *m, const char *name, struct text *t)
{
	const char *s = m->p, *end = s + m->n, *stop;
	size_t n = strlen(name);

	for (; s < end; s = stop + 1) {
		stop = memchr(s, 0, (size_t)(end - s));
		if (!stop)
			stop = end;
		if ((size_t)(stop - s) > n && s[n] == '.' &&
		    !memcmp(s, name, n)) {
			text_add_bytes(t, s + n + 1,
				       (size_t)(stop - s) - n - 1);
			text_add_bytes(t, "", 1);
		} else if (t->n) {
			break;
		}
	}
}

int idx_dir_builtin_info(const struct idx_dir *dir, const char *name,
			 struct bytes *ret, struct diag *d)
{
	_cleanup_free_ char *path = NULL;
	_cleanup_(map_fini) struct map m = { 0 };
	_cleanup_text_ struct text t = { 0 };
	int r = idx_dir_file(dir, "modules.builtin.modinfo", &path);

	if (r < 0)
		return diag_fail(d, -r, "out of memory");
	r = map_file(path, &m, d);
	if (r < 0)
		return r;
	find_strings(&m, name, &t);
	if (t.failed)
		return diag_fail(d, ENOMEM, "out of memory");
	if (!t.n)
		return diag_fail(d, ENODATA, "%s is silent about it", path);
	*ret = (struct bytes){ (uint8_t *)t.p, t.n };
	t = (struct text){ 0 };
	return 0;
}
