/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Walks the module folder as readdir(3) gives it, for of two equal files the
 * first one found counts, and kmod finds them in that order.
 */
#include "index/scan.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/file.h"
#include "base/text.h"
#include "index/order.h"

/* Deeper than any path that can be opened. */
#define MAX_DEPTH 1024

/* The folders that we are in, inside out. */
struct level {
	const struct level *up;
	dev_t dev;
	ino_t ino;
	unsigned depth;
};

struct scan {
	const char *folder;
	size_t folder_n;
	const struct depmod_conf *conf;
	const struct idx_tell *tell;
	bool external;
	struct text path; /* of the folder that we are in                 */
	struct idx_sources out;
	struct idx_source *v; /* grows; copied to out in the end           */
	size_t cap;
};

size_t idx_is_module(const char *name)
{
	static const char *const ends[] = { ".ko", ".ko.gz", ".ko.xz",
					    ".ko.zst" };

	for (size_t i = 0; i < ARRAY_SIZE(ends); i++)
		if (str_ends(name, ends[i]) && !str_eq(name, ends[i]))
			return strlen(name) - strlen(ends[i]) + 3;
	return 0;
}

static int no_memory(struct diag *d)
{
	return diag_fail(d, ENOMEM, "out of memory");
}

/* Room for one more. NULL: no memory. */
static struct idx_source *new_source(struct scan *s)
{
	if (s->out.n == s->cap) {
		size_t cap = s->cap ? s->cap * 2 : 1024;
		struct idx_source *v = realloc(s->v, cap * sizeof(*v));

		if (!v)
			return NULL;
		s->v = v;
		s->cap = cap;
	}
	return &s->v[s->out.n];
}

static int64_t nanoseconds(struct timespec t)
{
	return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

static int add_file(struct scan *s, const char *path, const struct stat *st,
		    struct diag *d)
{
	struct idx_source *f = new_source(s);

	if (!f)
		return no_memory(d);

	char *copy = arena_strdup(&s->out.a, path);
	char *name = copy ? idx_name_of(&s->out.a, copy) : NULL;

	if (!copy || !name)
		return no_memory(d);

	bool inside = !strncmp(copy, s->folder, s->folder_n) &&
		      copy[s->folder_n] == '/';

	*f = (struct idx_source){
		.path = copy,
		.rel = inside ? copy + s->folder_n + 1 : copy,
		.name = name,
		.size = (uint64_t)st->st_size,
		.ino = st->st_ino,
		.dev = st->st_dev,
		.mtime_ns = nanoseconds(st->st_mtim),
		.ctime_ns = nanoseconds(st->st_ctim),
		.external = s->external,
	};
	s->out.n++;
	return 0;
}

bool idx_scan_skips(const char *name)
{
	return str_dot(name) || str_eq(name, "build") ||
	       str_eq(name, "source");
}

static bool is_skipped(const struct scan *s, const char *name)
{
	if (idx_scan_skips(name))
		return true;
	for (size_t i = 0; i < s->conf->n_excludes; i++)
		if (str_eq(name, s->conf->excludes[i]))
			return true;
	return false;
}

static int walk(struct scan *s, int fd, const struct level *up,
		struct diag *d);

static int walk_into(struct scan *s, int at, const char *name,
		     const struct level *up, struct diag *d)
{
	int fd = openat(at, name, O_RDONLY | O_CLOEXEC | O_DIRECTORY);

	if (fd < 0) {
		idx_tell(s->tell, (struct idx_event){ .kind = IDX_EV_FOLDER,
						      .name = s->path.p,
						      .err = errno });
		return 0;
	}
	return walk(s, fd, up, d);
}

/* A device, a pipe or a socket with the name of a module. */
static int tell_no_file(const struct scan *s, mode_t mode)
{
	idx_tell(s->tell, (struct idx_event){ .kind = IDX_EV_NO_FILE,
					      .name = s->path.p,
					      .n = mode & S_IFMT });
	return 0;
}

/* One entry of a folder that may be a module, or another folder. */
static int visit(struct scan *s, int fd, const struct dirent *e,
		 const struct level *l, struct diag *d)
{
	size_t before = s->path.n;
	bool module = idx_is_module(e->d_name);
	unsigned type = e->d_type;
	struct stat st = { 0 };

	if (!module && type != DT_DIR && type != DT_LNK && type != DT_UNKNOWN)
		return 0;
	if (type != DT_DIR) {
		if (fstatat(fd, e->d_name, &st, 0) < 0) {
			idx_tell(s->tell,
				 (struct idx_event){ .kind = IDX_EV_DANGLING,
						     .name = e->d_name,
						     .by = s->path.p,
						     .n = l->depth,
						     .err = errno });
			return 0;
		}
		type = S_ISDIR(st.st_mode) ? DT_DIR :
		       S_ISREG(st.st_mode) ? DT_REG : DT_UNKNOWN;
	}
	text_add(&s->path, "/");
	text_add(&s->path, e->d_name);

	int r = s->path.failed	   ? no_memory(d)
		: type == DT_DIR   ? walk_into(s, fd, e->d_name, l, d)
		: !module	   ? 0
		: type == DT_REG   ? add_file(s, s->path.p, &st, d)
				   : tell_no_file(s, st.st_mode);

	s->path.n = before;
	s->path.p[before] = '\0';
	return r;
}

static bool is_loop(const struct level *l)
{
	for (const struct level *p = l->up; p; p = p->up)
		if (p->dev == l->dev && p->ino == l->ino)
			return true;
	return l->depth > MAX_DEPTH;
}

static void close_dir(DIR **dir)
{
	if (*dir)
		(void)closedir(*dir);
}

/* The folder s->path, open as @fd, which is closed. */
static int walk(struct scan *s, int fd, const struct level *up,
		struct diag *d)
{
	_cleanup_(close_dir) DIR *dir = fdopendir(fd);
	struct level here = { .up = up, .depth = up ? up->depth + 1 : 0 };
	struct stat st;
	int r = 0;

	if (!dir) {
		(void)close(fd);
		return no_memory(d);
	}
	if (fstat(fd, &st) < 0)
		return diag_fail(d, errno, "cannot read: %s", strerror(errno));
	here.dev = st.st_dev;
	here.ino = st.st_ino;
	if (is_loop(&here)) {
		idx_tell(s->tell, (struct idx_event){ .kind = IDX_EV_LOOP,
						      .name = s->path.p });
		return 0;
	}
	while (!r) {
		errno = 0;

		struct dirent *e = readdir(dir);

		/* Half a listing would make indexes of half the modules. */
		if (!e && errno)
			return diag_fail(d, errno, "could not list %s: %s",
					 s->path.p, strerror(errno));
		if (!e)
			break;
		if (!is_skipped(s, e->d_name))
			r = visit(s, fd, e, &here, d);
	}
	return r;
}

/* One folder, open as @fd, which is closed, and all below it. */
static int walk_top(struct scan *s, const char *path, int fd, struct diag *d)
{
	s->path.n = 0;
	text_add(&s->path, path);
	if (s->path.failed) {
		(void)close(fd);
		return no_memory(d);
	}
	return walk(s, fd, NULL, d);
}

/* The folder of an external line need not be there. */
static int walk_external(struct scan *s, const char *path, struct diag *d)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_DIRECTORY);

	if (fd >= 0)
		return walk_top(s, path, fd, d);
	idx_tell(s->tell, (struct idx_event){ .kind = IDX_EV_FOLDER,
					      .name = path, .err = errno });
	return 0;
}

