// SPDX-License-Identifier: GPL-2.0-or-later
/* Make unpacked kernel packages work where they lie: see relocate.h. */
#include "build/relocate.h"

#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <glob.h>
#ifdef __GLIBC__
#include <gnu/libc-version.h>
#endif
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/text.h"

static int no_memory(struct diag *d)
{
	return diag_fail(d, ENOMEM, "out of memory");
}

/* Paths that fit @pattern below @root; an empty list is no error. */
static int find(const char *root, const char *pattern, struct strv *ret,
		struct diag *d)
{
	_cleanup_text_ struct text t = { 0 };
	glob_t g = { 0 };
	int r = 0;

	/* The root's own name may hold glob's characters. */
	for (const char *s = root; *s; s++) {
		if (strchr("*?[\\", *s))
			text_add(&t, "\\");
		text_add_bytes(&t, s, 1);
	}
	text_add(&t, pattern);
	if (t.failed)
		return no_memory(d);
	if (glob(t.p, GLOB_NOSORT, NULL, &g) == 0)
		for (size_t i = 0; !r && i < g.gl_pathc; i++)
			r = strv_add(ret, g.gl_pathv[i]);
	globfree(&g);
	return r < 0 ? no_memory(d) : 0;
}

/*
 * `make -C` stands in the folder of the Makefile, so names relative to it do:
 *
 *   include /usr/src/linux-headers-X-common/Makefile  -> include ../...
 *   KBUILD_OUTPUT=/usr/src/linux-headers-R            -> $(CURDIR)
 */
static int fix_makefile(const char *path, struct diag *d)
{
	_cleanup_bytes_ struct bytes b = { 0 };
	_cleanup_text_ struct text t = { 0 };
	int r = file_read_regular(path, 1 << 20, &b, d);

	if (r < 0)
		return r;
	if (!strstr((char *)b.p, "/usr/src/"))
		return 0;
	for (char *s = (char *)b.p, *end; *s; s = end) {
		end = strchrnul(s, '\n');
		if (*end)
			*end++ = 0;
		if (str_starts(s, "include /usr/src/"))
			text_addf(&t, "include ../%s\n", s + 17);
		else if (str_starts(s, "KBUILD_OUTPUT=/usr/src/"))
			text_add(&t, "KBUILD_OUTPUT=$(CURDIR)\n");
		else
			text_addf(&t, "%s\n", s);
	}
	if (t.failed)
		return no_memory(d);
	return file_write(path, t.p, t.n, 0644, d);
}

/* /usr/src/X, seen from lib/modules/R/build, is ../../../usr/src/X. */
static int fix_link(const char *root, const char *path, struct diag *d)
{
	_cleanup_text_ struct text t = { 0 };
	char target[4096];
	ssize_t n = readlink(path, target, sizeof(target) - 1);

	if (n <= 0 || target[0] != '/')
		return 0;
	target[n] = 0;
	for (const char *s = path + strlen(root) + 1; (s = strchr(s, '/')); s++)
		text_add(&t, t.n ? "/.." : "..");
	text_add(&t, target);
	if (t.failed)
		return no_memory(d);
	if (unlink(path) < 0 || symlink(t.p, path) < 0) {
		int err = errno;

		diag_fail(d, err, "cannot replace the link: %s",
			  strerror(err));
		return diag_in(d, "%s", path);
	}
	return 0;
}

/* Newer packages have usr/lib/modules only: lib leads there as on a system. */
static int link_lib(const char *root, struct diag *d)
{
	_cleanup_free_ char *lib = NULL, *mods = NULL;

	if (asprintf(&lib, "%s/lib", root) < 0 ||
	    asprintf(&mods, "%s/usr/lib/modules", root) < 0)
		return no_memory(d);
	if (!path_exists(mods) || path_exists(lib))
		return 0;
	if (symlink("usr/lib", lib) < 0) {
		int err = errno;

		diag_fail(d, err, "cannot make a link: %s", strerror(err));
		return diag_in(d, "%s", lib);
	}
	return 0;
}

int build_relocate(const char *root, struct diag *d)
{
	diag_spare(d);

	static const char *const links[] = { "/lib/modules/*/build",
					     "/lib/modules/*/source",
					     "/usr/lib/modules/*/build",
					     "/usr/lib/modules/*/source" };
	_cleanup_strv_ struct strv makefiles = { 0 }, found = { 0 };
	int r = find(root, "/usr/src/linux-headers-*/Makefile", &makefiles, d);

	for (size_t i = 0; !r && i < makefiles.n; i++)
		r = fix_makefile(makefiles.v[i], d);
	/* Before lib exists, so that no link is found by two names. */
	for (size_t i = 0; !r && i < ARRAY_SIZE(links); i++)
		r = find(root, links[i], &found, d);
	for (size_t i = 0; !r && i < found.n; i++)
		r = fix_link(root, found.v[i], d);
	return r ? r : link_lib(root, d);
}

