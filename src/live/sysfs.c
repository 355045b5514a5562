/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Reading /sys/module: see sysfs.h. Mirrors kernel/module/sysfs.c. */
#include "live/sysfs.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "base/text.h"

/* One page: no attribute of sysfs is larger. */
#define ATTR_MAX 4096

/* Bounds for a folder that is not the kernel's. */
#define ENTRIES_MAX 65536

bool live_name_normal(const char *name, char ret[LIVE_NAME_MAX])
{
	size_t n = strlen(name);

	if (!n || n >= LIVE_NAME_MAX || str_dot(name) || strchr(name, '/'))
		return false;
	for (size_t i = 0; i <= n; i++)
		ret[i] = name[i] == '-' ? '_' : name[i];
	return true;
}

/* A module that vanishes makes ENODEV of an attribute that is open. */
static int gone(int err)
{
	return err == ENODEV ? -ENOENT : -err;
}

static int sys_fail(struct diag *d, int err, const char *what)
{
	err = -gone(err);
	(void)diag_fail(d, err, "cannot read: %s", strerror(err));
	(void)diag_in(d, "%s", what);
	return -err;
}

/* An attribute as text without its line end. Return: 0 or -errno. */
static int attr_read(int dir, const char *name, char buf[ATTR_MAX + 1])
{
	_cleanup_close_ int fd = openat(dir, name, O_RDONLY | O_CLOEXEC);
	ssize_t n;

	if (fd < 0)
		return gone(errno);

	/* sysfs gives an attribute whole, in one piece. */
	do
		n = read(fd, buf, ATTR_MAX);
	while (n < 0 && errno == EINTR);
	if (n < 0)
		return gone(errno);
	while (n && buf[n - 1] == '\n')
		n--;
	buf[n] = '\0';
	return 0;
}

static int attr_u64(int dir, const char *name, uint64_t *ret, struct diag *d)
{
	char buf[ATTR_MAX + 1];
	int r = attr_read(dir, name, buf);

	if (r == -ENOENT) {
		*ret = 0;
		return 0;
	}
	if (r)
		return sys_fail(d, -r, name);
	if (!str_to_u64(buf, UINT64_MAX, ret))
		return diag_fail(d, EBADMSG, "%s: found '%.60s', wanted a number",
				 name, buf);
	return 0;
}

static int attr_refcnt(int dir, bool *counted, long *refcnt, struct diag *d)
{
	char buf[ATTR_MAX + 1];
	int r = attr_read(dir, "refcnt", buf);

	*refcnt = -1;
	*counted = false;
	if (r == -ENOENT)
		return 0;
	if (r)
		return sys_fail(d, -r, "refcnt");
	*counted = true;

	uint64_t v;
	bool minus = buf[0] == '-';

	if (!str_to_u64(buf + minus, INT32_MAX, &v))
		return diag_fail(d, EBADMSG,
				 "refcnt: found '%.60s', wanted a number", buf);
	*refcnt = minus ? -(long)v : (long)v;
	return 0;
}

static int attr_text(int dir, const char *name, struct arena *a,
		     const char **ret, struct diag *d)
{
	char buf[ATTR_MAX + 1];
	int r = attr_read(dir, name, buf);

	if (r && r != -ENOENT)
		return sys_fail(d, -r, name);
	*ret = arena_strdup(a, r ? "" : buf);
	return *ret ? 0 : diag_fail(d, ENOMEM, "no memory");
}

static int by_name(const void *x, const void *y)
{
	return strcmp(*(const char *const *)x, *(const char *const *)y);
}

