// SPDX-License-Identifier: GPL-2.0-or-later
/* The list of kernels at hand, and which one a name means: see kernel.h. */
#include "build/kernel.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>

#include "base/file.h"
#include "base/text.h"
#include "build/distro.h"
#include "build/name.h"

enum { CONFIG_MAX = 4 << 20 };

void build_kernels_fini(struct build_kernels *l)
{
	free(l->v);
	*l = (struct build_kernels){ 0 };
}

/* How much can be done with it; the larger the better. */
static int worth(const struct build_kernel *k)
{
	return (k->image_readable && k->modules[0] ? 4 : 0) +
	       (k->headers[0] ? 2 : 0) + (k->origin == BUILD_INSTALLED ? 1 : 0);
}

static int newest_first(const void *pa, const void *pb)
{
	const struct build_kernel *a = pa, *b = pb;
	int c = build_release_cmp(b->release, a->release);

	return c ? c : worth(b) - worth(a);
}

/* Of each release only the first, which is the most complete, stays. */
static void sort_and_merge(struct build_kernels *l)
{
	size_t n = 0;

	if (l->n)
		qsort(l->v, l->n, sizeof(*l->v), newest_first);
	for (size_t i = 0; i < l->n; i++)
		if (!n || !str_eq(l->v[n - 1].release, l->v[i].release))
			l->v[n++] = l->v[i];
	l->n = n;
}

static int scan_cache(const char *cache, struct build_kernels *ret,
		      struct diag *d)
{
	DIR *dp = opendir(cache);
	int r = 0;

	if (!dp)
		return 0;
	for (struct dirent *e; !r && (e = readdir(dp));) {
		_cleanup_free_ char *root = NULL;

		/* Unfinished ones begin with a dot. */
		if (e->d_name[0] == '.')
			continue;
		if (asprintf(&root, "%s/%s", cache, e->d_name) < 0) {
			root = NULL;
			r = diag_fail(d, ENOMEM, "out of memory");
			break;
		}
		r = build_kernel_scan(root, BUILD_CACHED, ret, d);
	}
	(void)closedir(dp);
	return r;
}

/* Installed, or fetched from the suite that this system is of. */
static void mark_own(const char *root, struct build_kernels *l)
{
	struct build_distro o;

	build_distro_read(root, &o);
	for (size_t i = 0; i < l->n; i++)
		l->v[i].own = l->v[i].origin == BUILD_INSTALLED ||
			      (o.codename[0] &&
			       str_eq(l->v[i].suite, o.codename));
}

int build_kernel_list_in(const char *root, const char *cache,
			 struct build_kernels *ret, struct diag *d)
{
	_cleanup_kernels_ struct build_kernels l = { 0 };
	int r = build_kernel_scan(root, BUILD_INSTALLED, &l, d);

	if (!r && cache)
		r = scan_cache(cache, &l, d);
	if (r < 0)
		return r;
	sort_and_merge(&l);
	mark_own(root, &l);
	*ret = l;
	l = (struct build_kernels){ 0 };
	return 0;
}

/* What the user prefers; NULL: nothing. */
static const char *preferred(void)
{
	const char *name = getenv("LKM_KERNEL");

	return name && *name ? name : NULL;
}

/* If that is a folder: its real path. */
static char *named_folder(void)
{
	const char *name = preferred();
	char *path = name && strchr(name, '/') ? realpath(name, NULL) : NULL;

	if (path && str_eq(path, "/")) {
		free(path);
		path = NULL;
	}
	return path;
}

int build_kernel_list(struct build_kernels *ret, struct diag *d)
{
	_cleanup_free_ char *cache = NULL;

	/* Without a cache there are still the installed ones. */
	(void)!cache_dir("kernels", &cache, NULL);

	int r = build_kernel_list_in("", cache, ret, d);
	_cleanup_free_ char *named = r ? NULL : named_folder();

	if (!named)
		return r;
	r = build_kernel_scan(named, BUILD_CACHED, ret, d);
	sort_and_merge(ret);
	return r;
}

