// SPDX-License-Identifier: GPL-2.0-or-later
/* A tiny kernel of our own, built without root: see minimal.h. */
#include "build/minimal.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/child.h"
#include "base/file.h"
#include "base/text.h"
#include "build/ktree.h"
#include "build/minimal_work.h"
#include "minimal_config.h"

/* kernel/minimal.config stands in this program, byte by byte. */
__asm__(".section .rodata.lkm_minimal, \"a\"\n"
	".global lkm_minimal_config\n"
	".hidden lkm_minimal_config\n"
	"lkm_minimal_config:\n"
	".incbin \"" LKM_MINIMAL_CONFIG "\"\n"
	".byte 0\n"
	".previous\n");

extern const char lkm_minimal_config[];

const char *build_minimal_config(void)
{
	return lkm_minimal_config;
}

static void work_fini(struct minimal_work *w)
{
	build_kmake_fini(&w->make);
	if (w->lock[0] >= 0)
		(void)close(w->lock[0]);
	free(w->cache);
	free(w->dir);
	free(w->root);
	free(w->tree);
	free(w->log);
}

static int no_memory(struct diag *d)
{
	return diag_fail(d, ENOMEM, "out of memory");
}

/* ---------------------------------------------------------------- places */

/*
 * The lock of builds; that of the cache is held for a moment only. make and
 * all it starts hold it, too: when we are killed, they may outlive us a little.
 */
static int lock(struct minimal_work *w, bool wait, struct diag *d)
{
	_cleanup_free_ char *path = NULL;
	int r = minimal_path(&path, w->cache, ".lock-build", d);

	if (!r)
		r = file_lock(path, false, &w->lock[0], d);
	if (r == -EWOULDBLOCK && wait) {
		minimal_tell(w, "waiting for another lkm that builds a kernel");
		r = file_lock(path, true, &w->lock[0], d);
	}
	return r;
}

static int places(struct minimal_work *w, struct diag *d)
{
	int r = cache_dir("kernels", &w->cache, d);

	if (!r)
		r = minimal_path(&w->dir, w->cache, ".build-" BUILD_MINIMAL, d);
	if (!r)
		r = minimal_path(&w->root, w->dir, "root", d);
	if (!r)
		r = minimal_path(&w->tree, w->dir, "root/usr/src/tree", d);
	return r ? r : minimal_path(&w->log, w->dir, "log", d);
}

/* make cannot work below a folder whose name it takes apart. */
static int check_place(const struct minimal_work *w, struct diag *d)
{
	diag_spare(d);

	_cleanup_free_ char *real = realpath(w->cache, NULL);
	const char *s = real ? real : w->cache;

	if (!build_kmake_splits(s) && !strchr(s, '%'))
		return 0;
	diag_fail(d, EINVAL,
		  "a kernel cannot be built in a folder with a space, a colon or a sign of the shell's in its name");
	diag_hint(d, "set LKM_CACHE to another folder");
	return diag_in(d, "%s", s);
}

/* ----------------------------------------------------------------- build */

/* The first line of a file of the tree. */
static int first_line(const struct minimal_work *w, const char *name, char *buf,
		      size_t n, struct diag *d)
{
	_cleanup_bytes_ struct bytes b = { 0 };
	_cleanup_free_ char *path = NULL;
	int r = minimal_path(&path, w->tree, name, d);

	if (!r)
		r = file_read_regular(path, 4096, &b, d);
	if (!r)
		(void)snprintf(buf, n, "%.*s",
			       (int)strcspn((char *)b.p, "\n"), (char *)b.p);
	return r;
}

