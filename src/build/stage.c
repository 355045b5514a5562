// SPDX-License-Identifier: GPL-2.0-or-later
/* A private folder that make can build in: see stage.h. */
#include "build/stage.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "build/kmake.h"

/* More than any module has; a home folder named by mistake has more. */
static const unsigned max_files = 20000, max_depth = 24, max_beside = 2000;
/* The largest header of the kernel has 20 MB. */
static const size_t max_source = 64 << 20;

static int no_memory(struct diag *d)
{
	return diag_fail(d, ENOMEM, "out of memory");
}

void build_stage_fini(struct build_stage *s)
{
	if (s->dir)
		(void)!tree_remove(s->dir, NULL);
	free(s->dir);
	free(s->module);
	strv_fini(&s->map.from);
	strv_fini(&s->map.to);
	*s = (struct build_stage){ 0 };
}

static int add_map(struct build_stage *s, const char *from, const char *to,
		   struct diag *d)
{
	if (strv_add(&s->map.from, from) < 0 || strv_add(&s->map.to, to) < 0)
		return no_memory(d);
	return 0;
}

void build_stage_user_path(const struct build_stage *s, const char *path,
			   size_t n, struct text *ret)
{
	_cleanup_free_ char *full = NULL;
	size_t best = SIZE_MAX, best_len = 0;

	if (asprintf(&full, "%s%s%.*s", *path == '/' ? "" : s->module,
		     *path == '/' ? "" : "/", (int)n, path) < 0) {
		full = NULL;
		ret->failed = true;
		return;
	}
	for (size_t i = 0; i < s->map.from.n; i++) {
		const char *from = s->map.from.v[i];
		size_t len = strlen(from);
		char next = str_starts(full, from) ? full[len] : 'x';

		if ((next == '/' || !next) && len > best_len) {
			best = i;
			best_len = len;
		}
	}
	if (best == SIZE_MAX)
		return text_add_bytes(ret, path, n);

	/* "./a.h" of the current folder is the user's "a.h". */
	if (str_eq(s->map.to.v[best], ".") && full[best_len] == '/')
		return text_add(ret, full + best_len + 1);
	text_add(ret, s->map.to.v[best]);
	text_add(ret, full + best_len);
}

/* make takes spaces and colons apart, so the folder may have none. */
static int private_folder(struct build_stage *s, struct diag *d)
{
	int r = dir_temp("build", &s->dir, d);

	if (r < 0)
		return r;

	_cleanup_free_ char *real = realpath(s->dir, NULL);

	if (real && !build_kmake_splits(real) && !strchr(real, '%')) {
		free(s->dir);
		s->dir = take_ptr(real);
	} else {
		(void)rmdir(s->dir);
		free(s->dir);
		s->dir = strdup("/tmp/lkm-build.XXXXXX");
		if (!s->dir)
			return no_memory(d);
		if (!mkdtemp(s->dir)) {
			int err = errno;

			diag_fail(d, err,
				  "cannot make a folder that make can work in, without spaces in its name: %s",
				  strerror(err));
			diag_in(d, "/tmp");
			free(s->dir);
			s->dir = NULL;
			return -err;
		}
	}
	if (asprintf(&s->module, "%s/t/m", s->dir) < 0) {
		s->module = NULL;
		return no_memory(d);
	}
	return dir_make(s->module, d);
}

static int make_link(const char *target, const char *path, struct diag *d)
{
	if (symlink(target, path) == 0)
		return 0;

	int err = errno;

	diag_fail(d, err, "cannot make a link: %s", strerror(err));
	return diag_in(d, "%s", path);
}

/* A module's name is its file's: letters, digits, '-' and '_'. */
static bool is_module_name(const char *base)
{
	static const char ok[] =
		"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-";
	size_t n = strspn(base, ok);

	return n && str_eq(base + n, ".c");
}

/* The user's folder part of a path: "src" of "src/a.c", "." of "a.c". */
static char *folder_of(const char *path)
{
	const char *slash = strrchr(path, '/');

	if (!slash)
		return strdup(".");
	return strndup(path, slash == path ? 1 : (size_t)(slash - path));
}

/*
 * One C file: a link to it, and a link to its folder. Its own headers are
 * found through the latter, by -I.
 */
static int stage_file(struct build_stage *s, const char *path, size_t i,
		      struct text *kbuild, struct diag *d)
{
	const char *base = path_base(path);
	_cleanup_free_ char *real = realpath(path, NULL);
	_cleanup_free_ char *dir = folder_of(path), *real_dir = NULL;
	_cleanup_free_ char *link = NULL, *inc = NULL;

	if (!real) {
		int err = errno;

		diag_fail(d, err, "%s", strerror(err));
		return diag_in(d, "%s", path);
	}
	if (!is_module_name(base)) {
		diag_fail(d, EINVAL,
			  "no module can have this name: found '%s', wanted letters, digits, '-' and '_', then '.c'",
			  base);
		diag_hint(d, "rename the file");
		return diag_in(d, "%s", path);
	}
	if (!dir || !(real_dir = realpath(dir, NULL)) ||
	    asprintf(&link, "%s/%s", s->module, base) < 0 ||
	    asprintf(&inc, "%s/i/%zu", s->dir, i) < 0)
		return no_memory(d);
	if (path_exists(link)) {
		diag_fail(d, EINVAL, "two files are named '%s'", base);
		diag_hint(d, "a module's name is its file's: build them one after the other, or rename one");
		return diag_in(d, "%s", path);
	}

