// SPDX-License-Identifier: GPL-2.0-or-later
/* Where the source of the minimal kernel comes from: see minimal.h. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/child.h"
#include "base/file.h"
#include "base/text.h"
#include "build/ktree.h"
#include "build/minimal_work.h"
#include "build/unpack.h"

static int no_memory(struct diag *d)
{
	return diag_fail(d, ENOMEM, "out of memory");
}

void minimal_tell(const struct minimal_work *w, const char *what)
{
	const struct build_progress *p = w->req->progress;

	if (p && p->fn)
		p->fn(p->arg, what, -1);
}

int minimal_path(char **ret, const char *dir, const char *name,
		 struct diag *d)
{
	if (asprintf(ret, "%s/%s", dir, name) >= 0)
		return 0;
	*ret = NULL;
	return no_memory(d);
}

/* FNV-1a. */
uint64_t minimal_config_hash(void)
{
	uint64_t h = 0xcbf29ce484222325ULL;

	for (const char *s = build_minimal_config(); *s; s++)
		h = (h ^ (unsigned char)*s) * 0x100000001b3ULL;
	return h;
}

/* "linux-source-6.1_6.1.192-2_all.deb" without its end. */
static void take_source(struct minimal_work *w, const char *file)
{
	const char *end = strrchr(file, '_');

	(void)snprintf(w->source, sizeof(w->source), "%.*s",
		       end ? (int)(end - file) : (int)strlen(file), file);
}

static int no_apt(const struct build_distro *o, struct diag *d)
{
	return diag_fail_hint(
		d, ENOSYS,
		"'lkm kernel build minimal --source FOLDER' takes the source of a kernel that you unpacked, such as one from https://kernel.org",
		"the distribution's kernel source is fetched with apt, which %s has not",
		o->name[0] ? o->name : "this system");
}

/* The package of the distribution's kernel source, in @pkgs. */
static int find_package(struct build_apt *a, const struct build_distro *o,
			struct strv *pkgs, struct diag *d)
{
	_cleanup_strv_ struct strv want = { 0 }, all = { 0 };
	int r = strv_add(&want, "linux-source") < 0 ? no_memory(d) : 0;

	if (!r)
		r = build_apt_update(a, d);
	if (!r)
		r = build_apt_closure(a, &want, &all, d);
	for (size_t i = 0; !r && i < all.n; i++)
		if (!str_eq(all.v[i], "linux-source") &&
		    strv_add(pkgs, all.v[i]) < 0)
			r = no_memory(d);
	if (r || pkgs->n)
		return r;
	return diag_fail_hint(
		d, ENOENT,
		"'--source FOLDER' takes the source of a kernel that you unpacked",
		"no package linux-source in %s",
		o->codename[0] ? o->codename : "the configured sources");
}

/* The tarball that a source package brings. */
static int find_tarball(const char *dir, const struct strv *pkgs, char **ret,
			struct diag *d)
{
	static const char *const ends[] = { ".tar.xz", ".tar.bz2", ".tar.gz",
					    ".tar.zst" };

	for (size_t i = 0; i < pkgs->n; i++)
		for (size_t j = 0; j < 2 * ARRAY_SIZE(ends); j++) {
			/* Ubuntu puts it into a folder of the same name. */
			const char *sub = j % 2 ? pkgs->v[i] : ".";

			if (asprintf(ret, "%s/usr/src/%s/%s%s", dir, sub,
				     pkgs->v[i], ends[j / 2]) < 0) {
				*ret = NULL;
				return no_memory(d);
			}
			if (path_exists(*ret))
				return 0;
			free(take_ptr(*ret));
		}
	return diag_fail(d, EPROTO, "the package %s has no tarball in usr/src",
			 pkgs->n ? pkgs->v[0] : "linux-source");
}

static int fetch(struct minimal_work *w, struct diag *d)
{
	_cleanup_apt_ struct build_apt a = { .lock = -1 };
	_cleanup_strv_ struct strv pkgs = { 0 }, files = { 0 };
	_cleanup_free_ char *deb = NULL, *tarball = NULL;
	_cleanup_free_ char *apt = child_which("apt-get");
	struct build_distro o;
	uint64_t bytes = 0;
	int r;

	build_distro_read("", &o);
	if (!apt)
		return no_apt(&o, d);
	r = minimal_path(&deb, w->dir, "deb", d);
	if (!r)
		r = dir_make(deb, d);
	if (!r)
		r = build_apt_open("", NULL, &o, w->req->progress, &a, d);
	if (!r)
		r = find_package(&a, &o, &pkgs, d);
	if (!r)
		r = build_apt_files(&a, &pkgs, &files, &bytes, d);
	if (!r)
		r = build_apt_download(&a, &pkgs, bytes, deb, d);
	if (r < 0)
		return r;
	take_source(w, files.n ? files.v[0] : "linux-source");
	minimal_tell(w, "unpacking the source");
	r = build_unpack(deb, &files, deb, d);
	if (!r)
		r = find_tarball(deb, &pkgs, &tarball, d);
	if (!r)
		r = build_ktree_unpack(tarball, w->tree, d);
	return r ? r : tree_remove(deb, d);
}

