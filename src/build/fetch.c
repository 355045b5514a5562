// SPDX-License-Identifier: GPL-2.0-or-later
/* A distribution's kernel into the user's cache: see fetch.h. */
#include "build/fetch.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/child.h"
#include "base/file.h"
#include "build/name.h"
#include "build/relocate.h"
#include "build/unpack.h"

/* Where the C library of the kernel's build tools is put, if they need one. */
static const char host_dir[] = "lkm-host";

/* One fetch, from the name to the place in the cache. */
struct fetch {
	const char *arch;     /* NULL: this machine's                      */
	struct build_name name;
	struct build_distro distro;
	const struct build_progress *progress;
	char *cache;          /* .../kernels                               */
	char *tmp;            /* .../kernels/.tmp-XXXXXX                   */
	int lock;
	struct build_apt apt;
	struct strv pkgs;     /* to be fetched                             */
	struct strv files;    /* their .deb names                          */
	uint64_t bytes;
	char release[96];
	char package[128];    /* "linux-image-R_VERSION"                   */
};

static int no_memory(struct diag *d)
{
	return diag_fail(d, ENOMEM, "out of memory");
}

static void tell(const struct fetch *f, const char *what)
{
	if (f->progress && f->progress->fn)
		f->progress->fn(f->progress->arg, what, -1);
}

static void fetch_fini(struct fetch *f)
{
	/* Nothing is left behind, whatever went wrong. */
	if (f->tmp)
		(void)!tree_remove(f->tmp, NULL);
	free(f->tmp);
	free(f->cache);
	if (f->lock >= 0)
		(void)close(f->lock);
	build_apt_close(&f->apt);
	strv_fini(&f->pkgs);
	strv_fini(&f->files);
}

/* What the distribution calls the flavour in package names. */
static void flavour_word(const struct fetch *f, char *buf, size_t n)
{
	const char *fl = f->name.flavour;
	bool full = !*fl || str_eq(fl, "amd64") || str_eq(fl, "arm64");

	if (f->distro.family == BUILD_UBUNTU)
		(void)snprintf(buf, n, "%s",
			       full ? "generic" :
			       str_eq(fl, "cloud") ? "virtual" : fl);
	else if (full)
		(void)snprintf(buf, n, "%s", f->apt.arch);
	else
		(void)snprintf(buf, n, "%s-%s", fl, f->apt.arch);
}

/* The newest linux-image-SERIES...-FLAVOUR of those there are. */
static int newest_of_series(struct fetch *f, const char *word, char *buf,
			    size_t n, struct diag *d)
{
	_cleanup_strv_ struct strv names = { 0 };
	char prefix[64], flavour[16], want[16];
	const char *best = NULL;
	int r;

	/* Ubuntu's virtual images are its generic ones, with fewer modules. */
	if (str_eq(word, "virtual"))
		word = "generic";
	build_release_flavour(word, want, sizeof(want));
	if (str_starts(word, "cloud-") || str_starts(word, "rt-"))
		(void)snprintf(want, sizeof(want), "%.*s",
			       (int)strcspn(word, "-"), word);
	(void)snprintf(prefix, sizeof(prefix), "linux-image-%s.",
		       f->name.series);
	r = build_apt_names(&f->apt, prefix, &names, d);
	if (r < 0)
		return r;
	if (str_eq(word, "generic"))
		(void)snprintf(want, sizeof(want), "generic");
	for (size_t i = 0; i < names.n; i++) {
		const char *release = names.v[i] + strlen("linux-image-");

		build_release_flavour(release, flavour, sizeof(flavour));
		if (str_ends(release, word) && str_eq(flavour, want) &&
		    (!best || build_release_cmp(release, best) > 0))
			best = release;
	}
	(void)snprintf(buf, n, "%s", best ? best : "");
	return 0;
}