	int r = file_check_regular(path, max_source, d);

	if (!r)
		r = make_link(real, link, d);
	if (!r)
		r = make_link(real_dir, inc, d);
	if (!r)
		r = add_map(s, link, path, d);
	if (!r)
		r = add_map(s, inc, dir, d);
	if (r < 0)
		return r;

	int stem = (int)strlen(base) - 2;

	text_addf(kbuild, "obj-m += %.*s.o\nCFLAGS_%.*s.o += -I%s\n", stem,
		  base, stem, base, inc);
	return 0;
}

static int stage_files(struct build_stage *s, const char *const *paths,
		       size_t n, struct diag *d)
{
	_cleanup_text_ struct text kbuild = { 0 };
	_cleanup_free_ char *inc = NULL, *path = NULL;
	int r;

	if (asprintf(&inc, "%s/i", s->dir) < 0 ||
	    asprintf(&path, "%s/Kbuild", s->module) < 0)
		return no_memory(d);
	r = dir_make(inc, d);
	for (size_t i = 0; !r && i < n; i++)
		r = stage_file(s, paths[i], i, &kbuild, d);
	if (!r && kbuild.failed)
		r = no_memory(d);
	return r ? r : file_write(path, kbuild.p, kbuild.n, 0644, d);
}

/* What an earlier build left, and what no build needs. */
static bool is_product(const char *name)
{
	static const char *const ends[] = { ".o", ".ko", ".mod", ".mod.c",
					    ".cmd", ".o.d", ".order" };

	if (name[0] == '.' || str_eq(name, "Module.symvers"))
		return true;
	for (size_t i = 0; i < ARRAY_SIZE(ends); i++)
		if (str_ends(name, ends[i]))
			return true;
	return false;
}

/* What make or the compiler will open, wherever it lies. */
static bool is_read(const char *name)
{
	static const char *const ends[] = { ".c", ".h", ".S", ".rs", ".mk" };

	for (size_t i = 0; i < ARRAY_SIZE(ends); i++)
		if (str_ends(name, ends[i]))
			return true;
	return str_eq(name, "Kbuild") || str_eq(name, "Makefile");
}

/* A link to nowhere is for make to tell of, and one to a folder may be. */
static int check_read(const char *path, const char *name, struct diag *d)
{
	struct stat st;

	if (!is_read(name) || stat(path, &st) < 0 || S_ISDIR(st.st_mode))
		return 0;
	return file_check_regular(path, max_source, d);
}

static int unreadable(const char *folder, int err, struct diag *d)
{
	diag_fail(d, err, "cannot read the folder: %s", strerror(err));
	diag_hint(d, "'ls -ld' it: it and the folders above must be readable by you");
	diag_in(d, "%s", folder);
	return -err;
}

/* Folders are made anew, files are linked. Links in the source stay links. */
static int farm(const char *from, const char *to, const struct stat *self,
		unsigned depth, unsigned *left, struct diag *d)
{
	DIR *dp = opendir(from);
	int more = 0, r = 0;

	if (!dp)
		return unreadable(from, errno, d);
	for (struct dirent *e; !r && (more = dir_next(dp, &e)) > 0;) {
		_cleanup_free_ char *a = NULL, *b = NULL;
		struct stat st;

		if (is_product(e->d_name))
			continue;
		if (!*left || !depth) {
			diag_fail(d, E2BIG,
				  "holds more than %u files or is deeper than %u folders: no module does",
				  max_files, max_depth);
			diag_hint(d, "name the folder that the module's Kbuild file lies in");
			r = diag_in(d, "%s", from);
			break;
		}
		--*left;
		if (asprintf(&a, "%s/%s", from, e->d_name) < 0 ||
		    asprintf(&b, "%s/%s", to, e->d_name) < 0) {
			r = no_memory(d);
			break;
		}
		/* TMPDIR may lie in the folder, and we in it. */
		if (lstat(a, &st) < 0 || (st.st_dev == self->st_dev &&
					  st.st_ino == self->st_ino))
			continue;
		r = check_read(a, e->d_name, d);
		if (r < 0)
			break;
		if (S_ISDIR(st.st_mode)) {
			r = dir_make(b, d);
			if (!r)
				r = farm(a, b, self, depth - 1, left, d);
		} else if (S_ISREG(st.st_mode) || S_ISLNK(st.st_mode)) {
			r = make_link(a, b, d);
		}
	}
	(void)closedir(dp);
	return r || more >= 0 ? r : unreadable(from, -more, d);
}