/* A copy of the tree that was named; of an old one only what differs. */
static int copy(struct minimal_work *w, struct diag *d)
{
	char version[64];
	int r = build_ktree_version(w->req->source, version, sizeof(version),
				    d);

	if (!r && !path_exists(w->tree)) {
		minimal_tell(w, "copying what is built of this version");
		r = build_minimal_seed(version, w->tree, d);
	}
	if (r < 0)
		return r;
	minimal_tell(w, "copying the source");
	return build_ktree_sync(w->req->source, w->tree, NULL, d);
}

/* What the request is about, in one line; "" is the distribution's. */
static int name_source(struct minimal_work *w, struct diag *d)
{
	diag_spare(d);

	_cleanup_free_ char *real = NULL;
	struct stat st;

	if (!w->req->source)
		return 0;
	real = realpath(w->req->source, NULL);
	if (!real || stat(real, &st) < 0) {
		diag_fail(d, errno, "%s", strerror(errno));
		return diag_in(d, "%s", w->req->source);
	}
	if (S_ISDIR(st.st_mode))
		(void)snprintf(w->source, sizeof(w->source), "%s", real);
	else
		(void)snprintf(w->source, sizeof(w->source), "%s %jd %jd",
			       real, (intmax_t)st.st_size,
			       (intmax_t)st.st_mtim.tv_sec);
	return 0;
}

/* ----------------------------------------------------------------- stamp */

/*
 * "config HASH", "boot ID", "source WORDS": what is in the work folder. The
 * source is there in full as soon as the stamp is. A tree that was built in
 * when the machine went down is not trusted: make looks at times only.
 */
static int stamp_path(const struct minimal_work *w, char **ret, struct diag *d)
{
	return minimal_path(ret, w->dir, "stamp", d);
}

static void boot_id(char *buf, size_t n)
{
	_cleanup_bytes_ struct bytes b = { 0 };

	*buf = 0;
	if (file_read("/proc/sys/kernel/random/boot_id", 128, &b, NULL) == 0)
		(void)snprintf(buf, n, "%.*s",
			       (int)strcspn((char *)b.p, "\n"), (char *)b.p);
}

static int stamp_write(const struct minimal_work *w, struct diag *d)
{
	_cleanup_text_ struct text t = { 0 };
	_cleanup_free_ char *path = NULL;
	char boot[64];
	int r = stamp_path(w, &path, d);

	boot_id(boot, sizeof(boot));
	text_addf(&t, "lkm %s\nconfig %016jx\nboot %s\nkind %s\nsource %s\n",
		  LKM_VERSION, (uintmax_t)minimal_config_hash(), boot,
		  w->req->source ? "given" : "distribution", w->source);
	if (!r && t.failed)
		r = no_memory(d);
	return r ? r : file_write(path, t.p, t.n, 0644, d);
}

/* Is the work folder of the same build? Takes the source's name from it. */
static bool stamp_fits(struct minimal_work *w)
{
	_cleanup_bytes_ struct bytes b = { 0 };
	_cleanup_free_ char *path = NULL;
	char boot[64], head[256];

	if (stamp_path(w, &path, NULL) < 0 ||
	    file_read_regular(path, 4096, &b, NULL) < 0)
		return false;
	boot_id(boot, sizeof(boot));
	(void)snprintf(head, sizeof(head),
		       "lkm %s\nconfig %016jx\nboot %s\nkind %s\nsource ",
		       LKM_VERSION, (uintmax_t)minimal_config_hash(), boot,
		       w->req->source ? "given" : "distribution");
	if (!str_starts((char *)b.p, head))
		return false;

	char *source = (char *)b.p + strlen(head);

	source[strcspn(source, "\n")] = 0;
	if (w->req->source)
		return str_eq(source, w->source);
	(void)snprintf(w->source, sizeof(w->source), "%s", source);
	return true;
}

int minimal_source(struct minimal_work *w, struct diag *d)
{
	bool is_dir = w->req->source && path_is_dir(w->req->source);
	int r = name_source(w, d);

	if (r < 0)
		return r;

	bool fits = stamp_fits(w) && path_exists(w->tree);

	if (!fits) {
		r = tree_remove(w->dir, d);
		if (!r)
			r = cache_room(w->cache, BUILD_MINIMAL_BYTES, d);
		if (!r)
			r = dir_make(w->dir, d);
	}
	if (!r && is_dir)
		r = copy(w, d);
	else if (!r && !fits && w->req->source) {
		minimal_tell(w, "unpacking the source");
		r = build_ktree_unpack(w->req->source, w->tree, d);
	} else if (!r && !fits) {
		r = fetch(w, d);
	}
	if (!r)
		r = build_ktree_version(w->tree, w->version,
					sizeof(w->version), d);
	if (!r && !fits)
		r = stamp_write(w, d);
	if (r < 0 && !fits)
		(void)!tree_remove(w->dir, NULL);
	return r;
}
