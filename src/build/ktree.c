// SPDX-License-Identifier: GPL-2.0-or-later
/* A kernel's source tree, copied to where it can be built: see ktree.h. */
#include "build/ktree.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <fnmatch.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/child.h"
#include "base/file.h"
#include "base/text.h"

/* The largest source of a kernel has 25 MB. */
enum { DEPTH_MAX = 32, SOURCE_MAX = 256 << 20 };

static int no_memory(struct diag *d)
{
	return diag_fail(d, ENOMEM, "out of memory");
}

/* ------------------------------------------------------------- version */

/* The value of "NAME = value" at the start of a line; "" if there is none. */
static void make_value(const char *text, const char *name, char *buf, size_t n)
{
	size_t len = strlen(name);

	*buf = 0;
	for (const char *s = text; s; s = strchr(s, '\n')) {
		s += *s == '\n';
		if (strncmp(s, name, len))
			continue;

		const char *v = s + len + strspn(s + len, " \t");

		if (*v != '=')
			continue;
		v += 1 + strspn(v + 1, " \t");
		(void)snprintf(buf, n, "%.*s", (int)strcspn(v, " \t\r\n#"), v);
		return;
	}
}

static int no_tree(const char *dir, const char *missing, struct diag *d)
{
	diag_fail(d, EINVAL, "is no kernel's source tree: it has no %s",
		  missing);
	diag_hint(d, "name the top folder of an unpacked kernel source, the one with Kconfig and MAINTAINERS");
	return diag_in(d, "%s", dir);
}

int build_ktree_version(const char *dir, char *ret, size_t n, struct diag *d)
{
	diag_spare(d);

	static const char *const need[] = { "Kconfig", "kernel/Makefile",
					    "scripts/kconfig", "arch/x86",
					    "init/main.c" };
	_cleanup_bytes_ struct bytes b = { 0 };
	_cleanup_free_ char *path = NULL;
	char v[4][24];

	if (asprintf(&path, "%s/Makefile", dir) < 0) {
		path = NULL;
		return no_memory(d);
	}
	if (file_read_regular(path, 1 << 20, &b, NULL) < 0)
		return no_tree(dir, "Makefile", d);
	for (size_t i = 0; i < ARRAY_SIZE(need); i++) {
		_cleanup_free_ char *file = NULL;

		if (asprintf(&file, "%s/%s", dir, need[i]) < 0) {
			file = NULL;
			return no_memory(d);
		}
		if (!path_exists(file))
			return no_tree(dir, need[i], d);
	}
	make_value((char *)b.p, "VERSION", v[0], sizeof(v[0]));
	make_value((char *)b.p, "PATCHLEVEL", v[1], sizeof(v[1]));
	make_value((char *)b.p, "SUBLEVEL", v[2], sizeof(v[2]));
	make_value((char *)b.p, "EXTRAVERSION", v[3], sizeof(v[3]));
	for (size_t i = 0; i < 3; i++)
		if (!v[i][0] || v[i][strspn(v[i], "0123456789")])
			return no_tree(dir, "version in its Makefile", d);
	/* It becomes part of file names. */
	if (v[3][strspn(v[3], "abcdefghijklmnopqrstuvwxyz0123456789.+~-_")])
		v[3][0] = 0;
	if (snprintf(ret, n, "%s.%s.%s%s", v[0], v[1], v[2], v[3]) >= (int)n)
		return diag_fail(d, ENAMETOOLONG, "the version is too long");
	return 0;
}

/* ------------------------------------------------------ what is taken */

/*
 * Globs as tar and fnmatch(3) understand them: '*' goes across slashes. The
 * rest of these folders is Kconfig files and Makefiles, which stay.
 */
static const char *const left_out[] = {
	"Documentation/*/*.*",
	"arch/[!x]*/*.[chS]",
	"arch/[!x]*/*.dts*",
	"drivers/gpu/*.[chS]",
	"drivers/infiniband/*.[chS]",
	"drivers/media/*.[chS]",
	"drivers/net/*.[chS]",
	"drivers/scsi/*.[chS]",
	"drivers/staging/*.[chS]",
	"sound/*.[chS]",
	"tools/perf/*.*",
	"tools/testing/*.*",
};

