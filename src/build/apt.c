// SPDX-License-Identifier: GPL-2.0-or-later
/* apt's own tools on a private state: see apt.h. */
#include "build/apt.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/child.h"
#include "base/file.h"
#include "build/sources.h"

/* apt's own caches are quick to make and large to keep. */
static void drop_caches(const char *dir)
{
	static const char *const names[] = { "pkgcache.bin", "srcpkgcache.bin" };

	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		_cleanup_free_ char *path = NULL;

		if (asprintf(&path, "%s/%s", dir, names[i]) < 0)
			path = NULL;
		else
			(void)unlink(path);
	}
}

void build_apt_close(struct build_apt *a)
{
	if (a->dir)
		drop_caches(a->dir);
	free(a->dir);
	free(a->env);
	if (a->lock > 0)
		(void)close(a->lock);
	*a = (struct build_apt){ .lock = -1 };
}

static void tell(const struct build_apt *a, const char *what, int percent)
{
	if (a->progress && a->progress->fn)
		a->progress->fn(a->progress->arg, what, percent);
}

/* What a run of apt said: all lines, and what it complained about. */
struct talk {
	struct build_apt *a;
	const char *what;
	struct text out;      /* lines that are neither of the below      */
	struct text trouble;  /* E: and W: lines and Err: details          */
};

/* "dlstatus:1:42.0:Retrieving" and "pmstatus:..." carry the progress. */
static void on_line(void *arg, const char *line)
{
	struct talk *t = arg;

	if (str_starts(line, "dlstatus:")) {
		const char *p = strchr(line + 9, ':');

		if (p)
			tell(t->a, t->what, (int)strtol(p + 1, NULL, 10));
		return;
	}
	if (str_starts(line, "E: ") || str_starts(line, "W: ")) {
		if (t->trouble.n < 4096)
			text_addf(&t->trouble, "%s\n", line);
		return;
	}
	text_addf(&t->out, "%s\n", line);
}

static void talk_fini(struct talk *t)
{
	text_fini(&t->out);
	text_fini(&t->trouble);
}

static int run(struct build_apt *a, const char *const *argv, const char *cwd,
	       struct talk *t, int *status, struct diag *d)
{
	const char *const env[] = { a->env, "LC_ALL=C", NULL };
	struct child_setup s = { .cwd = cwd, .env = env, .no_input = true };

	t->a = a;
	return child_run(argv, &s, on_line, t, status, d);
}

/* The first complaint, without apt's mark, as one clause. */
static void first_trouble(const struct talk *t, char *buf, size_t n)
{
	const char *s = text_str(&t->trouble), *e;

	/* An error says more than the warnings before it. */
	if ((e = strstr(s, "E: ")) && (e == s || e[-1] == '\n') &&
	    !str_starts(e, "E: Some index files"))
		s = e;
	(void)snprintf(buf, n, "%.*s",
		       (int)strcspn(*s ? s + 3 : s, "\n"), *s ? s + 3 : s);
}

static int trouble(const struct build_apt *a, const struct talk *t,
		   const char *what, struct diag *d)
{
	const char *said = text_str(&t->trouble);
	char first[400];

	first_trouble(t, first, sizeof(first));
	diag_fail(d, EHOSTUNREACH, "apt cannot %s: %s", what,
		  first[0] ? first : "it does not say why");
	if (strstr(said, "NO_PUBKEY") || strstr(said, "not signed"))
		return diag_hint(d, "the keys of '%s' are not on this system: 'sudo apt-get install debian-archive-keyring' brings newer ones",
				 a->suite[0] ? a->suite : "the source");
	if (strstr(said, "resolv") || strstr(said, "connect") ||
	    strstr(said, "imed out"))
		return diag_hint(d, "check the network, and the proxy in /etc/apt/apt.conf.d");
	if (strstr(said, "No space left"))
		return diag_hint(d, "free some disk space, or set LKM_CACHE to a folder with more");
	if (strstr(said, "404") || strstr(said, "Release file"))
		return diag_hint(d, "the mirror does not have '%s': 'lkm kernel get --help' lists the names",
				 a->suite[0] ? a->suite : "it");
	return diag_hint(d, "'apt-get update' by hand may say more");
}