/* The names in a folder, in its order. Return: 0; -ENOENT: no such folder. */
static int names_in(int at, const char *name, struct strv *ret)
{
	int fd = openat(at, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	if (fd < 0)
		return gone(errno);

	DIR *dir = fdopendir(fd);
	int r = 0;

	if (!dir) {
		(void)close(fd);
		return -ENOMEM;
	}
	for (;;) {
		errno = 0;

		const struct dirent *e = readdir(dir);

		if (!e) {
			r = gone(errno);
			break;
		}
		if (str_dot(e->d_name))
			continue;
		r = ret->n < ENTRIES_MAX ? strv_add(ret, e->d_name) : -EFBIG;
		if (r)
			break;
	}
	(void)closedir(dir);
	return r;
}

/* -ENOENT: there is no such folder. */
static int read_holders(int dir, struct arena *a, const char ***ret,
			size_t *ret_n, struct diag *d)
{
	_cleanup_strv_ struct strv l = { 0 };
	int r = names_in(dir, "holders", &l);

	if (r)
		return r == -ENOENT ? r : sys_fail(d, -r, "holders");
	if (!l.n)
		return 0;

	const char **v = arena_array(a, l.n, sizeof(*v));

	if (!v)
		return diag_fail(d, ENOMEM, "no memory");
	for (size_t i = 0; i < l.n; i++) {
		v[i] = arena_strdup(a, l.v[i]);
		if (!v[i])
			return diag_fail(d, ENOMEM, "no memory");
	}
	*ret = v;
	*ret_n = l.n;
	return 0;
}

static int read_initstate(int dir, enum live_initstate *ret, struct diag *d)
{
	static const char *const name[] = {
		[LIVE_INIT_LIVE] = "live",
		[LIVE_INIT_COMING] = "coming",
		[LIVE_INIT_GOING] = "going",
	};
	char buf[ATTR_MAX + 1];
	int r = attr_read(dir, "initstate", buf);

	*ret = LIVE_INIT_BUILTIN;
	if (r == -ENOENT)
		return 0;
	if (r)
		return sys_fail(d, -r, "initstate");
	for (size_t i = LIVE_INIT_LIVE; i < ARRAY_SIZE(name); i++)
		if (str_eq(buf, name[i])) {
			*ret = (enum live_initstate)i;
			return 0;
		}
	return diag_fail(d, EBADMSG,
			 "initstate: found '%.60s', wanted live, coming or going",
			 buf);
}

/* Opens ROOT/sys/module/NAME. Return: the fd, or -errno. */
static int open_module(const char *root, const char *name, struct diag *d)
{
	char normal[LIVE_NAME_MAX];
	_cleanup_text_ struct text path = { 0 };

	if (!live_name_normal(name, normal))
		return diag_fail(d, EINVAL, "'%.80s' is no module name", name);
	text_addf(&path, "%s/sys/module/%s", root, normal);
	if (path.failed)
		return diag_fail(d, ENOMEM, "no memory");

	int fd = open(text_str(&path), O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	return fd < 0 ? sys_fail(d, errno, text_str(&path)) : fd;
}

/*
 * Was it there to the end? An attribute that was missing because the module
 * was going away must not pass for "has none".
 */
static int still_there(int dir, enum live_initstate was, const char *root,
		       const char *name, struct diag *d)
{
	if (was != LIVE_INIT_BUILTIN)
		return faccessat(dir, "initstate", F_OK, 0) ?
			       sys_fail(d, ENOENT, "initstate") :
			       0;

	_cleanup_close_ int again = open_module(root, name, d);

	return again < 0 ? again : 0;
}

int live_sysfs_read(const char *root, const char *name, struct arena *a,
		    struct live_sysfs *ret, struct diag *d)
{
	_cleanup_close_ int dir = open_module(root, name, d);
	struct live_sysfs s = { 0 };
	int r;

	if (dir < 0)
		return dir;
	r = read_holders(dir, a, &s.holders, &s.n_holders, d);
	if ((r && r != -ENOENT) ||
	    (r = read_initstate(dir, &s.initstate, d)) ||
	    (r = attr_refcnt(dir, &s.counted, &s.refcnt, d)) ||
	    (r = attr_u64(dir, "coresize", &s.coresize, d)) ||
	    (r = attr_u64(dir, "initsize", &s.initsize, d)) ||
	    (r = attr_text(dir, "taint", a, &s.taint, d)) ||
	    (r = attr_text(dir, "version", a, &s.version, d)) ||
	    (r = still_there(dir, s.initstate, root, name, d))) {
		(void)diag_in(d, "/sys/module/%s", name);
		return r;
	}
	*ret = s;
	return 0;
}

int live_sysfs_usage(const char *root, const char *name, struct arena *a,
		     struct live_usage *ret, struct diag *d)
{
	_cleanup_close_ int dir = open_module(root, name, d);
	struct live_usage u = { 0 };
	int r;

	if (dir < 0)
		return dir;

	/* The holders last: all loaded modules have the folder to the end. */
	if ((r = attr_u64(dir, "coresize", &u.coresize, d)) ||
	    (r = attr_refcnt(dir, &u.counted, &u.refcnt, d)))
		return r;
	r = read_holders(dir, a, &u.holders, &u.n_holders, d);
	if (r == -ENOENT)
		return sys_fail(d, ENOENT, "holders");
	if (r)
		return r;
	*ret = u;
	return 0;
}

int live_sysfs_attr(const char *root, const char *name, const char *attr,
		    char *ret, size_t size)
{
	_cleanup_close_ int dir = open_module(root, name, NULL);
	char buf[ATTR_MAX + 1];

	if (dir < 0)
		return dir;

	int r = attr_read(dir, attr, buf);

	if (!r)
		(void)snprintf(ret, size, "%s", buf);
	return r;
}

int live_sysfs_holders(const char *root, const char *name, struct arena *a,
		       const char ***ret, size_t *ret_n, struct diag *d)
{
	_cleanup_close_ int dir = open_module(root, name, d);
	const char **v = NULL;
	size_t n = 0;
	int r = dir < 0 ? dir : read_holders(dir, a, &v, &n, d);

	if (r)
		return r;
	*ret = v;
	*ret_n = n;
	return 0;
}

int live_sysfs_attrs(const char *root, const char *name, const char *dir,
		     struct arena *a, struct live_attrs *ret, struct diag *d)
{
	_cleanup_close_ int mod = open_module(root, name, d);
	_cleanup_strv_ struct strv l = { 0 };

	if (mod < 0)
		return mod;

	int r = names_in(mod, dir, &l);

	if (r && r != -ENOENT)
		return sys_fail(d, -r, dir);
	if (l.n)
		qsort(l.v, l.n, sizeof(*l.v), by_name);

	_cleanup_close_ int sub =
		r ? -1 : openat(mod, dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	struct live_attrs attrs = { 0 };

	attrs.v = arena_array(a, l.n + 1, sizeof(*attrs.v));
	if (!attrs.v)
		return diag_fail(d, ENOMEM, "no memory");
	for (size_t i = 0; sub >= 0 && i < l.n; i++) {
		struct live_attr *one = &attrs.v[attrs.n++];
		char buf[ATTR_MAX + 1];

		one->name = arena_strdup(a, l.v[i]);
		if (!one->name)
			return diag_fail(d, ENOMEM, "no memory");
		if (attr_read(sub, l.v[i], buf))
			continue;
		one->value = arena_strdup(a, buf);
		if (!one->value)
			return diag_fail(d, ENOMEM, "no memory");
	}
	*ret = attrs;
	return 0;
}