/* What a build makes, and what is no source. */
static const char *const products[] = {
	"*.o",	  "*.ko",	 "*.a",		"*.mod", "*.mod.c", "*.cmd",
	"*.so",	  "*.so.dbg",	 "*/built-in.a", "*.order", "*.symvers",
	"*.lds",  "*.tmp",	 "*.orig",	"*.rej", "*~",
	".config*", ".git",	 ".version",	".tmp_*", "*/.tmp_*",
	"vmlinux*", "System.map", "include/config", "include/generated",
	"arch/x86/include/generated", "modules.builtin*",
	"arch/x86/boot/bzImage", "arch/x86/boot/vmlinux.bin",
	"debian/build", "GPATH", "GTAGS", "TAGS", "tags", "cscope*",
};

static bool any(const char *const *globs, size_t n, const char *path)
{
	for (size_t i = 0; i < n; i++)
		if (!fnmatch(globs[i], path, 0))
			return true;
	return false;
}

/* Is @path @folder, or below it? */
static bool below(const char *path, const char *folder)
{
	size_t n = strlen(folder);

	return !strncmp(path, folder, n) && (!path[n] || path[n] == '/');
}

bool build_ktree_left_out(const char *path, const char *keep)
{
	return !(keep && below(path, keep)) &&
	       any(left_out, ARRAY_SIZE(left_out), path);
}

static bool is_product(const char *path)
{
	return any(products, ARRAY_SIZE(products), path);
}

/* ----------------------------------------------------------------- copy */

struct sync {
	const char *from, *to, *keep;
	struct text a, b; /* the paths at work                            */
	struct diag *d;
};

static int fail(struct sync *s, int err, const char *what, const char *path)
{
	diag_fail(s->d, err, "cannot %s: %s", what, strerror(err));
	if (err == ENOSPC)
		diag_hint(s->d, "free some disk space, or set LKM_CACHE to a folder with more");
	diag_in(s->d, "%s", path);
	return -err;
}

/* Both paths below the roots. False: no memory. */
static bool at(struct sync *s, const char *rel)
{
	s->a.n = s->b.n = 0;
	text_addf(&s->a, "%s/%s", s->from, rel);
	text_addf(&s->b, "%s/%s", s->to, rel);
	return !s->a.failed && !s->b.failed;
}

static bool same_bytes(const char *a, const char *b)
{
	_cleanup_bytes_ struct bytes x = { 0 }, y = { 0 };

	return file_read_regular(a, SOURCE_MAX, &x, NULL) == 0 &&
	       file_read_regular(b, SOURCE_MAX, &y, NULL) == 0 && x.n == y.n &&
	       !memcmp(x.p, y.p, x.n);
}

/* Without fsync(2): eighty thousand of them are an hour, and it is a copy. */
static int copy_bytes(struct sync *s, mode_t mode)
{
	_cleanup_close_ int in = open(s->a.p, O_RDONLY | O_CLOEXEC);
	ssize_t n;

	if (in < 0)
		return fail(s, errno, "read", s->a.p);
	(void)unlink(s->b.p);

	_cleanup_close_ int out = open(
		s->b.p, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC,
		(mode & 0777) | 0600);

	if (out < 0)
		return fail(s, errno, "write", s->b.p);
	do
		n = copy_file_range(in, NULL, out, NULL, 1 << 30, 0);
	while (n > 0);
	if (n < 0 && errno != EXDEV && errno != EINVAL && errno != ENOSYS)
		return fail(s, errno, "copy", s->b.p);
	if (n < 0) {
		_cleanup_bytes_ struct bytes b = { 0 };
		int r = file_read_fd(in, s->a.p, SOURCE_MAX, &b, s->d);

		if (!r)
			r = fd_write_all(out, b.p, b.n);
		if (r < 0)
			return fail(s, -r, "copy", s->b.p);
	}
	return 0;
}

/* A program that was built there: objtool, fixdep, modpost. */
static bool is_program(const char *path, const struct stat *st)
{
	_cleanup_close_ int fd = -1;
	char head[4];

	if (!(st->st_mode & 0100))
		return false;
	fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	return fd >= 0 && read(fd, head, sizeof(head)) == sizeof(head) &&
	       !memcmp(head, "\177ELF", sizeof(head));
}