static int compile(struct minimal_work *w, struct diag *d)
{
	int r;

	(void)snprintf(w->what, sizeof(w->what), "building Linux %s-%s",
		       w->version, BUILD_MINIMAL);
	w->make = (struct build_kmake){
		.dir = w->tree,
		.log = w->log,
		.jobs = w->req->jobs,
		.progress = w->req->progress,
		.what = w->what,
		.keep = w->lock,
		.about = BUILD_MINIMAL_FILES,
	};
	r = build_kmake_config(&w->make, "minimal.config", lkm_minimal_config,
			       d);
	if (!r)
		r = build_kmake(&w->make, (const char *const[]){
						  "bzImage", "modules", NULL },
				d);
	if (!r)
		r = first_line(w, "include/config/kernel.release", w->release,
			       sizeof(w->release), d);
	if (!r && !str_ends(w->release, "-" BUILD_MINIMAL))
		r = diag_fail(d, EPROTO,
			      "the kernel calls itself '%s', wanted a name that ends in -%s",
			      w->release, BUILD_MINIMAL);
	return r;
}

/* A product of the tree to boot/NAME-RELEASE. */
static int to_boot(const struct minimal_work *w, const char *product,
		   const char *name, struct diag *d)
{
	_cleanup_free_ char *from = NULL, *to = NULL;

	if (asprintf(&from, "%s/%s", w->tree, product) < 0 ||
	    asprintf(&to, "%s/boot/%s-%s", w->root, name, w->release) < 0)
		return no_memory(d);
	return file_copy(from, to, d);
}

/* lib/modules/R/build leads to the tree, wherever the kernel lies. */
static int link_build(const struct minimal_work *w, struct diag *d)
{
	diag_spare(d);

	static const char *const names[] = { "build", "source" };
	_cleanup_free_ char *target = NULL;

	if (asprintf(&target, "../../../usr/src/linux-headers-%s",
		     w->release) < 0) {
		target = NULL;
		return no_memory(d);
	}
	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		_cleanup_free_ char *path = NULL;

		if (asprintf(&path, "%s/lib/modules/%s/%s", w->root,
			     w->release, names[i]) < 0) {
			path = NULL;
			return no_memory(d);
		}
		(void)unlink(path);
		if (symlink(target, path) < 0) {
			diag_fail(d, errno, "cannot make a link: %s",
				  strerror(errno));
			return diag_in(d, "%s", path);
		}
	}
	return 0;
}

/* Modules and image to their places below root/. */
static int install(struct minimal_work *w, struct diag *d)
{
	_cleanup_free_ char *path = NULL, *boot = NULL, *lib = NULL;
	int r;

	if (asprintf(&path, "INSTALL_MOD_PATH=%s", w->root) < 0)
		return no_memory(d);
	r = minimal_path(&boot, w->root, "boot", d);
	if (!r)
		r = minimal_path(&lib, w->root, "lib", d);
	if (!r)
		r = tree_remove(lib, d);
	if (!r)
		r = dir_make(boot, d);
	if (!r)
		r = build_kmake(&w->make,
				(const char *const[]){ path, "DEPMOD=true",
						       "modules_install",
						       NULL }, d);
	if (!r)
		r = to_boot(w, "arch/x86/boot/bzImage", "vmlinuz", d);
	if (!r)
		r = to_boot(w, "System.map", "System.map", d);
	if (!r)
		r = to_boot(w, ".config", "config", d);
	if (!r)
		r = link_build(w, d);
	if (!r && w->req->index)
		r = w->req->index(w->root, w->release, d);
	return r;
}

static int write_note(const struct minimal_work *w, struct diag *d)
{
	_cleanup_text_ struct text t = { 0 };
	_cleanup_free_ char *path = NULL;
	int r = minimal_path(&path, w->root, BUILD_KERNEL_NOTE, d);

	text_addf(&t, "package=%s\nbuilt=%s\nrelease=%s\nconfig=%016jx\n",
		  w->req->source ? "" : w->source, BUILD_MINIMAL, w->release,
		  (uintmax_t)minimal_config_hash());
	if (w->req->source)
		text_addf(&t, "source=%s\n", w->source);
	if (!r && t.failed)
		r = no_memory(d);
	return r ? r : file_write(path, t.p, t.n, 0644, d);
}