/* Settings of the system that a private apt needs: proxies and the like. */
static void keep_acquire(void *arg, const char *line)
{
	static const char *const drop[] = {
		"Acquire::IndexTargets", "Acquire::Languages",
		"Acquire::Changelogs",	 "Acquire::CompressionTypes",
	};

	if (!str_starts(line, "Acquire::"))
		return;
	for (size_t i = 0; i < ARRAY_SIZE(drop); i++)
		if (str_starts(line, drop[i]))
			return;
	text_addf(arg, "%s\n", line);
}

static int write_conf(struct build_apt *a, struct diag *d)
{
	const char *const dump[] = { "apt-config", "dump", NULL };
	_cleanup_text_ struct text t = { 0 };
	_cleanup_free_ char *path = NULL;
	int status, r = child_run(dump, NULL, keep_acquire, &t, &status, d);

	if (r < 0)
		return r;
	/* Relative names below Dir::State and Dir::Cache. */
	text_addf(&t, "Dir::State \"%s\";\nDir::State::status \"%s/status\";\n"
		      "Dir::State::lists \"lists\";\nDir::Cache \"%s\";\n"
		      "Dir::Cache::archives \"archives\";\n"
		      "Dir::Etc::sourcelist \"/dev/null\";\n"
		      "Dir::Etc::sourceparts \"%s/sources.d\";\n"
		      "Dir::Etc::main \"/dev/null\";\n"
		      "Dir::Etc::parts \"%s/none.d\";\n"
		      "Dir::Etc::preferences \"/dev/null\";\n"
		      "Dir::Etc::preferencesparts \"%s/none.d\";\n",
		  a->dir, a->dir, a->dir, a->dir, a->dir, a->dir);
	/* The sandbox user could not enter the user's cache. */
	text_add(&t, "APT::Sandbox::User \"root\";\n"
		     "APT::Update::Error-Mode \"any\";\n"
		     "Acquire::Languages \"none\";\n"
		     "Acquire::GzipIndexes \"true\";\n"
		     "Acquire::PDiffs \"false\";\n");
	if (a->arch[0])
		text_addf(&t, "APT::Architecture \"%s\";\n"
			      "APT::Architectures { \"%s\"; };\n",
			  a->arch, a->arch);
	if (t.failed || asprintf(&path, "%s/apt.conf", a->dir) < 0)
		return diag_fail(d, ENOMEM, "out of memory");
	return file_write(path, t.p, t.n, 0644, d);
}

static const char *keyring_of(const struct build_distro *o)
{
	static const char *const files[] = {
		"/usr/share/keyrings/debian-archive-keyring.gpg",
		"/usr/share/keyrings/debian-archive-keyring.pgp",
		"/usr/share/keyrings/ubuntu-archive-keyring.gpg",
	};
	size_t first = o->family == BUILD_UBUNTU ? 2 : 0;
	size_t end = o->family == BUILD_UBUNTU ? 3 : 2;

	for (size_t i = first; i < end; i++)
		if (path_exists(files[i]))
			return files[i];
	return NULL;
}

static int write_sources(struct build_apt *a, const struct build_distro *o,
			 struct diag *d)
{
	_cleanup_sources_ struct build_sources l = { 0 };
	_cleanup_text_ struct text t = { 0 };
	_cleanup_free_ char *path = NULL;
	int r = build_sources_read("", &l, d);