/* The packages to begin with. */
static int wanted(struct fetch *f, struct strv *ret, struct diag *d)
{
	char word[96], release[96];
	int r = 0;

	flavour_word(f, word, sizeof(word));
	(void)snprintf(release, sizeof(release), "%s", f->name.release);
	if (f->name.series[0])
		r = newest_of_series(f, word, release, sizeof(release), d);
	if (r < 0)
		return r;
	/* No such series here: nothing is wanted, and the next suite asked. */
	if (f->name.series[0] && !release[0])
		return 0;
	if (!release[0])
		(void)snprintf(release, sizeof(release), "%s", word);
	if (strv_addf(ret, "linux-image-%s", release) < 0)
		return no_memory(d);
	/* Headers come with programs, which would not run here. */
	if (!f->arch && strv_addf(ret, "linux-headers-%s", release) < 0)
		return no_memory(d);
	return 0;
}

/*
 * The release is in the name of the last image of the chain:
 * linux-image-cloud-amd64 -> linux-image-6.1.0-56-cloud-amd64.
 */
static void take_release(struct fetch *f)
{
	char series[16];

	f->release[0] = 0;
	for (size_t i = 0; i < f->pkgs.n; i++) {
		const char *s = f->pkgs.v[i];

		if (!str_starts(s, "linux-image-"))
			continue;
		build_release_series(s + 12, series, sizeof(series));
		if (series[0])
			(void)snprintf(f->release, sizeof(f->release), "%s",
				       s + 12);
	}
}

/* The version that will be fetched, to know whether it is here already. */
static void take_package(struct fetch *f)
{
	char image[128];

	(void)snprintf(image, sizeof(image), "linux-image-%s_", f->release);
	f->package[0] = 0;
	for (size_t i = 0; i < f->files.n; i++)
		if (str_starts(f->files.v[i], image))
			(void)snprintf(f->package, sizeof(f->package), "%.*s",
				       (int)(strrchr(f->files.v[i], '_') -
					     f->files.v[i]),
				       f->files.v[i]);
}

/* Asks one suite. Return: 1 if it has the kernel, 0 if not, or -errno. */
static int ask(struct fetch *f, const char *suite, struct diag *d)
{
	_cleanup_strv_ struct strv want = { 0 };
	int r;

	build_apt_close(&f->apt);
	strv_fini(&f->pkgs);
	r = build_apt_open(suite, f->arch, &f->distro, f->progress, &f->apt, d);
	if (!r)
		r = build_apt_update(&f->apt, d);
	if (!r)
		r = wanted(f, &want, d);
	if (r < 0 || !want.n)
		return r;
	r = build_apt_closure(&f->apt, &want, &f->pkgs, d);
	if (r < 0)
		return r;
	take_release(f);
	return f->release[0] != 0;
}

static bool is_ubuntu_suite(const char *s)
{
	return str_starts(s, "jammy") || str_starts(s, "noble") ||
	       str_starts(s, "plucky") || str_starts(s, "questing");
}

/*
 * Asks the configured suites, then those that are known to have the series.
 * A suite that cannot be read only counts if none has the kernel.
 */
static int find_suite(struct fetch *f, const char *name, struct diag *d)
{
	const char *suites[8] = { "" };
	const char *own = f->distro.codename;
	_cleanup_text_ struct text asked = { 0 };
	size_t n = 0;

	if (!f->name.suite[0] || str_eq(f->name.suite, own))
		n = 1;
	if (!n || !f->name.suite[0])
		n += build_name_suites(&f->name, suites + n,
				       ARRAY_SIZE(suites) - n);
	for (size_t i = 0; i < n; i++) {
		const char *s = suites[i];
		struct diag mine = { 0 };

		if (*s && !f->name.suite[0] &&
		    (str_eq(s, own) || is_ubuntu_suite(s) !=
					(f->distro.family == BUILD_UBUNTU)))
			continue;

		int r = ask(f, s, &mine);

		if (r == 1)
			return 0;
		if (r < 0 && (r != -EHOSTUNREACH || i == 0)) {
			*d = mine;
			return r;
		}
		text_addf(&asked, "%s%s", asked.n ? ", " : "",
			  *s ? s : own[0] ? own : "the configured sources");
	}
	diag_fail(d, ENOENT, "no package of kernel '%s' in %s", name,
		  text_str(&asked));
	return diag_hint(d, "'lkm kernel get' without a name takes the newest of this distribution; sid-cloud is the newest of all");
}


