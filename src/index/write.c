/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* See write.h. */
#include "index/write.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/text.h"
#include "index/cache.h"
#include "index/dir.h"

/* Names that random letters may give a staging folder. */
#define TRIES 100

static int fail(struct diag *d, int err, const char *what, const char *name,
		const struct idx_write *w)
{
	if (strchr(name, '/'))
		diag_fail(d, err, "could not %s '%s': %s", what, name,
			  strerror(err));
	else
		diag_fail(d, err, "could not %s '%s' in %s: %s", what, name,
			  w->folder, strerror(err));
	if (err == ENOSPC || err == EDQUOT)
		diag_hint(d, "make room on the file system of %s",
			  w->folder);
	else if (err == EACCES || err == EROFS || err == EPERM)
		diag_hint(d, "run it as root, or write elsewhere with '-o DIR'");
	return -err;
}

static void close_dir(DIR **dir)
{
	if (*dir)
		(void)closedir(*dir);
}

/* The folder's entries. NULL: errno says why. */
static DIR *entries(int at, const char *name)
{
	int fd = openat(at, name,
			O_RDONLY | O_CLOEXEC | O_DIRECTORY | O_NOFOLLOW);
	DIR *dir = fd < 0 ? NULL : fdopendir(fd);

	if (!dir && fd >= 0)
		(void)close(fd);
	return dir;
}

/* A folder that holds files only, and goes with them. */
static void remove_folder(int at, const char *name)
{
	_cleanup_(close_dir) DIR *dir = entries(at, name);

	if (!dir)
		return;
	for (struct dirent *e; (e = readdir(dir));)
		if (!str_dot(e->d_name))
			(void)unlinkat(dirfd(dir), e->d_name, 0);
	(void)unlinkat(at, name, AT_REMOVEDIR);
}

/* Whoever made them is dead, for we have the lock. */
static void remove_stale(const struct idx_write *w)
{
	_cleanup_(close_dir) DIR *dir = entries(w->fd, ".");

	if (!dir)
		return;
	for (struct dirent *e; (e = readdir(dir));)
		if (str_starts(e->d_name, IDX_STAGING))
			remove_folder(w->fd, e->d_name);
}

/* The folder is synced already; this makes its new name last. */
static int sync_folder(const struct idx_write *w, struct diag *d)
{
	return fsync(w->fd) < 0 ? fail(d, errno, "sync", w->folder, w) : 0;
}

/* One file of the pending folder: to its place, or away if it is @overtaken. */
static int settle_file(struct idx_write *w, int pending, const char *name,
		       bool overtaken, struct diag *d)
{
	if (overtaken)
		return unlinkat(pending, name, 0) < 0 ?
			       fail(d, errno, "remove", name, w) :
			       0;
	if (!renameat(pending, name, w->fd, name))
		return 0;
	if (!str_eq(name, IDX_CACHE_NAME))
		return fail(d, errno, "replace", name, w);
	(void)fail(&w->left_out, errno, "replace", name, w);
	return settle_file(w, pending, name, true, d);
}

/*
 * Brings each file of the pending folder to its place. The folder goes last,
 * when the renames cannot be lost any more. @other: the set of a depmod that
 * was interrupted, and others may have run since. What readers do not take
 * from it must not replace what they take.
 */
static int settle(struct idx_write *w, bool other, struct diag *d)
{
	_cleanup_(close_dir) DIR *dir = entries(w->fd, IDX_PENDING);
	int r = 0;

	if (!dir)
		return fail(d, errno, "open", IDX_PENDING, w);
	for (struct dirent *e; !r && (e = readdir(dir));) {
		const char *name = e->d_name;

		if (str_dot(name))
			continue;
		r = settle_file(w, dirfd(dir), name,
				other && !conf_pending_counts(dirfd(dir), name,
							      w->fd, name),
				d);
	}
	if (!r)
		r = sync_folder(w, d);
	if (!r && unlinkat(w->fd, IDX_PENDING, AT_REMOVEDIR) < 0)
		r = fail(d, errno, "remove", IDX_PENDING, w);
	return r;
}

