// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Kernels under one root, wherever a distribution puts them:
 *
 *           Debian, Ubuntu           Fedora             Arch      SUSE
 *   image   /boot/vmlinuz-R          /boot, /lib/m/R    /lib/m/R  /boot
 *   headers /usr/src/linux-headers-R /usr/src/kernels/R /lib/m/R/build
 *
 * where /lib/m is /lib/modules or /usr/lib/modules. See kernel.h.
 */
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "base/file.h"
#include "base/text.h"
#include "build/kernel.h"
#include "build/name.h"

/* Joins into a fixed field; false (and "") if it does not fit. */
static bool join(char *buf, size_t n, const char *a, const char *b,
		 const char *c)
{
	int len = snprintf(buf, n, "%s%s%s", a, b, c);

	if (len >= 0 && (size_t)len < n)
		return true;
	*buf = 0;
	return false;
}

#define JOIN(field, a, b, c) join(field, sizeof(field), a, b, c)

/* Releases are folder names and ends of file names: nothing odd gets in. */
static bool plausible(const char *release)
{
	size_t n = strlen(release);

	return n && n < sizeof(((struct build_kernel *)0)->release) &&
	       *release >= '0' && *release <= '9' && !strchr(release, '/') &&
	       !strchr(release, ' ') && strchr(release, '.');
}

/* Adds what stands behind @prefix in the names in @dir. */
static int names_in(const char *root, const char *dir, const char *prefix,
		    struct strv *ret)
{
	char path[4200];

	if (!JOIN(path, root, dir, ""))
		return 0;

	DIR *dp = opendir(path);

	if (!dp)
		return 0;

	int r = 0;

	for (struct dirent *e; !r && (e = readdir(dp));) {
		const char *name = e->d_name;

		if (!str_starts(name, prefix))
			continue;
		name += strlen(prefix);
		if (!plausible(name) || str_ends(name, "-common") ||
		    str_ends(name, ".old") || strv_has(ret, name))
			continue;
		r = strv_add(ret, name);
	}
	(void)closedir(dp);
	return r;
}

static int releases(const char *root, struct strv *ret)
{
	static const char *const places[][2] = {
		{ "/boot", "vmlinuz-" },	{ "/boot", "vmlinux-" },
		{ "/boot", "Image-" },		{ "/lib/modules", "" },
		{ "/usr/lib/modules", "" },	{ "/usr/src/kernels", "" },
		{ "/usr/src", "linux-headers-" },
	};
	int r = 0;

	for (size_t i = 0; !r && i < ARRAY_SIZE(places); i++)
		r = names_in(root, places[i][0], places[i][1], ret);
	return r;
}

static void find_image(struct build_kernel *k)
{
	static const char *const forms[][2] = {
		{ "/boot/vmlinuz-", "" },
		{ "/lib/modules/", "/vmlinuz" },
		{ "/usr/lib/modules/", "/vmlinuz" },
		{ "/boot/vmlinux-", "" },
		{ "/boot/Image-", "" },
	};
	char dir[4096], path[4096];

	for (size_t i = 0; i < ARRAY_SIZE(forms); i++) {
		if (!JOIN(dir, k->root, forms[i][0], k->release) ||
		    !JOIN(path, dir, forms[i][1], "") || !path_exists(path))
			continue;

		bool readable = access(path, R_OK) == 0;

		if (k->image[0] && !readable)
			continue;
		memcpy(k->image, path, sizeof(path));
		k->image_readable = readable;
		if (readable)
			return;
	}
}

static bool has_file(const char *dir, const char *name)
{
	char path[4200];

	return JOIN(path, dir, "/", name) && path_exists(path);
}

static void find_modules(struct build_kernel *k)
{
	static const char *const places[] = { "/lib/modules/",
					      "/usr/lib/modules/" };
	char dir[4096];

	for (size_t i = 0; i < ARRAY_SIZE(places); i++) {
		if (!JOIN(dir, k->root, places[i], k->release))
			continue;
		/* A folder with nothing but `build` holds no modules. */
		if (has_file(dir, "kernel") || has_file(dir, "modules.order") ||
		    has_file(dir, "modules.dep")) {
			memcpy(k->modules, dir, sizeof(dir));
			return;
		}
	}
}

static bool is_headers(const char *dir)
{
	return has_file(dir, "Makefile") &&
	       (has_file(dir, "include/generated/autoconf.h") ||
		has_file(dir, "include/config/auto.conf"));
}