/* Is the newest package in the cache, and complete? */
static bool is_here(const struct fetch *f, struct build_kernel *ret)
{
	_cleanup_kernels_ struct build_kernels l = { 0 };
	_cleanup_free_ char *root = NULL;

	if (asprintf(&root, "%s/%s", f->cache, f->release) < 0) {
		root = NULL;
		return false;
	}
	if (build_kernel_scan(root, BUILD_CACHED, &l, NULL) < 0)
		return false;
	for (size_t i = 0; i < l.n; i++)
		if (str_eq(l.v[i].release, f->release) &&
		    str_eq(l.v[i].package, f->package) &&
		    l.v[i].image_readable && (f->arch || l.v[i].headers[0])) {
			*ret = l.v[i];
			return true;
		}
	return false;
}

/* Takes away what a killed run left; nobody else is at work (the lock). */
static void sweep(const char *cache)
{
	DIR *dp = opendir(cache);

	if (!dp)
		return;
	for (struct dirent *e; (e = readdir(dp));) {
		_cleanup_free_ char *path = NULL;

		if (!str_starts(e->d_name, ".tmp-"))
			continue;
		if (asprintf(&path, "%s/%s", cache, e->d_name) < 0) {
			path = NULL;
			break;
		}
		(void)!tree_remove(path, NULL);
	}
	(void)closedir(dp);
}

static int start(struct fetch *f, struct diag *d)
{
	_cleanup_free_ char *path = NULL;
	char folder[32];

	(void)snprintf(folder, sizeof(folder), "kernels%s%s",
		       f->arch ? "-" : "", f->arch ? f->arch : "");

	int r = cache_dir(folder, &f->cache, d);

	if (r < 0)
		return r;
	if (asprintf(&path, "%s/.lock", f->cache) < 0) {
		path = NULL;
		return no_memory(d);
	}
	r = file_lock(path, false, &f->lock, d);
	if (r == -EWOULDBLOCK) {
		tell(f, "waiting for another lkm that fetches a kernel");
		r = file_lock(path, true, &f->lock, d);
	}
	if (r < 0) {
		diag_hint(d, "set LKM_CACHE to a folder that you may write");
		return r;
	}
	sweep(f->cache);
	return 0;
}

static int make_tmp(struct fetch *f, struct diag *d)
{
	if (asprintf(&f->tmp, "%s/.tmp-XXXXXX", f->cache) < 0) {
		f->tmp = NULL;
		return no_memory(d);
	}
	if (!mkdtemp(f->tmp)) {
		int err = errno;

		diag_fail(d, err, "cannot make a folder: %s", strerror(err));
		diag_in(d, "%s", f->cache);
		free(f->tmp);
		f->tmp = NULL;
		return -err;
	}
	if (chmod(f->tmp, 0755) < 0)
		return diag_fail(d, errno, "cannot open the folder to others");
	return 0;
}

/* The kernel's tools want a newer C library: it is fetched beside them. */
static int bring_libc(struct fetch *f, struct diag *d)
{
	_cleanup_strv_ struct strv pkgs = { 0 }, files = { 0 };
	_cleanup_free_ char *to = NULL;
	uint64_t bytes = 0;
	int r;

	if (strv_add(&pkgs, "libc6") < 0 ||
	    asprintf(&to, "%s/%s", f->tmp, host_dir) < 0)
		return no_memory(d);
	r = build_apt_files(&f->apt, &pkgs, &files, &bytes, d);
	if (!r)
		r = build_apt_download(&f->apt, &pkgs, bytes, f->tmp, d);
	if (!r)
		r = dir_make(to, d);
	if (!r)
		r = build_unpack(f->tmp, &files, to, d);
	return r ? r : build_tools_wrap(f->tmp, host_dir, d);
}