	if (r < 0)
		return r;
	r = build_sources_write(&l, o, a->suite[0] ? a->suite : NULL,
				keyring_of(o), &t, d);
	if (r < 0)
		return r;
	if (asprintf(&path, "%s/sources.d/lkm.sources", a->dir) < 0) {
		path = NULL;
		return diag_fail(d, ENOMEM, "out of memory");
	}
	return file_write(path, t.p, t.n, 0644, d);
}

static int make_folders(struct build_apt *a, struct diag *d)
{
	static const char *const subs[] = { "lists/partial",
					    "archives/partial", "sources.d",
					    "none.d" };
	_cleanup_free_ char *status = NULL;

	for (size_t i = 0; i < ARRAY_SIZE(subs); i++) {
		_cleanup_free_ char *path = NULL;

		if (asprintf(&path, "%s/%s", a->dir, subs[i]) < 0) {
			path = NULL;
			return diag_fail(d, ENOMEM, "out of memory");
		}

		int r = dir_make(path, d);

		if (r < 0)
			return r;
	}
	if (asprintf(&status, "%s/status", a->dir) < 0) {
		status = NULL;
		return diag_fail(d, ENOMEM, "out of memory");
	}
	return file_write(status, "", 0, 0644, d);
}

static int take_lock(struct build_apt *a, struct diag *d)
{
	_cleanup_free_ char *path = NULL;

	if (asprintf(&path, "%s/lock", a->dir) < 0) {
		path = NULL;
		return diag_fail(d, ENOMEM, "out of memory");
	}

	int r = file_lock(path, false, &a->lock, d);

	if (r != -EWOULDBLOCK)
		return r;
	tell(a, "waiting for another lkm", -1);
	return file_lock(path, true, &a->lock, d);
}

static void take_arch(void *arg, const char *line)
{
	struct build_apt *a = arg;

	(void)snprintf(a->arch, sizeof(a->arch), "%s", line);
}

int build_apt_open(const char *suite, const char *arch_word,
		   const struct build_distro *o,
		   const struct build_progress *progress,
		   struct build_apt *ret, struct diag *d)
{
	diag_spare(d);

	static const char *const need[] = { "apt-get", "apt-cache", "dpkg",
					    "dpkg-deb" };
	const char *const arch[] = { "dpkg", "--print-architecture", NULL };
	_cleanup_apt_ struct build_apt a = { .lock = -1,
					     .progress = progress };
	_cleanup_free_ char *sub = NULL;
	int r, status;

	for (size_t i = 0; i < ARRAY_SIZE(need); i++) {
		_cleanup_free_ char *path = child_which(need[i]);

		if (!path)
			return diag_fail(d, ENOSYS,
					 "this system has no '%s', which fetches packages",
					 need[i]);
	}
	(void)snprintf(a.suite, sizeof(a.suite), "%s", suite ? suite : "");
	(void)snprintf(a.arch, sizeof(a.arch), "%s", arch_word ? arch_word : "");
	if (asprintf(&sub, "apt/%s%s%s", a.suite[0] ? a.suite : "system",
		     arch_word ? "-" : "", a.arch) < 0) {
		sub = NULL;
		return diag_fail(d, ENOMEM, "out of memory");
	}
	r = cache_dir(sub, &a.dir, d);
	if (!r)
		r = take_lock(&a, d);
	if (!r)
		r = make_folders(&a, d);
	if (!r)
		r = write_conf(&a, d);
	if (!r)
		r = write_sources(&a, o, d);
	if (!r && !arch_word)
		r = child_run(arch, NULL, take_arch, &a, &status, d);
	if (!r && asprintf(&a.env, "APT_CONFIG=%s/apt.conf", a.dir) < 0) {
		a.env = NULL;
		r = diag_fail(d, ENOMEM, "out of memory");
	}
	if (r < 0)
		return r;
	*ret = a;
	a = (struct build_apt){ .lock = -1 };
	return 0;
}