static int sync_file(struct sync *s, const struct stat *st)
{
	struct stat old;

	if (is_program(s->a.p, st))
		return 0;
	if (lstat(s->b.p, &old) == 0 && S_ISREG(old.st_mode) &&
	    old.st_size == st->st_size &&
	    (old.st_mode & 0100) == (st->st_mode & 0100) &&
	    same_bytes(s->a.p, s->b.p))
		return 0;
	return copy_bytes(s, st->st_mode);
}

static int sync_link(struct sync *s)
{
	char target[4096], old[4096];
	ssize_t n = readlink(s->a.p, target, sizeof(target) - 1);
	ssize_t m = readlink(s->b.p, old, sizeof(old));

	if (n < 0)
		return fail(s, errno, "read the link", s->a.p);
	if (n == m && !memcmp(target, old, (size_t)n))
		return 0;
	target[n] = 0;
	(void)unlink(s->b.p);
	if (symlink(target, s->b.p) < 0)
		return fail(s, errno, "make a link", s->b.p);
	return 0;
}

/* The names in a folder. An unreadable or missing one has none. */
static int names_in(const char *path, struct strv *ret, struct diag *d)
{
	DIR *dp = opendir(path);
	int more = 0, r = 0;

	if (!dp)
		return 0;
	for (struct dirent *e; !r && (more = dir_next(dp, &e)) > 0;)
		if (!str_dot(e->d_name))
			r = strv_add(ret, e->d_name);
	(void)closedir(dp);
	if (r < 0)
		return no_memory(d);
	if (more < 0) {
		diag_fail(d, -more, "cannot read the folder: %s",
			  strerror(-more));
		diag_in(d, "%s", path);
	}
	return more;
}

static int sync_folder(struct sync *s, const char *rel, unsigned depth);

static int sync_one(struct sync *s, const char *rel, unsigned depth)
{
	struct stat st;
	bool link;
	int r;

	if (is_product(rel) || build_ktree_left_out(rel, s->keep))
		return 0;
	if (child_interrupted())
		return diag_fail(s->d, EINTR, "interrupted");
	if (!at(s, rel))
		return no_memory(s->d);
	if (lstat(s->a.p, &st) < 0)
		return fail(s, errno, "look at it", s->a.p);
	link = S_ISLNK(st.st_mode);
	if (S_ISDIR(st.st_mode))
		return sync_folder(s, rel, depth - 1);
	/* A link to a folder, or to what a build makes, is taken as it is. */
	if (link && (stat(s->a.p, &st) < 0 || S_ISDIR(st.st_mode)))
		return sync_link(s);
	r = file_check_regular(s->a.p, SOURCE_MAX, s->d);
	if (r < 0)
		return r;
	return link ? sync_link(s) : sync_file(s, &st);
}

static int sync_folder(struct sync *s, const char *rel, unsigned depth)
{
	_cleanup_strv_ struct strv names = { 0 };
	int r = 0;

	if (!depth)
		return fail(s, ELOOP, "go deeper", s->a.p);
	if (!at(s, rel))
		return no_memory(s->d);
	if (mkdir(s->b.p, 0755) < 0 && errno != EEXIST)
		return fail(s, errno, "make a folder", s->b.p);
	r = names_in(s->a.p, &names, s->d);
	for (size_t i = 0; !r && i < names.n; i++) {
		_cleanup_free_ char *path = NULL;

		if (asprintf(&path, "%s%s%s", rel, *rel ? "/" : "",
			     names.v[i]) < 0) {
			path = NULL;
			return no_memory(s->d);
		}
		r = sync_one(s, path, depth);
	}
	return r;
}

int build_ktree_sync(const char *from, const char *to, const char *keep,
		     struct diag *d)
{
	diag_spare(d);

	struct sync s = { .from = from, .to = to, .keep = keep, .d = d };
	int r = dir_make(to, d);

	if (!r)
		r = sync_folder(&s, "", DEPTH_MAX);
	text_fini(&s.a);
	text_fini(&s.b);
	return r;
}

/* ----------------------------------------------------------------- moved */

/* "cmd_/PATH/tools/objtool/check.o := ...": PATH is where it was built. */
static char *built_where(const char *text)
{
	/* The first one is made before fixdep is: it begins with a remark. */
	const char *cmd = strstr(text, "cmd_/");
	const char *tools = cmd ? strstr(cmd, "/tools/") : NULL;

	return tools ? strndup(cmd + 4, (size_t)(tools - cmd - 4)) : NULL;
}