static int write_note(struct fetch *f, struct diag *d)
{
	_cleanup_text_ struct text t = { 0 };
	_cleanup_free_ char *path = NULL;

	text_addf(&t, "package=%s\nsuite=%s\nrelease=%s\n", f->package,
		  f->apt.suite[0] ? f->apt.suite : f->distro.codename,
		  f->release);
	for (size_t i = 0; i < f->files.n; i++)
		text_addf(&t, "file=%s\n", f->files.v[i]);
	if (t.failed || asprintf(&path, "%s/%s", f->tmp, BUILD_KERNEL_NOTE) < 0)
		return no_memory(d);
	return file_write(path, t.p, t.n, 0644, d);
}

/* Is what was unpacked a kernel that can be used? */
static int check(struct fetch *f, struct diag *d)
{
	_cleanup_kernels_ struct build_kernels l = { 0 };
	int r = build_kernel_scan(f->tmp, BUILD_INSTALLED, &l, d);

	if (r < 0)
		return r;
	for (size_t i = 0; i < l.n; i++)
		if (str_eq(l.v[i].release, f->release) && l.v[i].image[0] &&
		    l.v[i].modules[0])
			return 0;
	diag_fail(d, EPROTO,
		  "the packages of kernel %s do not hold what is needed: an image and modules",
		  f->release);
	return diag_hint(d, "this may be a layout that lkm does not know: 'lkm kernel get' with another name, or install it by hand");
}

/* The new takes the old one's place in one step. */
static int put_in_place(struct fetch *f, struct diag *d)
{
	_cleanup_free_ char *to = NULL;

	if (asprintf(&to, "%s/%s", f->cache, f->release) < 0) {
		to = NULL;
		return no_memory(d);
	}
	if (renameat2(AT_FDCWD, f->tmp, AT_FDCWD, to, RENAME_EXCHANGE) == 0)
		return 0; /* tmp is the old one now, and goes away */
	if (rename(f->tmp, to) == 0) {
		free(f->tmp);
		f->tmp = NULL;
		return 0;
	}

	int err = errno;

	diag_fail(d, err, "cannot put the kernel in place: %s", strerror(err));
	return diag_in(d, "%s", to);
}

static int fetch_all(struct fetch *f, struct diag *d)
{
	static const char *const useless[] = { "usr/share" };
	int r = make_tmp(f, d);

	if (!r)
		r = build_apt_download(&f->apt, &f->pkgs, f->bytes, f->tmp, d);
	tell(f, "unpacking");
	if (!r)
		r = build_unpack(f->tmp, &f->files, f->tmp, d);
	for (size_t i = 0; !r && i < ARRAY_SIZE(useless); i++) {
		_cleanup_free_ char *path = NULL;

		if (asprintf(&path, "%s/%s", f->tmp, useless[i]) < 0) {
			path = NULL;
			return no_memory(d);
		}
		r = tree_remove(path, d);
	}
	if (!r && !f->arch)
		r = build_relocate(f->tmp, d);
	if (!r && !f->arch && build_tools_need_libc(f->tmp))
		r = bring_libc(f, d);
	if (!r)
		r = write_note(f, d);
	if (!r)
		r = check(f, d);
	if (!r && child_interrupted())
		r = diag_fail(d, EINTR, "interrupted");
	return r ? r : put_in_place(f, d);
}