int build_apt_update(struct build_apt *a, struct diag *d)
{
	diag_spare(d);

	const char *const argv[] = { "apt-get", "-q", "update",
				     "-oAPT::Status-Fd=1", NULL };
	_cleanup_(talk_fini) struct talk t = { .what = "reading package lists" };
	/* apt can hang for ever on a full disk, so it is not led there. */
	int status, r = cache_room(a->dir, 80000000, d);

	if (!r)
		r = run(a, argv, NULL, &t, &status, d);
	if (r < 0)
		return r;
	return status ? trouble(a, &t, "read the package lists", d) : 0;
}

int build_apt_names(struct build_apt *a, const char *prefix, struct strv *ret,
		    struct diag *d)
{
	diag_spare(d);

	const char *const argv[] = { "apt-cache", "pkgnames", prefix, NULL };
	_cleanup_(talk_fini) struct talk t = { 0 };
	char *save = NULL;
	int status, r = run(a, argv, NULL, &t, &status, d);

	if (r < 0)
		return r;
	if (status)
		return trouble(a, &t, "list packages", d);
	for (char *s = t.out.p ? strtok_r(t.out.p, "\n", &save) : NULL;
	     s && !r; s = strtok_r(NULL, "\n", &save))
		r = strv_add(ret, s);
	return r < 0 ? diag_fail(d, -r, "out of memory") : 0;
}

/*
 * Part of a kernel? linux-compiler-gcc-12-x86 has nothing but a changelog,
 * linux-base and initramfs-tools serve installing.
 */
static bool is_part(const char *name)
{
	static const char *const prefixes[] = {
		"linux-image-",	  "linux-binary-",  "linux-modules-",
		"linux-headers-", "linux-kbuild-",  "linux-base-",
		"linux-source-",
	};

	if (str_ends(name, "-unsigned") || strstr(name, "-unsigned-"))
		return false;
	for (size_t i = 0; i < ARRAY_SIZE(prefixes); i++)
		if (str_starts(name, prefixes[i]))
			return true;
	return str_starts(name, "linux-") && strstr(name, "-headers-");
}

/*
 * `apt-cache depends --recurse` prints each package at the start of a line
 * and what it depends on below it, alternatives with a bar:
 *
 *   linux-headers-6.12.107+deb13-cloud-amd64
 *     Depends: linux-kbuild-6.12.107+deb13
 *    |Depends: linux-image-6.12.107+deb13-cloud-amd64
 *     Depends: linux-image-6.12.107+deb13-cloud-amd64-unsigned
 */
static int follow_one(const char *text, const char *name, struct strv *ret)
{
	size_t n = strlen(name);
	bool mine = false;
	int r = 0;

	for (const char *s = text; !r && *s;) {
		size_t len = strcspn(s, "\n");

		if (*s != ' ') {
			mine = len == n && !memcmp(s, name, n);
		} else if (mine) {
			_cleanup_free_ char *line = strndup(s, len);
			char *dep = line ? strstr(line, "Depends: ") : NULL;

			if (!line)
				return -ENOMEM;
			if (dep && is_part(dep + 9) &&
			    !strv_has(ret, dep + 9))
				r = strv_add(ret, dep + 9);
		}
		s += len + (s[len] == '\n');
	}
	return r;
}

/* Does the text have a paragraph of this package? */
static bool is_known(const char *text, const char *name)
{
	size_t n = strlen(name);

	for (const char *s = text; (s = strstr(s, name)); s += n)
		if ((s == text || s[-1] == '\n') && (!s[n] || s[n] == '\n'))
			return true;
	return false;
}

int build_apt_follow(const char *text, const struct strv *want,
		     struct strv *ret)
{
	int r = 0;

	for (size_t i = 0; !r && i < want->n; i++)
		if (is_known(text, want->v[i]) && !strv_has(ret, want->v[i]))
			r = strv_add(ret, want->v[i]);
	for (size_t i = 0; !r && i < ret->n; i++)
		r = follow_one(text, ret->v[i], ret);
	return r;
}