static void scan_fini(struct scan *s)
{
	text_fini(&s->path);
	free(s->v);
	idx_sources_fini(&s->out);
}

/* What was found goes to @ret, in its order. */
static int finish(struct scan *s, struct idx_sources *ret, struct diag *d)
{
	int r = 0;

	s->out.v = s->v;
	if (s->conf)
		r = idx_choose(&s->out, s->conf, s->tell);
	if (!r)
		r = idx_order(&s->out, s->folder, s->tell);
	if (r < 0)
		return r == -ENOMEM ? no_memory(d) : r;
	s->out.v = arena_array(&s->out.a, s->out.n + 1, sizeof(*s->out.v));
	if (!s->out.v)
		return no_memory(d);
	if (s->out.n)
		memcpy(s->out.v, s->v, s->out.n * sizeof(*s->v));
	*ret = s->out;
	s->out = (struct idx_sources){ 0 };
	return 0;
}

int idx_scan(const char *folder, const struct depmod_conf *conf,
	     const struct idx_tell *tell, struct idx_sources *ret,
	     struct diag *d)
{
	_cleanup_(scan_fini) struct scan s = { .folder = folder,
					       .folder_n = strlen(folder),
					       .conf = conf,
					       .tell = tell };
	int fd = open(folder, O_RDONLY | O_CLOEXEC | O_DIRECTORY);

	if (fd < 0)
		return diag_fail(d, errno, "could not open directory %s: %s",
				 folder, strerror(errno));

	int r = walk_top(&s, folder, fd, d);

	/* The first file found counts, and kmod begins at the last line. */
	s.external = true;
	for (size_t i = conf->n_externals; !r && i > 0; i--)
		r = walk_external(&s, conf->externals[i - 1], d);
	return r < 0 ? r : finish(&s, ret, d);
}

int idx_scan_files(const char *folder, char *const *paths,
		   const struct idx_tell *tell, struct idx_sources *ret,
		   struct diag *d)
{
	_cleanup_(scan_fini) struct scan s = { .folder = folder,
					       .folder_n = strlen(folder),
					       .tell = tell };
	int r = 0;

	for (; !r && *paths; paths++) {
		struct stat st;

		if (stat(*paths, &st) < 0) {
			int err = errno;

			return diag_fail(d, err,
					 "could not create module %s: %s",
					 *paths, strerror(err));
		}
		r = add_file(&s, *paths, &st, d);
		for (size_t i = 0; !r && i + 1 < s.out.n; i++)
			if (str_eq(s.v[i].name, s.v[s.out.n - 1].name))
				r = diag_fail(d, EEXIST,
					      "could not add module %s: %s",
					      *paths, strerror(EEXIST));
	}
	return r < 0 ? r : finish(&s, ret, d);
}