/* What this system's own way is, where there is no apt. */
static int no_apt(const struct fetch *f, struct diag *d)
{
	char cmd[256];

	build_distro_command(&f->distro, BUILD_NEED_KERNEL, NULL, cmd,
			     sizeof(cmd));
	diag_fail(d, ENOSYS,
		  "kernels are fetched with apt, which %s has not",
		  f->distro.name[0] ? f->distro.name : "this system");
	return diag_hint(d, "%s%s%s installs one, which 'lkm kernel list' then shows",
			 str_starts(cmd, "install") ? "" : "'", cmd,
			 str_starts(cmd, "install") ? "" : "'");
}

/* A word of dpkg's, which becomes part of paths. */
static int check_arch(const char *arch, struct diag *d)
{
	if (!arch || (*arch && strlen(arch) < 16 &&
		      !arch[strspn(arch, "abcdefghijklmnopqrstuvwxyz0123456789")]))
		return 0;
	diag_fail(d, EINVAL, "'%s' is no processor's name", arch);
	return diag_hint(d, "Debian's names: arm64, riscv64, ppc64el, s390x, amd64");
}

int build_kernel_get(const char *arch, const char *name,
		     const struct build_progress *progress,
		     struct build_kernel *ret, bool *already, struct diag *d)
{
	diag_spare(d);

	_cleanup_(fetch_fini) struct fetch f = { .arch = arch,
						 .progress = progress,
						 .lock = -1,
						 .apt = { .lock = -1 } };
	struct build_kernel k;
	bool here;
	int r = check_arch(arch, d);

	if (!r)
		r = build_name_parse(name, &f.name, d);
	if (r < 0)
		return r;
	if (str_eq(f.name.flavour, "minimal"))
		return diag_fail_hint(d, EINVAL,
				      "'lkm kernel build minimal' builds it, without root, in a few minutes",
				      "no distribution has kernel '%s'", name);
	build_distro_read("", &f.distro);

	_cleanup_free_ char *apt = child_which("apt-get");

	if (!apt)
		return no_apt(&f, d);
	r = start(&f, d);
	if (!r)
		r = find_suite(&f, name && *name ? name : "cloud", d);
	if (!r)
		r = build_apt_files(&f.apt, &f.pkgs, &f.files, &f.bytes, d);
	if (r < 0)
		return r;
	take_package(&f);
	here = is_here(&f, &k);
	if (!here) {
		r = fetch_all(&f, d);
		if (r < 0)
			return r;
		if (!is_here(&f, &k))
			return diag_fail(d, EPROTO,
					 "kernel %s came without headers, or under another version",
					 f.release);
	}
	*ret = k;
	*already = here;
	return 0;
}

int build_kernel_remove(const char *arch, const char *release,
			struct diag *d)
{
	diag_spare(d);

	_cleanup_(fetch_fini) struct fetch f = { .arch = arch, .lock = -1,
						 .apt = { .lock = -1 } };
	_cleanup_free_ char *path = NULL;
	int r;

	if (strchr(release, '/') || release[0] == '.')
		return diag_fail(d, ENOENT, "'%s' is no kernel's release",
				 release);
	r = check_arch(arch, d);
	if (!r)
		r = start(&f, d);
	if (r < 0)
		return r;
	if (asprintf(&path, "%s/%s", f.cache, release) < 0) {
		path = NULL;
		return no_memory(d);
	}
	if (!path_is_dir(path)) {
		diag_fail(d, ENOENT, "no fetched kernel '%s'", release);
		return diag_hint(d, "'lkm kernel list' shows them; an installed kernel is removed with the system's package manager");
	}
	/* Out of sight in one step, then away. */
	if (asprintf(&f.tmp, "%s/.tmp-rm-%s", f.cache, release) < 0) {
		f.tmp = NULL;
		return no_memory(d);
	}
	if (rename(path, f.tmp) < 0) {
		int err = errno;

		diag_fail(d, err, "cannot remove: %s", strerror(err));
		return diag_in(d, "%s", path);
	}
	return tree_remove(f.tmp, d);
}
