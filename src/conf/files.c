/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Which files of modprobe.d are read, in which order: see files.h. */
#include "conf/files.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <syslog.h>

#include "base/text.h"

/* More files than this are a mistake, or an attack. */
#define MAX_FILES 8192

static int add(struct conf_files *f, const char *dir, const char *name,
	       int err, bool folder)
{
	char *path;

	if (f->n == MAX_FILES)
		return -EFBIG;
	if (f->n == f->cap) {
		size_t cap = f->cap ? f->cap * 2 : 16;
		struct conf_file *v = reallocarray(f->v, cap, sizeof(*v));

		if (!v)
			return -ENOMEM;
		f->v = v;
		f->cap = cap;
	}
	if (asprintf(&path, "%s%s%s", dir, name ? "/" : "", name ? name : "") <
	    0)
		return -ENOMEM;
	f->v[f->n++] = (struct conf_file){
		.path = path, .name = path_base(path), .err = err,
		.folder = folder,
	};
	return 0;
}

static bool has_name(const struct conf_files *f, size_t n, const char *name)
{
	for (size_t i = 0; i < n; i++)
		if (str_eq(f->v[i].name, name))
			return true;
	return false;
}

/* The time of the last change, in ns. */
static int note(const struct conf_files_from *from, const char *path,
		const struct stat *st)
{
	if (!from->note)
		return 0;
	return from->note(from->arg, path,
			  (uint64_t)st->st_mtim.tv_sec * 1000000000U +
				  (uint64_t)st->st_mtim.tv_nsec);
}

static void say(const struct conf_files_from *from, int prio, const char *func,
		const char *fmt, ...) _printf_(4, 5);

static void say(const struct conf_files_from *from, int prio, const char *func,
		const char *fmt, ...)
{
	char text[8192];
	va_list ap;

	if (!from->say)
		return;
	va_start(ap, fmt);
	(void)vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	from->say(from->arg, prio, func, text);
}

static bool wanted(const char *name)
{
	return name[0] != '.' && strlen(name) > 5 && str_ends(name, ".conf");
}

static int find_in_folder(const struct conf_files_from *from,
			  struct conf_files *f, DIR *dir, const char *path)
{
	size_t higher = f->n;
	int err = 0;

	for (struct dirent *e; !err && (e = readdir(dir));) {
		struct stat st;

		if (!wanted(e->d_name) || has_name(f, higher, e->d_name))
			continue;
		if (fstatat(dirfd(dir), e->d_name, &st, 0)) {
			err = add(f, path, e->d_name, -errno, false);
		} else if (S_ISDIR(st.st_mode)) {
			say(from, LOG_ERR, "conf_files_filter_out",
				 "Directories inside directories are not supported: %s/%s",
				 path, e->d_name);
		} else {
			err = add(f, path, e->d_name, 0, false);
			if (!err)
				err = note(from, f->v[f->n - 1].path, &st);
		}
	}
	return err;
}

static int find_in(const struct conf_files_from *from, struct conf_files *f,
		   const char *path)
{
	struct stat st;

	if (stat(path, &st)) {
		say(from, LOG_DEBUG, "conf_files_list",
			 "could not stat '%s': %s", path, strerror(errno));
		return 0;
	}

	int err = note(from, path, &st);

	if (err)
		return err;
	if (!S_ISDIR(st.st_mode))
		return has_name(f, f->n, path_base(path)) ?
			       0 :
			       add(f, path, NULL, 0, false);

	DIR *dir = opendir(path);

	if (!dir) {
		say(from, LOG_ERR, "conf_files_list",
			 "could not open directory '%s': %s", path,
			 strerror(errno));
		return 0;
	}
	err = find_in_folder(from, f, dir, path);
	(void)closedir(dir);
	return err;
}

/* What the modules say of themselves sorts among the user's files. */
static int find_in_modules(struct conf_files *f, const char *folder)
{
	int err = add(f, folder, "modules.softdep", 0, true);

	return err ? err : add(f, folder, "modules.weakdep", 0, true);
}

static int by_name(const void *a, const void *b)
{
	const struct conf_file *x = a, *y = b;

	return strcmp(x->name, y->name);
}

int conf_files_find(const struct conf_files_from *from,
		    struct conf_files *ret)
{
	int err = 0;

	for (const char *const *path = from->paths; !err && *path; path++)
		err = find_in(from, ret, *path);
	if (!err && from->folder)
		err = find_in_modules(ret, from->folder);
	if (!err && ret->n)
		qsort(ret->v, ret->n, sizeof(*ret->v), by_name);
	return err;
}

void conf_files_fini(struct conf_files *f)
{
	for (size_t i = 0; i < f->n; i++)
		free(f->v[i].path);
	free(f->v);
	*f = (struct conf_files){ 0 };
}

int conf_file_bytes(const char *path, size_t limit, struct bytes *ret,
		    struct diag *d)
{
	_cleanup_close_ int fd =
		open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	struct stat st;

	if (fd < 0)
		return diag_fail(d, errno, "%s", strerror(errno));
	if (fstat(fd, &st))
		return diag_fail(d, errno, "%s", strerror(errno));
	/* /dev/null is a configuration without a line. */
	if (!S_ISREG(st.st_mode) && !S_ISCHR(st.st_mode))
		return diag_fail(d, EINVAL, "not a regular file");
	return file_read_fd(fd, path, limit, ret, d);
}