static bool is_cloud(const struct build_kernel *k)
{
	return strstr(k->release, "-cloud") || strstr(k->release, "-virtual");
}

/*
 * Does @k fit the name, and how well? 0: not at all; 2: its flavour is the
 * one that was said (no word is the full kernel); 1: another flavour, which
 * will do when none was said.
 */
static int fits(const struct build_kernel *k, const struct build_name *n)
{
	char series[16], flavour[16];
	const char *want = n->flavour;

	if (n->release[0])
		return str_eq(k->release, n->release) ? 2 : 0;
	build_release_series(k->release, series, sizeof(series));
	build_release_flavour(k->release, flavour, sizeof(flavour));
	if (n->series[0] && !str_eq(series, n->series))
		return 0;
	if (n->suite[0] && !str_eq(k->suite, n->suite))
		return 0;
	if (str_eq(want, "amd64") || str_eq(want, "arm64"))
		return flavour[0] ? 0 : 2;
	if (str_eq(want, flavour))
		return 2;
	return want[0] ? 0 : 1;
}

static int score(const struct build_kernel *k, bool headers)
{
	int s = 0;

	if (k->image_readable && k->modules[0])
		s += headers ? 8 : 32;
	if (k->headers[0])
		s += headers ? 32 : 8;
	/* One of our own is for those who ask for it by its name. */
	return s + is_cloud(k) + (k->own ? 2 : 0) - (k->built ? 12 : 0);
}

/* "6.1.0-56" of 6.1.0-56-cloud-amd64, if there is but one such. */
static const struct build_kernel *only_one(const struct build_kernels *l,
					   const char *begins)
{
	const struct build_kernel *found = NULL;
	size_t n = strlen(begins);

	for (size_t i = 0; i < l->n; i++) {
		const char *release = l->v[i].release;

		if (strncmp(release, begins, n) != 0 ||
		    !strchr("-.+~", release[n]))
			continue;
		if (found)
			return NULL;
		found = &l->v[i];
	}
	return found;
}

/* The best that fits; of equals the first, which is the newest. */
static const struct build_kernel *pick(const struct build_kernels *l,
				       const struct build_name *n, bool headers)
{
	const struct build_kernel *best = NULL;
	int best_score = -1;

	for (size_t i = 0; i < l->n; i++) {
		int fit = n ? fits(&l->v[i], n) : 2;
		int s = score(&l->v[i], headers) + fit * 4;

		if (!fit || s <= best_score)
			continue;
		best = &l->v[i];
		best_score = s;
	}
	if (!best && n && n->release[0])
		return only_one(l, n->release);
	return best;
}

const struct build_kernel *build_kernel_pick(const struct build_kernels *l,
					     const char *name)
{
	const struct build_kernel *k;
	struct build_name n;

	if (name && *name)
		return build_name_parse(name, &n, NULL) < 0 ?
			       NULL : pick(l, &n, false);
	k = pick(l, NULL, false);
	return k && k->image_readable && k->modules[0] ? k : NULL;
}

const struct build_kernel *
build_kernel_pick_headers(const struct build_kernels *l, const char *name,
			  const char *running)
{
	const struct build_kernel *k;
	struct build_name n;

	if (name && *name)
		return build_name_parse(name, &n, NULL) < 0 ?
			       NULL : pick(l, &n, true);
	for (size_t i = 0; i < l->n; i++)
		if (str_eq(l->v[i].release, running) && l->v[i].headers[0])
			return &l->v[i];
	k = pick(l, NULL, true);
	return k && k->headers[0] ? k : NULL;
}

/* One that no distribution has: "minimal", "6.1-minimal", a release. */
static bool is_minimal(const struct build_name *n)
{
	return str_eq(n->flavour, "minimal") ||
	       str_ends(n->release, "-minimal");
}