int build_apt_closure(struct build_apt *a, const struct strv *want,
		      struct strv *ret, struct diag *d)
{
	static const char *const head[] = {
		"apt-cache", "depends", "--recurse", "--no-recommends",
		"--no-suggests", "--no-conflicts", "--no-breaks",
		"--no-replaces", "--no-enhances",
	};
	const char *argv[ARRAY_SIZE(head) + 9] = { 0 };
	size_t n = 0;

	for (; n < ARRAY_SIZE(head); n++)
		argv[n] = head[n];
	for (size_t i = 0; i < want->n && i < 8; i++)
		argv[n++] = want->v[i];

	_cleanup_(talk_fini) struct talk t = { 0 };
	int status, r = run(a, argv, NULL, &t, &status, d);

	/* Unknown names are complained about: the caller sees them missing. */
	if (r < 0)
		return r;
	r = t.out.failed ? -ENOMEM :
			   build_apt_follow(text_str(&t.out), want, ret);
	return r < 0 ? diag_fail(d, -r, "out of memory") : 0;
}

/* "apt-get OPTION... download PKG..." of any length, NULL-terminated. */
static const char **download_argv(const struct strv *pkgs, const char *option)
{
	const char **argv = calloc(pkgs->n + 6, sizeof(*argv));
	size_t n = 0;

	if (!argv)
		return NULL;
	argv[n++] = "apt-get";
	argv[n++] = "-q";
	argv[n++] = option;
	argv[n++] = "download";
	for (size_t i = 0; i < pkgs->n; i++)
		argv[n++] = pkgs->v[i];
	return argv;
}

int build_apt_files(struct build_apt *a, const struct strv *pkgs,
		    struct strv *files, uint64_t *bytes, struct diag *d)
{
	diag_spare(d);

	_cleanup_free_ const char **argv = download_argv(pkgs, "--print-uris");
	_cleanup_(talk_fini) struct talk t = { 0 };
	char *save = NULL;
	int status, r;

	if (!argv)
		return diag_fail(d, ENOMEM, "out of memory");
	r = run(a, argv, NULL, &t, &status, d);
	if (r < 0)
		return r;
	if (status)
		return trouble(a, &t, "find the packages", d);
	/* 'URI' FILE SIZE HASH */
	*bytes = 0;
	for (char *s = t.out.p ? strtok_r(t.out.p, "\n", &save) : NULL;
	     s && !r; s = strtok_r(NULL, "\n", &save)) {
		char *file = strstr(s, "' "), *size, *end;
		uint64_t n;

		if (*s != '\'' || !file || !(size = strchr(file + 2, ' ')))
			continue;
		*size++ = 0;
		if ((end = strchr(size, ' ')))
			*end = 0;
		r = strv_add(files, file + 2);
		if (str_to_u64(size, UINT64_MAX / 4, &n))
			*bytes += n;
	}
	return r < 0 ? diag_fail(d, -r, "out of memory") : 0;
}

int build_apt_download(struct build_apt *a, const struct strv *pkgs,
		       uint64_t bytes, const char *dir, struct diag *d)
{
	diag_spare(d);

	_cleanup_free_ const char **argv =
		download_argv(pkgs, "-oAPT::Status-Fd=1");
	char what[64];
	_cleanup_(talk_fini) struct talk t = { .what = what };
	int status, r;

	if (!argv)
		return diag_fail(d, ENOMEM, "out of memory");
	(void)snprintf(what, sizeof(what), "fetching %.0f MB",
		       (double)bytes / 1e6);
	tell(a, what, 0);
	/* Unpacked, the packages of a kernel are three to five times larger. */
	r = cache_room(a->dir, bytes * 4, d);
	if (!r)
		r = run(a, argv, dir, &t, &status, d);
	if (r < 0)
		return r;
	return status ? trouble(a, &t, "fetch the packages", d) : 0;
}
