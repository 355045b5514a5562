/* SPDX-License-Identifier: GPL-2.0-or-later */
/* lkm tour: what a block needs, and who has not got it. */
#include <string.h>

#include "base/child.h"
#include "base/file.h"
#include "lab/firmware.h"
#include "lab/initramfs.h"
#include "lab/qemu.h"
#include "tour_run.h"

static bool file_in(const char *folder, const char *name)
{
	_cleanup_free_ char *path = NULL;

	if (asprintf(&path, "%s/%s", folder, name) < 0)
		path = NULL;
	return path && path_exists(path);
}

static bool have_command(const char *name)
{
	_cleanup_free_ char *path = child_which(name);

	return path;
}

static void ignore(void *arg, const char *line)
{
	(void)arg;
	(void)line;
}

int tour_status(const char *const *argv)
{
	const struct child_setup setup = { .no_input = true };
	int status = -1;

	return child_run(argv, &setup, ignore, NULL, &status, NULL) < 0 ?
		       -1 :
		       status;
}

/* A stand-in that would install the real one is none. */
static bool works(const char *name)
{
	const char *const argv[] = { name, "--version", NULL };

	return tour_status(argv) == 0;
}

static bool have_kernel(const char *name)
{
	struct build_kernel k;

	return build_kernel_find(name, &k, NULL) == 0 && k.image_readable;
}

static bool have_module(const struct tour_place *p, const char *name)
{
	_cleanup_free_ char *path = NULL;

	return build_kernel_module_path(&p->kernel, name, &path, NULL) == 0;
}

static const char *no_kernel(const char *name, struct arena *a)
{
	if (str_eq(name, "minimal"))
		return "there is no kernel 'minimal' here: 'lkm kernel build minimal' builds it in a few minutes";
	return arena_printf(a, "there is no kernel '%s' here: 'lkm kernel get %s' may fetch it",
			    name, name);
}

/* Whether Linux of @release is older than @version, "5.11". */
static bool older(const char *release, const char *version)
{
	int major = 0, minor = 0, m = 0, n = 0;

	if (sscanf(version, "%4d.%4d", &m, &n) < 2 ||
	    sscanf(release, "%4d.%4d", &major, &minor) < 2)
		return false;
	return major < m || (major == m && minor < n);
}

static const char *no_uefi(struct arena *a)
{
	_cleanup_firmware_ struct lab_firmware f = { 0 };
	struct diag d = { 0 };

	return lab_firmware_find("", &f, &d) < 0 ?
		       arena_printf(a, "%s (%s)", d.what, d.hint) :
		       NULL;
}

static const char *missing(const struct tour_place *p, const char *kind,
			   const char *what, struct arena *a)
{
	if (str_starts(kind, "cmd:"))
		return have_command(what) ? NULL :
			arena_printf(a, "the program %s is not installed here",
				     what);
	if (str_starts(kind, "works:"))
		return works(what) ? NULL :
			arena_printf(a, "the program %s is not installed here, or does not work",
				     what);
	if (str_starts(kind, "path:"))
		return path_exists(what) ? NULL :
			arena_printf(a, "this machine has no %s", what);
	if (str_starts(kind, "file:"))
		return file_in(p->folder, what) ? NULL :
			arena_printf(a, "kernel %s comes without %s",
				     p->kernel.release, what);
	if (str_starts(kind, "kernel:"))
		return have_kernel(what) ? NULL : no_kernel(what, a);
	if (str_starts(kind, "module:"))
		return have_module(p, what) ? NULL :
			arena_printf(a, "kernel %s has no module %s",
				     p->kernel.release, what);
	if (str_starts(kind, "config:"))
		return build_kernel_configured(&p->kernel, what) > 0 ? NULL :
			arena_printf(a, "kernel %s was built without %s",
				     p->kernel.release, what);
	if (str_starts(kind, "before:"))
		return older(p->kernel.release, what) ? NULL :
			arena_printf(a, "kernel %s is not older than Linux %s",
				     p->kernel.release, what);
	if (str_eq(kind, "firmware:uefi"))
		return no_uefi(a);
	return arena_printf(a, "the lesson names a need that is none: %s",
			    kind);
}

/* What every guest block needs: a machine, and a shell in it. */
static const char *no_guest(struct arena *a)
{
	_cleanup_free_ char *qemu = NULL, *busybox = lab_busybox();
	const struct lab_config x86 = { 0 };
	struct diag d = { 0 };

	if (lab_qemu_path(&x86, &qemu, &d) < 0)
		return arena_printf(a, "%s (%s)", d.what, d.hint);
	return busybox ? NULL :
		"the throw-away kernel needs a shell, and there is no static busybox here (package busybox-static; Fedora, Arch: busybox)";
}

const char *tour_needs(const struct tour_place *p, const struct tour_block *b,
		       struct arena *a)
{
	for (size_t i = 0; i < b->n_attrs; i++) {
		const char *kind = b->attrs[i].value, *colon, *why;

		if (!str_eq(b->attrs[i].name, "needs"))
			continue;
		colon = strchr(kind, ':');
		why = missing(p, kind, colon ? colon + 1 : "", a);
		if (why)
			return why;
	}
	return b->kind == TOUR_GUEST && !p->session ? no_guest(a) : NULL;
}