/* Sources may say ../common/x.h: what lies beside the folder is linked. */
static void link_beside(struct build_stage *s, const char *real)
{
	_cleanup_free_ char *parent = folder_of(real);
	DIR *dp = parent ? opendir(parent) : NULL;
	unsigned left = max_beside;

	if (!dp)
		return;
	for (struct dirent *e; left-- && (e = readdir(dp));) {
		_cleanup_free_ char *a = NULL, *b = NULL;

		if (e->d_name[0] == '.' || str_eq(e->d_name, "m") ||
		    str_eq(e->d_name, path_base(real)))
			continue;
		if (asprintf(&a, "%s/%s", parent, e->d_name) < 0 ||
		    asprintf(&b, "%s/t/%s", s->dir, e->d_name) < 0)
			break;
		(void)!symlink(a, b);
	}
	(void)closedir(dp);
}

static bool has(const char *dir, const char *name)
{
	_cleanup_free_ char *path = NULL;

	if (asprintf(&path, "%s/%s", dir, name) < 0) {
		path = NULL;
		return false;
	}
	return path_exists(path);
}

static int c_files(const char *dir, struct strv *ret)
{
	DIR *dp = opendir(dir);
	int r = 0;

	if (!dp)
		return 0;
	for (struct dirent *e; !r && (e = readdir(dp));)
		if (e->d_name[0] != '.' && str_ends(e->d_name, ".c") &&
		    !str_ends(e->d_name, ".mod.c"))
			r = strv_addf(ret, "%s/%s", dir, e->d_name);
	(void)closedir(dp);
	return r;
}

/* A folder without a Kbuild file: one C file is clear, several are not. */
static int stage_bare_folder(struct build_stage *s, const char *path,
			     struct diag *d)
{
	_cleanup_strv_ struct strv found = { 0 };

	if (c_files(path, &found) < 0)
		return no_memory(d);
	if (found.n == 1)
		return stage_files(s, (const char *const *)found.v, 1, d);
	if (found.n) {
		diag_fail(d, EINVAL,
			  "has %zu C files and neither Kbuild nor Makefile to say what they make",
			  found.n);
		diag_hint(d, "name the files: 'lkm build a.c b.c' makes a module of each; or write a Kbuild file: 'obj-m := NAME.o' and 'NAME-y := a.o b.o'");
	} else {
		diag_fail(d, EINVAL,
			  "has no source of a module: neither Kbuild nor Makefile nor a C file");
		diag_hint(d, "name a C file, or the folder that the module's Kbuild file lies in");
	}
	return diag_in(d, "%s", path);
}

static int stage_folder(struct build_stage *s, const char *path,
			struct diag *d)
{
	_cleanup_free_ char *real = realpath(path, NULL);
	_cleanup_free_ char *user = strdup(path);
	unsigned left = max_files;
	struct stat self;
	size_t n;
	int r;

	if (!real || !user || stat(s->dir, &self) < 0)
		return no_memory(d);
	/* What cannot be looked for is not missing. */
	if (access(path, R_OK | X_OK) < 0)
		return unreadable(path, errno, d);
	if (!has(path, "Kbuild") && !has(path, "Makefile"))
		return stage_bare_folder(s, path, d);
	for (n = strlen(user); n > 1 && user[n - 1] == '/';)
		user[--n] = 0;
	r = add_map(s, s->module, user, d);
	if (!r)
		r = farm(real, s->module, &self, max_depth, &left, d);
	link_beside(s, real);
	return r;
}

static int stage_all(struct build_stage *s, const char *const *paths,
		     size_t n, struct diag *d)
{
	for (size_t i = 0; i < n; i++) {
		struct stat st;

		if (stat(paths[i], &st) < 0) {
			int err = errno;

			diag_fail(d, err, "%s", strerror(err));
			return diag_in(d, "%s", paths[i]);
		}
		if (S_ISDIR(st.st_mode) && n > 1) {
			diag_fail(d, EINVAL,
				  "is a folder, beside %zu other paths", n - 1);
			diag_hint(d, "build one folder at a time, or C files together");
			return diag_in(d, "%s", paths[i]);
		}
		if (S_ISDIR(st.st_mode))
			return stage_folder(s, paths[i], d);
		if (str_ends(paths[i], ".ko")) {
			_cleanup_free_ char *word = str_word(paths[i]);

			diag_fail(d, EINVAL, "is built already");
			diag_hint(d, "'lkm try %s' tries it",
				  word ? word : "FILE");
			return diag_in(d, "%s", paths[i]);
		}
		if (!str_ends(paths[i], ".c")) {
			diag_fail(d, EINVAL,
				  "is neither a C file (.c) nor a folder");
			diag_hint(d, "give a .c file, or the folder of a Kbuild file or Makefile; 'lkm try' also takes a .ko file");
			return diag_in(d, "%s", paths[i]);
		}
	}
	return stage_files(s, paths, n, d);
}

int build_stage_make(const char *const *paths, size_t n,
		     struct build_stage *ret, struct diag *d)
{
	diag_spare(d);

	struct build_stage s = { 0 };
	int r = n ? private_folder(&s, d) :
		    diag_fail(d, EINVAL, "nothing is named to build");

	if (!r)
		r = stage_all(&s, paths, n, d);
	if (r < 0) {
		build_stage_fini(&s);
		return r;
	}
	*ret = s;
	return 0;
}