/* " (at hand: A, B, C)" */
static void add_at_hand(struct text *t, const struct build_kernels *l)
{
	for (size_t i = 0; i < l->n && i < 4; i++)
		text_addf(t, "%s%s", i ? ", " : "; at hand: ", l->v[i].release);
	if (l->n > 4)
		text_addf(t, " and %zu more", l->n - 4);
}

static int none_such(const struct build_kernels *l, const char *name,
		     struct diag *d)
{
	_cleanup_text_ struct text t = { 0 };
	struct build_name n;

	if (name && *name && build_name_parse(name, &n, d) < 0)
		return -ENOENT;
	add_at_hand(&t, l);
	if (!name || !*name) {
		diag_fail(d, ENOENT,
			  "no kernel with a readable image and modules is at hand%s",
			  text_str(&t));
		return diag_hint(d, "'lkm kernel get' fetches one, without root");
	}
	diag_fail(d, ENOENT, "kernel '%s' is not at hand%s", name,
		  text_str(&t));
	if (is_minimal(&n))
		return diag_hint(d, "'lkm kernel build minimal' builds it, without root, in a few minutes");
	return diag_hint(d, "'lkm kernel get %s' fetches it without root, if this distribution has it",
			 name);
}

/* The list that @name is looked up in: a folder's, or all there is. */
static int candidates(const char **name, struct build_kernels *ret,
		      struct diag *d)
{
	/* A variable of the user's that is not set. */
	if (*name && !**name)
		return diag_fail_hint(d, EINVAL, "'lkm kernel list' shows those at hand",
				      "the name of a kernel is empty");
	if (!*name || !strchr(*name, '/'))
		return build_kernel_list(ret, d);

	_cleanup_free_ char *root = realpath(*name, NULL);

	if (!root) {
		diag_fail(d, ENOENT, "no such folder");
		return diag_in(d, "%s", *name);
	}

	int r = build_kernel_scan(str_eq(root, "/") ? "" : root, BUILD_CACHED,
				  ret, d);

	if (r < 0)
		return r;
	if (!ret->n) {
		diag_fail(d, ENOENT,
			  "holds no kernel: neither boot/vmlinuz-* nor lib/modules/* nor usr/src/linux-headers-*");
		diag_hint(d, "name the folder that a kernel package was unpacked into with 'dpkg-deb -x'");
		return diag_in(d, "%s", *name);
	}
	sort_and_merge(ret);
	*name = NULL;
	return 0;
}

int build_kernel_find(const char *name, struct build_kernel *ret,
		      struct diag *d)
{
	diag_spare(d);

	_cleanup_kernels_ struct build_kernels l = { 0 };
	const char *said = name = name ? name : preferred();
	int r = candidates(&name, &l, d);

	if (r < 0)
		return r;

	const struct build_kernel *k = build_kernel_pick(&l, name);

	/* A folder that was named counts even if it holds only a part. */
	if (!k && said && !name && l.n)
		k = &l.v[0];
	if (!k)
		return none_such(&l, name, d);
	*ret = *k;
	return 0;
}

/* Headers of release @k are missing: the command that brings them. */
static int no_headers(const struct build_kernel *k, struct diag *d)
{
	struct build_distro o;
	char cmd[256];

	diag_fail(d, ENOENT, "the headers of kernel %s are not at hand",
		  k->release);
	build_distro_read("", &o);
	build_distro_command(&o, BUILD_NEED_HEADERS, k->release, cmd,
			     sizeof(cmd));
	if (o.family == BUILD_DEBIAN || o.family == BUILD_UBUNTU)
		return diag_hint(d, "'lkm kernel get %s' fetches them without root; '%s' installs them",
				 k->release, cmd);
	return diag_hint(d, "'%s'", cmd);
}

