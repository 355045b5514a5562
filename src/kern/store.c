/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Blocks of facts in the user's cache: see store.h. */
#include "kern/store.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>

#include "base/text.h"

#define FOLDER "facts"
#define SECOND INT64_C(1000000000)

void kern_block_fini(struct kern_block *b)
{
	if (b->map)
		(void)munmap(b->map, b->map_n);
	bytes_fini(&b->owned);
	*b = (struct kern_block){ 0 };
}

static int64_t nanoseconds(struct timespec t)
{
	return (int64_t)t.tv_sec * SECOND + t.tv_nsec;
}

char *store_key(const char *path, const struct stat *st)
{
	char *key = NULL;

	if (asprintf(&key, "%llx:%llx:%llx:%llx:%llx:%s",
		     (unsigned long long)st->st_dev,
		     (unsigned long long)st->st_ino,
		     (unsigned long long)st->st_size,
		     (unsigned long long)nanoseconds(st->st_mtim),
		     (unsigned long long)nanoseconds(st->st_ctim), path) < 0)
		return NULL;
	return key;
}

/* The path at the end of a key. */
static const char *key_path(const char *key)
{
	for (unsigned i = 0; i < 5; i++) {
		key = strchr(key, ':');
		if (!key)
			return "";
		key++;
	}
	return key;
}

bool store_too_young(const struct stat *st)
{
	int64_t changed = nanoseconds(st->st_ctim);
	/* File systems without fractions tick every second or two. */
	int64_t tick = st->st_ctim.tv_nsec ? SECOND / 50 : 2 * SECOND;
	struct timespec now;

	(void)clock_gettime(CLOCK_REALTIME, &now);
	return changed >= nanoseconds(now) - tick;
}

/* Maps a file that is a block. Return: 0, -ENOENT or -EBADMSG. */
static int open_block(const char *path, struct kern_block *ret)
{
	_cleanup_block_ struct kern_block b = { 0 };
	_cleanup_close_ int fd =
		open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
	struct stat st;

	if (fd < 0 || fstat(fd, &st) < 0)
		return -ENOENT;
	if (!S_ISREG(st.st_mode) || st.st_size <= 0 ||
	    (uint64_t)st.st_size > UINT32_MAX)
		return -EBADMSG;
	b.map_n = (size_t)st.st_size;
	b.map = mmap(NULL, b.map_n, PROT_READ, MAP_PRIVATE, fd, 0);
	if (b.map == MAP_FAILED) {
		b.map = NULL;
		return -ENOENT;
	}
	if (facts_view((struct span){ b.map, b.map_n }, &b.facts) < 0)
		return -EBADMSG;
	*ret = b;
	b = (struct kern_block){ 0 };
	return 0;
}

static char *file_of(const char *kind, const char *key)
{
	_cleanup_free_ char *dir = NULL;
	char *path = NULL;

	if (cache_dir(FOLDER, &dir, NULL) < 0 ||
	    asprintf(&path, "%s/%s-%016llx", dir, kind,
		     (unsigned long long)facts_hash(key, strlen(key))) < 0)
		return NULL;
	return path;
}

int store_open(const char *kind, const char *key, struct kern_block *ret)
{
	_cleanup_free_ char *path = file_of(kind, key);
	_cleanup_block_ struct kern_block b = { 0 };

	if (!path || open_block(path, &b) < 0 || !str_eq(b.facts.key, key))
		return -ENOENT;
	*ret = b;
	b = (struct kern_block){ 0 };
	return 0;
}

/* One that will not be asked for again: not of use, or of another time. */
static bool is_waste(const char *path, const char *name, const char *kind,
		     const char *key)
{
	_cleanup_block_ struct kern_block b = { 0 };
	size_t n = strlen(kind);

	/* Half a file, left by somebody who was killed an hour ago. */
	if (name[0] == '.') {
		struct stat st;

		return stat(path, &st) < 0 || st.st_mtime + 3600 < time(NULL);
	}
	if (open_block(path, &b) < 0)
		return true;

	const char *about = key_path(b.facts.key);

	if (!path_exists(about))
		return true;
	return !strncmp(name, kind, n) && name[n] == '-' &&
	       str_eq(about, key_path(key)) && !str_eq(b.facts.key, key);
}

static void sweep(const char *dir, const char *kind, const char *key)
{
	DIR *dp = opendir(dir);

	if (!dp)
		return;
	for (struct dirent *e; (e = readdir(dp));) {
		_cleanup_free_ char *path = NULL;

		if (str_dot(e->d_name) ||
		    asprintf(&path, "%s/%s", dir, e->d_name) < 0) {
			path = NULL;
			continue;
		}
		if (is_waste(path, e->d_name, kind, key))
			(void)unlink(path);
	}
	(void)closedir(dp);
}

/* Not synced: what a crash leaves has a wrong sum. */
static bool write_beside(const char *dir, const char *path, struct span block)
{
	_cleanup_free_ char *temp = NULL;

	if (asprintf(&temp, "%s/.new-XXXXXX", dir) < 0) {
		temp = NULL;
		return false;
	}

	_cleanup_close_ int fd = mkostemp(temp, O_CLOEXEC);

	if (fd < 0)
		return false;
	if (!fd_write_all(fd, block.p, block.n) && !fchmod(fd, 0644) &&
	    !rename(temp, path))
		return true;
	(void)unlink(temp);
	return false;
}

void store_write(const char *kind, const char *key, struct span block)
{
	_cleanup_free_ char *path = file_of(kind, key);
	_cleanup_free_ char *dir = path ? strdup(path) : NULL;

	if (!dir)
		return;
	dir[path_base(path) - path - 1] = 0;
	if (write_beside(dir, path, block))
		sweep(dir, kind, key);
}