/* One ".NAME.cmd": what make says it built, of what, and how. */
static int move_cmd(const char *path, const char *now, struct diag *d)
{
	_cleanup_bytes_ struct bytes b = { 0 };
	_cleanup_text_ struct text t = { 0 };
	_cleanup_free_ char *was = NULL;
	int r = file_read_regular(path, 16 << 20, &b, d);

	if (r < 0)
		return r;
	was = built_where((char *)b.p);
	if (!was || str_eq(was, now))
		return 0;

	const char *s = (char *)b.p;
	size_t n = strlen(was);

	for (const char *at; (at = strstr(s, was)); s = at + n) {
		text_add_bytes(&t, s, (size_t)(at - s));
		text_add(&t, now);
	}
	text_add(&t, s);
	if (t.failed)
		return no_memory(d);
	return file_write(path, t.p, t.n, 0644, d);
}

static int move_folder(const char *dir, const char *now, unsigned depth,
		       struct diag *d)
{
	_cleanup_strv_ struct strv names = { 0 };
	int r = depth ? names_in(dir, &names, d) : 0;

	for (size_t i = 0; !r && i < names.n; i++) {
		_cleanup_free_ char *path = NULL;
		struct stat st;

		if (child_interrupted())
			return diag_fail(d, EINTR, "interrupted");
		if (asprintf(&path, "%s/%s", dir, names.v[i]) < 0) {
			path = NULL;
			return no_memory(d);
		}
		if (lstat(path, &st) < 0)
			continue;
		if (S_ISDIR(st.st_mode))
			r = move_folder(path, now, depth - 1, d);
		else if (S_ISREG(st.st_mode) && names.v[i][0] == '.' &&
			 str_ends(path, ".cmd"))
			r = move_cmd(path, now, d);
	}
	return r;
}

int build_ktree_moved(const char *dir, const char *now, struct diag *d)
{
	diag_spare(d);

	_cleanup_free_ char *tools = NULL;

	if (asprintf(&tools, "%s/tools", dir) < 0) {
		tools = NULL;
		return no_memory(d);
	}
	return move_folder(tools, now, DEPTH_MAX, d);
}

/* --------------------------------------------------------------- tarball */

/* Keeps the first line, unless one tells of a full disk. */
static void keep_cause(void *arg, const char *line)
{
	struct text *t = arg;

	if (t->n && !strstr(line, "No space left"))
		return;
	t->n = 0;
	text_add(t, line);
}

int build_ktree_unpack(const char *tarball, const char *to, struct diag *d)
{
	diag_spare(d);

	_cleanup_strv_ struct strv argv = { 0 };
	_cleanup_text_ struct text cause = { 0 };
	const char *const env[] = { "LC_ALL=C", NULL };
	struct child_setup s = { .env = env, .no_input = true };
	int status, r = file_check_regular(tarball, SIZE_MAX, d);

	if (!r)
		r = dir_make(to, d);
	if (r < 0)
		return r;
	/* "a:b.tar" is no file of the machine a. */
	if (strv_add(&argv, "tar") < 0 ||
	    strv_add(&argv, "--force-local") < 0 ||
	    strv_add(&argv, "-xf") < 0 ||
	    strv_add(&argv, tarball) < 0 || strv_add(&argv, "-C") < 0 ||
	    strv_add(&argv, to) < 0 ||
	    strv_add(&argv, "--strip-components=1") < 0 ||
	    strv_add(&argv, "--no-same-owner") < 0 ||
	    strv_add(&argv, "--anchored") < 0 ||
	    strv_add(&argv, "--wildcards-match-slash") < 0)
		return no_memory(d);
	for (size_t i = 0; i < ARRAY_SIZE(left_out); i++)
		if (strv_addf(&argv, "--exclude=*/%s", left_out[i]) < 0)
			return no_memory(d);
	r = child_run((const char *const *)argv.v, &s, keep_cause, &cause,
		      &status, d);
	if (r < 0 || !status)
		return r;
	if (strstr(text_str(&cause), "No space left")) {
		diag_fail(d, ENOSPC, "cannot unpack: the disk is full");
		diag_hint(d, "free some disk space, or set LKM_CACHE to a folder with more");
	} else {
		diag_fail(d, EIO, "cannot unpack: %s", text_str(&cause));
		diag_hint(d, "name a tarball of a kernel's source, or fetch it again");
	}
	return diag_in(d, "%s", tarball);
}