static int read_config(const struct build_kernel *k, struct bytes *ret)
{
	_cleanup_free_ char *path = NULL;

	if (asprintf(&path, "%s/.config", k->headers) < 0)
		path = NULL;
	if (path && k->headers[0] &&
	    file_read_regular(path, CONFIG_MAX, ret, NULL) == 0)
		return 0;
	return k->config[0] ?
		       file_read_regular(k->config, CONFIG_MAX, ret, NULL) :
		       -ENOENT;
}

int build_kernel_configured(const struct build_kernel *k, const char *line)
{
	_cleanup_bytes_ struct bytes b = { 0 };
	size_t n = strlen(line);

	if (read_config(k, &b) < 0)
		return -ENOENT;
	for (const char *s = (const char *)b.p; s; s = strchr(s, '\n')) {
		s += *s == '\n';
		if (!strncmp(s, line, n) && (s[n] == '\n' || !s[n]))
			return 1;
	}
	return 0;
}

int build_kernel_for_building(const char *name, struct build_kernel *ret,
			      struct diag *d)
{
	diag_spare(d);

	_cleanup_kernels_ struct build_kernels l = { 0 };
	struct utsname u = { 0 };
	const char *said = name = name ? name : preferred();
	int r = candidates(&name, &l, d);

	if (r < 0)
		return r;
	(void)uname(&u);

	const struct build_kernel *k =
		build_kernel_pick_headers(&l, name, u.release);

	if (!k && said && !name && l.n)
		k = &l.v[0];
	if (!k && !name) {
		struct build_kernel running = { 0 };

		(void)snprintf(running.release, sizeof(running.release), "%s",
			       u.release);
		diag_fail(d, ENOENT,
			  "no kernel headers are at hand (this machine runs %s)",
			  u.release);
		diag_hint(d, "'lkm kernel get' fetches a kernel with headers, without root");
		return no_headers(&running, d);
	}
	if (!k)
		return none_such(&l, name, d);
	if (!k->headers[0])
		return no_headers(k, d);
	*ret = *k;
	return 0;
}

static bool has_word(const char *s, const char *word)
{
	size_t n = strlen(word);

	for (; (s = strstr(s, word)); s += n)
		if (s[-1] == ' ' && (!s[n] || s[n] == ' '))
			return true;
	return false;
}

int build_kernel_for_vermagic(const char *vermagic, struct build_kernel *ret,
			      struct diag *d)
{
	diag_spare(d);

	_cleanup_kernels_ struct build_kernels l = { 0 };
	size_t n = strcspn(vermagic, " ");
	const struct build_kernel *close = NULL;
	struct build_name want = { 0 };
	char release[96];
	int r = build_kernel_list(&l, d);

	if (r < 0)
		return r;
	(void)snprintf(release, sizeof(release), "%.*s", (int)n, vermagic);
	build_release_series(release, want.series, sizeof(want.series));
	build_release_flavour(release, want.flavour, sizeof(want.flavour));
	for (size_t i = 0; i < l.n; i++) {
		const struct build_kernel *k = &l.v[i];

		if (!k->image_readable || !k->modules[0])
			continue;
		if (str_eq(k->release, release)) {
			*ret = *k;
			return 0;
		}
		if (!close && want.series[0] && fits(k, &want) == 2)
			close = k;
	}
	if (close && vermagic[n] && has_word(vermagic + n, "modversions")) {
		*ret = *close;
		return 0;
	}

	_cleanup_text_ struct text t = { 0 };

	add_at_hand(&t, &l);
	diag_fail(d, ENOENT,
		  "the module is built for kernel %s, which is not at hand%s",
		  release, text_str(&t));
	if (str_eq(want.flavour, "minimal"))
		return diag_hint(d, "'lkm kernel build minimal' builds one; then build the module again: 'lkm build --kernel minimal'");
	return diag_hint(d, "'lkm kernel get %s' fetches it if the distribution still has it; or build the module again: 'lkm build'",
			 release);
}