/* nftw() has no argument for its callback. */
static __thread struct strv *walk_found;

static int take_programs(const char *path, const struct stat *st, int type,
			 struct FTW *ftw)
{
	char head[4] = "";

	(void)ftw;
	if (type != FTW_F || !(st->st_mode & 0100))
		return 0;

	_cleanup_close_ int fd = open(path, O_RDONLY | O_CLOEXEC);

	if (fd < 0 || read(fd, head, 4) != 4 || memcmp(head, "\177ELF", 4))
		return 0;
	return strv_add(walk_found, path);
}

/* Programs of the kernel's build tools. */
static int programs(const char *root, struct strv *ret, struct diag *d)
{
	_cleanup_strv_ struct strv kbuild = { 0 };
	int r = find(root, "/usr/lib/linux-kbuild-*", &kbuild, d);

	walk_found = ret;
	for (size_t i = 0; !r && i < kbuild.n; i++)
		if (nftw(kbuild.v[i], take_programs, 16, FTW_PHYS))
			r = no_memory(d);
	walk_found = NULL;
	return r;
}

/*
 * The newest "GLIBC_2.N" that a program names; 0: none. Symbol versions are
 * strings in the file, so it need not be run to be asked.
 */
static unsigned libc_minor(const char *path)
{
	static const char mark[] = "GLIBC_2.";
	_cleanup_bytes_ struct bytes b = { 0 };
	unsigned long newest = 0;

	if (file_read_regular(path, 64 << 20, &b, NULL) < 0)
		return 0;
	for (const uint8_t *p = b.p, *end = b.p + b.n;
	     (p = memmem(p, (size_t)(end - p), mark, sizeof(mark) - 1));) {
		p += sizeof(mark) - 1;

		unsigned long n = strtoul((const char *)p, NULL, 10);

		if (n > newest && n < 1000)
			newest = n;
	}
	return (unsigned)newest;
}

bool build_tools_need_libc(const char *root)
{
	_cleanup_strv_ struct strv tools = { 0 };
	unsigned long have = 0;

#ifdef __GLIBC__
	const char *version = gnu_get_libc_version();

	if (str_starts(version, "2."))
		have = strtoul(version + 2, NULL, 10);
#endif
	if (programs(root, &tools, NULL) < 0)
		return false;
	for (size_t i = 0; i < tools.n; i++)
		if (libc_minor(tools.v[i]) > have)
			return true;
	return false;
}

/*
 * The tool is moved aside and a script takes its place. The script passes its
 * own name on, because some tools start their variants by it.
 */
static int wrap(const char *root, const char *tool, const char *loader,
		const char *lib, struct diag *d)
{
	_cleanup_free_ char *aside = NULL;
	_cleanup_text_ struct text up = { 0 }, t = { 0 };

	for (const char *s = tool + strlen(root) + 1; (s = strchr(s, '/')); s++)
		text_add(&up, "/..");
	text_addf(&t, "#!/bin/sh\n# Runs the kernel's tool with the C library it was linked with.\ntop=\"${0%%/*}%s\"\n",
		  text_str(&up));
	text_addf(&t, "exec \"$top%s\" --argv0 \"$0\" --library-path \"$top%s\" \"$0.elf\" \"$@\"\n",
		  loader + strlen(root), lib + strlen(root));
	if (t.failed || up.failed || asprintf(&aside, "%s.elf", tool) < 0)
		return no_memory(d);
	if (rename(tool, aside) < 0) {
		int err = errno;

		diag_fail(d, err, "cannot rename: %s", strerror(err));
		return diag_in(d, "%s", tool);
	}
	return file_write(tool, t.p, t.n, 0755, d);
}

int build_tools_wrap(const char *root, const char *host, struct diag *d)
{
	diag_spare(d);

	static const char *const places[] = { "/usr/lib/*", "/lib/*", "/lib64",
					      "/usr/lib64" };
	_cleanup_strv_ struct strv loader = { 0 }, libc = { 0 }, tools = { 0 };
	int r = 0;

	for (size_t i = 0; !r && i < ARRAY_SIZE(places); i++) {
		_cleanup_free_ char *a = NULL, *b = NULL;

		if (asprintf(&a, "/%s%s/ld-linux*.so.*", host, places[i]) < 0 ||
		    asprintf(&b, "/%s%s/libc.so.6", host, places[i]) < 0)
			return no_memory(d);
		r = find(root, a, &loader, d);
		if (!r)
			r = find(root, b, &libc, d);
	}
	if (!r)
		r = programs(root, &tools, d);
	if (r < 0)
		return r;
	if (!loader.n || !libc.n)
		return diag_fail(d, ENOENT,
				 "the package libc6 has no ld-linux*.so or no libc.so.6");
	*strrchr(libc.v[0], '/') = 0;
	for (size_t i = 0; !r && i < tools.n; i++)
		r = wrap(root, tools.v[i], loader.v[0], libc.v[0], d);
	return r;
}