/*
 * Below another root an absolute link `build` leads back into this system:
 * what the packages bring in /usr/src comes first there.
 */
static void find_headers(struct build_kernel *k)
{
	static const char *const forms[][2] = {
		{ "/lib/modules/", "/build" },
		{ "/usr/lib/modules/", "/build" },
		{ "/usr/src/linux-headers-", "" },
		{ "/usr/src/kernels/", "" },
	};
	const size_t n = ARRAY_SIZE(forms), first = k->root[0] ? 2 : 0;
	char dir[4096], path[4096];

	for (size_t j = 0; j < n; j++) {
		size_t i = (first + j) % n;

		if (!JOIN(dir, k->root, forms[i][0], k->release) ||
		    !JOIN(path, dir, forms[i][1], "") || !is_headers(path))
			continue;
		memcpy(k->headers, path, sizeof(path));
		return;
	}
}

static void find_config(struct build_kernel *k)
{
	char boot[4096], forms[3][4200] = { { 0 } };

	if (JOIN(boot, k->root, "/boot/config-", k->release))
		(void)JOIN(forms[0], boot, "", "");
	if (k->modules[0])
		(void)JOIN(forms[1], k->modules, "/config", "");
	if (k->headers[0])
		(void)JOIN(forms[2], k->headers, "/.config", "");
	for (size_t i = 0; i < 3 && !k->config[0]; i++)
		if (forms[i][0] && access(forms[i], R_OK) == 0)
			(void)JOIN(k->config, forms[i], "", "");
}

static void find_arch(struct build_kernel *k)
{
	static const char *const known[][2] = {
		{ "amd64", "x86_64" },	   { "x86_64", "x86_64" },
		{ "arm64", "aarch64" },	   { "aarch64", "aarch64" },
		{ "riscv64", "riscv64" },  { "s390x", "s390x" },
		{ "ppc64le", "ppc64le" },  { "powerpc64le", "ppc64le" },
		{ "loong64", "loongarch64" }, { "686", "i686" },
	};
	struct utsname u;

	for (size_t i = 0; i < ARRAY_SIZE(known); i++)
		if (str_ends(k->release, known[i][0])) {
			(void)JOIN(k->arch, known[i][1], "", "");
			return;
		}
	if (uname(&u) == 0)
		(void)JOIN(k->arch, u.machine, "", "");
}

/* What lkm wrote down when it fetched the kernel. */
static void read_note(struct build_kernel *k)
{
	_cleanup_bytes_ struct bytes b = { 0 };
	char path[4200];

	if (!JOIN(path, k->root, "/", BUILD_KERNEL_NOTE) ||
	    file_read_regular(path, 1 << 16, &b, NULL) < 0)
		return;
	for (char *s = (char *)b.p, *end; *s; s = end) {
		end = strchrnul(s, '\n');
		if (*end)
			*end++ = 0;
		if (str_starts(s, "package="))
			(void)JOIN(k->package, s + 8, "", "");
		else if (str_starts(s, "suite="))
			(void)JOIN(k->suite, s + 6, "", "");
		else if (str_starts(s, "built="))
			k->built = true;
	}
}

static int add(struct build_kernels *l, const struct build_kernel *k)
{
	struct build_kernel *v = reallocarray(l->v, l->n + 1, sizeof(*v));

	if (!v)
		return -ENOMEM;
	l->v = v;
	v[l->n++] = *k;
	return 0;
}

int build_kernel_scan(const char *root, enum build_origin origin,
		      struct build_kernels *ret, struct diag *d)
{
	_cleanup_strv_ struct strv names = { 0 };
	int r = releases(root, &names);

	for (size_t i = 0; !r && i < names.n; i++) {
		struct build_kernel k = { .origin = origin };

		if (!JOIN(k.root, root, "", "") && root[0])
			continue;
		(void)JOIN(k.release, names.v[i], "", "");
		find_image(&k);
		find_modules(&k);
		find_headers(&k);
		find_config(&k);
		find_arch(&k);
		if (!k.image[0] && !k.modules[0] && !k.headers[0])
			continue;
		if (origin == BUILD_CACHED)
			read_note(&k);
		r = add(ret, &k);
	}
	return r < 0 ? diag_fail(d, -r, "out of memory") : 0;
}

uint64_t build_kernel_disk_bytes(const struct build_kernel *k)
{
	return k->origin == BUILD_CACHED ? tree_disk_bytes(k->root) : 0;
}