/* It is none of ours: what it is for, nobody knows. */
static int not_pending(const struct idx_write *w, mode_t mode, struct diag *d)
{
	diag_fail(d, ENOTDIR,
		  "'" IDX_PENDING "' in %s is %s, not the folder of a depmod that was interrupted",
		  w->folder,
		  S_ISLNK(mode) ? "a symbolic link" :
		  S_ISREG(mode) ? "a file" : "something else");
	diag_hint(d, "look what it is, and remove it: 'rm %s/" IDX_PENDING "'",
		  w->folder);
	return -ENOTDIR;
}

/* Nor is a folder in it: no file could take its place, or it that of one. */
static int only_files(const struct idx_write *w, struct diag *d)
{
	_cleanup_(close_dir) DIR *dir = entries(w->fd, IDX_PENDING);
	struct stat st;

	if (!dir)
		return fail(d, errno, "open", IDX_PENDING, w);
	for (struct dirent *e; (e = readdir(dir));) {
		if (str_dot(e->d_name) ||
		    fstatat(dirfd(dir), e->d_name, &st, AT_SYMLINK_NOFOLLOW) ||
		    !S_ISDIR(st.st_mode))
			continue;
		diag_fail(d, EISDIR,
			  "'%s' in %s/" IDX_PENDING " is a folder, and a depmod that was interrupted leaves files there",
			  e->d_name, w->folder);
		diag_hint(d, "look what it is, and move it away: it is in '%s/" IDX_PENDING "'",
			  w->folder);
		return -EISDIR;
	}
	return 0;
}

static int finish_other(struct idx_write *w, struct diag *d)
{
	int r;
	struct stat st;

	if (fstatat(w->fd, IDX_PENDING, &st, AT_SYMLINK_NOFOLLOW) < 0)
		return 0;
	if (!S_ISDIR(st.st_mode))
		return not_pending(w, st.st_mode, d);
	r = only_files(w, d);
	if (r < 0)
		return r;
	w->finished_other = true;
	return settle(w, true, d);
}

static int lock(struct idx_write *w, bool wait, struct diag *d)
{
	int r;

	do
		r = flock(w->fd, LOCK_EX | (wait ? 0 : LOCK_NB));
	while (r < 0 && errno == EINTR);
	if (r < 0 && errno == EWOULDBLOCK)
		return -EWOULDBLOCK;
	return r < 0 ? fail(d, errno, "lock", w->folder, w) : 0;
}

int idx_write_open(const char *folder, bool wait, struct idx_write *w,
		   struct diag *d)
{
	*w = (struct idx_write){ .folder = folder, .staging = -1 };
	w->fd = open(folder, O_RDONLY | O_CLOEXEC | O_DIRECTORY);
	if (w->fd < 0)
		return fail(d, errno, "open directory", folder, w);

	int r = lock(w, wait, d);

	if (!r)
		r = finish_other(w, d);
	if (r < 0) {
		(void)close(w->fd);
		return r;
	}
	remove_stale(w);
	return 0;
}

static int make_staging(struct idx_write *w, struct diag *d)
{
	static const char letters[] = "abcdefghijklmnopqrstuvwxyz012345";
	int r = -1;

	for (unsigned k = 0; r < 0 && k < TRIES; k++) {
		unsigned char x[6];

		if (getrandom(x, sizeof(x), 0) != sizeof(x))
			return fail(d, EAGAIN, "name", IDX_STAGING, w);
		memcpy(w->name, IDX_STAGING, sizeof(IDX_STAGING));
		for (size_t i = 0; i < sizeof(x); i++)
			w->name[sizeof(IDX_STAGING) - 1 + i] =
				letters[x[i] & 31];
		r = mkdirat(w->fd, w->name, 0755);
		if (r < 0 && errno != EEXIST)
			break;
	}
	if (r < 0)
		return fail(d, errno, "create", w->name, w);
	w->staging = openat(w->fd, w->name,
			    O_RDONLY | O_CLOEXEC | O_DIRECTORY | O_NOFOLLOW);
	if (w->staging >= 0)
		return 0;
	r = errno;
	(void)unlinkat(w->fd, w->name, AT_REMOVEDIR);
	return fail(d, r, "open", w->name, w);
}