static int rename_in(const char *from, const char *to, struct diag *d)
{
	diag_spare(d);

	if (rename(from, to) == 0)
		return 0;
	diag_fail(d, errno, "cannot rename: %s", strerror(errno));
	return diag_in(d, "%s", to);
}

/* The links between the first and the last vmlinux: 35 MB, of no use now. */
static void drop_links(const struct minimal_work *w)
{
	DIR *dp = opendir(w->tree);

	if (!dp)
		return;
	for (struct dirent *e; (e = readdir(dp));)
		if (str_starts(e->d_name, ".tmp_vmlinux"))
			(void)unlinkat(dirfd(dp), e->d_name, 0);
	(void)closedir(dp);
}

/* The finished kernel takes its name, or the place of an older one. */
static int put_in_place(struct minimal_work *w, struct diag *d)
{
	diag_spare(d);

	_cleanup_free_ char *to = NULL, *tree = NULL, *log = NULL, *lk = NULL;
	_cleanup_free_ char *there = NULL;
	_cleanup_close_ int held = -1;
	int r;

	if (asprintf(&tree, "%s/usr/src/linux-headers-%s", w->root,
		     w->release) < 0)
		return no_memory(d);
	r = minimal_path(&to, w->cache, w->release, d);
	if (!r)
		r = minimal_path(&log, w->root, "build.log", d);
	if (!r)
		r = minimal_path(&lk, w->cache, ".lock", d);
	if (!r && asprintf(&there, "%s/usr/src/linux-headers-%s", to,
			   w->release) < 0) {
		there = NULL;
		r = no_memory(d);
	}
	drop_links(w);
	if (!r)
		r = build_ktree_moved(w->tree, there, d);
	/*
	 * What removes and fetches kernels waits for its turn, and so do we:
	 * interrupted meanwhile, the tree is still where it is gone on with.
	 */
	if (!r)
		r = file_lock(lk, true, &held, d);
	if (!r)
		r = rename_in(w->tree, tree, d);
	if (!r)
		r = rename_in(w->log, log, d);
	if (r < 0)
		return r;
	if (renameat2(AT_FDCWD, w->root, AT_FDCWD, to, RENAME_EXCHANGE) < 0)
		r = rename_in(w->root, to, d);
	return r ? r : tree_remove(w->dir, d);
}

/* ------------------------------------------------------------------ find */

static bool note_has(const struct build_kernel *k, const char *line)
{
	_cleanup_bytes_ struct bytes b = { 0 };
	_cleanup_free_ char *path = NULL;

	return minimal_path(&path, k->root, BUILD_KERNEL_NOTE, NULL) == 0 &&
	       file_read_regular(path, 1 << 16, &b, NULL) == 0 &&
	       strstr((char *)b.p, line);
}

static bool complete(const struct build_kernel *k)
{
	return k->built && k->image_readable && k->modules[0] && k->headers[0];
}

/* The newest of this configuration that was built of the distribution's. */
static bool is_here(const struct minimal_work *w, struct build_kernel *ret)
{
	_cleanup_kernels_ struct build_kernels l = { 0 };
	char line[64];

	(void)snprintf(line, sizeof(line), "config=%016jx\n",
		       (uintmax_t)minimal_config_hash());
	if (build_kernel_list_in("/nonexistent", w->cache, &l, NULL) < 0)
		return false;
	for (size_t i = 0; i < l.n; i++)
		if (complete(&l.v[i]) && l.v[i].package[0] &&
		    note_has(&l.v[i], line)) {
			*ret = l.v[i];
			return true;
		}
	return false;
}

static int find_result(const struct minimal_work *w, struct build_kernel *ret,
		       struct diag *d)
{
	_cleanup_kernels_ struct build_kernels l = { 0 };
	int r = build_kernel_list_in("/nonexistent", w->cache, &l, d);