static int fail_write(struct diag *d, int err, const char *name, size_t size,
		      const struct idx_write *w)
{
	if (err != ENOSPC && err != EDQUOT)
		return fail(d, err, "write", name, w);
	return diag_fail_hint(d, err,
			      "make room on the file system of this folder",
			      "could not write the %zu bytes of '%s' in %s: %s",
			      size, name, w->folder, strerror(err));
}

int idx_write_file(struct idx_write *w, const char *name, struct span content,
		   struct diag *d)
{
	int r = w->staging < 0 ? make_staging(w, d) : 0;

	if (r < 0)
		return r;
	if (w->n == IDX_WRITE_FILES)
		return fail(d, EMFILE, "create", name, w);

	int fd = openat(w->staging, name,
			O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW,
			0644);

	if (fd < 0)
		return fail(d, errno, "create", name, w);
	w->files[w->n] = name;
	w->fds[w->n++] = fd;
	r = fd_write_all(fd, content.p, content.n);
	if (r < 0)
		return fail_write(d, -r, name, content.n, w);
	/* The disk starts while the next file is made. */
	(void)sync_file_range(fd, 0, 0, SYNC_FILE_RANGE_WRITE);
	return 0;
}

int idx_write_optional(struct idx_write *w, const char *name,
		       struct span content, struct diag *d)
{
	unsigned n = w->n;
	int r = idx_write_file(w, name, content, &w->left_out);

	if (!r && fsync(w->fds[n]) < 0)
		r = fail(&w->left_out, errno, "sync", name, w);
	if (!r)
		return 0;
	if (w->n > n)
		(void)close(w->fds[--w->n]);
	if (w->staging >= 0 && unlinkat(w->staging, name, 0) < 0 &&
	    errno != ENOENT)
		return fail(d, errno, "remove", name, w);
	return 0;
}

static int sync_files(struct idx_write *w, struct diag *d)
{
	for (unsigned i = 0; i < w->n; i++) {
		if (fsync(w->fds[i]) < 0)
			return fail(d, errno, "sync", w->files[i], w);
		(void)close(w->fds[i]);
		w->fds[i] = -1;
	}
	if (fsync(w->staging) < 0)
		return fail(d, errno, "sync", w->name, w);
	return 0;
}

/*
 * The clock may have been ahead when the old files were made; readers would
 * take them for newer than the set that is to replace them.
 */
static void age_old(const struct idx_write *w)
{
	static const struct timespec past[2] = { { .tv_nsec = UTIME_OMIT },
						 { .tv_sec = 0 } };

	for (unsigned i = 0; i < w->n; i++)
		if (!conf_pending_counts(w->staging, w->files[i], w->fd,
					 w->files[i]))
			(void)utimensat(w->fd, w->files[i], past, 0);
}

int idx_write_commit(struct idx_write *w, struct diag *d)
{
	int r = w->staging < 0 ? make_staging(w, d) : 0;

	if (!r)
		r = sync_files(w, d);
	if (r < 0)
		return r;
	age_old(w);
	if (renameat(w->fd, w->name, w->fd, IDX_PENDING) < 0)
		return fail(d, errno, "rename the new set to", IDX_PENDING, w);
	(void)close(w->staging);
	w->staging = -1;
	r = sync_folder(w, d);
	return r < 0 ? r : settle(w, false, d);
}

void idx_write_close(struct idx_write *w)
{
	for (unsigned i = 0; i < w->n; i++)
		if (w->fds[i] >= 0)
			(void)close(w->fds[i]);
	if (w->staging >= 0) {
		(void)close(w->staging);
		remove_folder(w->fd, w->name);
	}
	(void)close(w->fd);
}