	for (size_t i = 0; !r && i < l.n; i++)
		if (complete(&l.v[i]) && str_eq(l.v[i].release, w->release)) {
			*ret = l.v[i];
			return 0;
		}
	return r ? r : diag_fail(d, EPROTO, "kernel %s was built, but lacks an image, modules or headers",
				 w->release);
}

int build_minimal(const struct build_minimal *m, struct build_kernel *ret,
		  bool *already, struct diag *d)
{
	diag_spare(d);

	_cleanup_(work_fini) struct minimal_work w = { .req = m,
						       .lock = { -1, -1 } };
	int r = places(&w, d);

	*already = false;
	if (!r)
		r = lock(&w, true, d);
	if (r < 0)
		return r;
	if (!m->source && !m->again && is_here(&w, ret)) {
		*already = true;
		return 0;
	}
	r = build_kmake_tools(d);
	if (!r)
		r = check_place(&w, d);
	if (!r)
		r = minimal_source(&w, d);
	if (!r)
		r = compile(&w, d);
	if (!r)
		r = install(&w, d);
	if (!r)
		r = write_note(&w, d);
	if (!r && child_interrupted())
		r = diag_fail(d, EINTR, "interrupted");
	if (!r)
		r = put_in_place(&w, d);
	if (r == -EINTR && path_exists(w.tree))
		diag_hint(d, "say it again: it goes on where it was");
	if (r == -ENOSPC)
		diag_hint(d, "free some disk space, or set LKM_CACHE to a folder with more");
	return r ? r : find_result(&w, ret, d);
}

/* ------------------------------------------------------------------ seed */

int build_minimal_seed(const char *version, const char *to, struct diag *d)
{
	diag_spare(d);

	_cleanup_kernels_ struct build_kernels l = { 0 };
	const struct build_kernel *k = NULL;
	_cleanup_free_ char *cache = NULL, *from = NULL;
	char release[96];
	int status, r = cache_dir("kernels", &cache, d);

	(void)snprintf(release, sizeof(release), "%s-%s", version,
		       BUILD_MINIMAL);
	if (!r)
		r = build_kernel_list_in("/nonexistent", cache, &l, d);
	for (size_t i = 0; !r && i < l.n; i++)
		if (complete(&l.v[i]) && str_eq(l.v[i].release, release))
			k = &l.v[i];
	if (r || !k)
		return r;
	from = realpath(k->headers, NULL);
	if (!from)
		return 0;

	/* With its times, by which make knows what is built. */
	const char *const argv[] = { "cp", "-a", "--reflink=auto", from, to,
				     NULL };
	const struct child_setup s = { .no_input = true };
	char up[4096];

	(void)snprintf(up, sizeof(up), "%.*s",
		       (int)(path_base(to) - to), to);
	r = dir_make(up, d);
	if (!r)
		r = child_run(argv, &s, NULL, NULL, &status, d);
	if (!r && !status)
		r = build_ktree_moved(to, to, d);
	if (!r && !status)
		return 1;
	if (r < 0)
		return r;
	diag_fail(d, ENOSPC, "cannot copy the built tree");
	diag_hint(d, "free some disk space, or set LKM_CACHE to a folder with more");
	return diag_in(d, "%s", to);
}

int build_minimal_forget(struct diag *d)
{
	diag_spare(d);

	struct build_minimal none = { 0 };
	_cleanup_(work_fini) struct minimal_work w = { .req = &none,
						       .lock = { -1, -1 } };
	int r = places(&w, d);

	if (r < 0 || !path_exists(w.dir))
		return r;
	r = lock(&w, false, d);
	if (r == -EWOULDBLOCK)
		return diag_fail_hint(d, EBUSY,
				      "let it finish, or stop it with Ctrl-C",
				      "another lkm is building the kernel");
	if (!r)
		r = tree_remove(w.dir, d);
	return r < 0 ? r : 1;
}
