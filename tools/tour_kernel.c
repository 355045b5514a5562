/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * lkm tour: the folder kernel/ of a step, so that its commands can be typed as
 * they stand. It has links to what the lesson's kernel consists of, and the
 * programs that go with it.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "tour_run.h"
#include "ui.h"

static int link_to(const char *folder, const char *name, const char *to,
		   struct diag *d)
{
	_cleanup_free_ char *path = NULL;

	if (asprintf(&path, "%s/%s", folder, name) < 0) {
		path = NULL;
		return diag_fail(d, ENOMEM, "out of memory");
	}
	(void)unlink(path);
	if (!*to || symlink(to, path) == 0)
		return 0;
	diag_fail(d, errno, "cannot make a link: %s", strerror(errno));
	return diag_in(d, "%s", path);
}

/* Where <linux/module.h> is. */
static int link_include(const struct build_kernel *k, const char *dir,
			struct diag *d)
{
	_cleanup_free_ char *common = NULL, *include = NULL;
	int r = build_kernel_common_headers(k, &common, d);

	if (!r && asprintf(&include, "%s/include", common) < 0) {
		include = NULL;
		r = diag_fail(d, ENOMEM, "out of memory");
	}
	return r ? r : link_to(dir, "include", include, d);
}

/*
 * If a kernel was built here (lkm kernel build), its modules, and its headers,
 * which are the whole source.
 */
static int link_own_kernel(const char *dir, struct diag *d)
{
	struct build_kernel k = { 0 };
	int r;

	if (build_kernel_find("minimal", &k, NULL) < 0)
		k = (struct build_kernel){ 0 };
	r = link_to(dir, "minimal", k.modules, d);
	return r ? r : link_to(dir, "source", k.headers, d);
}

/*
 * A stand-in for the compiler that the headers name, where that one is not
 * installed: kernel/cc. The options that it takes out are those of
 * 'lkm build'.
 */
static int put_compiler(struct tour_place *p, const char *dir, struct diag *d)
{
	struct build_compiler *c = &p->compiler;

	free(c->script);
	c->script = NULL;
	return c->other ? build_compiler_script(c, dir, d) :
			  link_to(dir, "cc", "", d);
}

/*
 * The program that signs modules is one of the headers, for this machine. That
 * of another release of the distribution may want a library that is not here:
 * the dynamic linker then ends it with 127.
 */
static bool starts(const char *program)
{
	const char *const argv[] = { program, NULL };
	int status = tour_status(argv);

	return status >= 0 && status < 126;
}

/* No link: a program may look for its libraries beside itself. */
static int write_starter(const char *dir, const char *program, struct diag *d)
{
	_cleanup_free_ char *path = NULL;
	_cleanup_text_ struct text t = { 0 };

	text_add(&t, "#!/bin/sh\nexec ");
	ui_shell_word(&t, program);
	text_add(&t, " \"$@\"\n");
	if (t.failed || asprintf(&path, "%s/sign-file", dir) < 0) {
		path = NULL;
		return diag_fail(d, ENOMEM, "out of memory");
	}
	return file_write(path, t.p, t.n, 0755, d);
}

/* kernel/sign-file: of the lesson's kernel, else of whatever is at hand. */
static int put_signer(const struct build_kernel *own, const char *dir,
		       struct diag *d)
{
	_cleanup_kernels_ struct build_kernels l = { 0 };
	char path[4200] = "";

	if (build_kernel_list(&l, d) < 0)
		return -ENOMEM;
	for (size_t i = 0; i <= l.n; i++) {
		const struct build_kernel *k = i ? &l.v[i - 1] : own;

		(void)snprintf(path, sizeof(path), "%s/scripts/sign-file",
			       k->headers);
		if (k->headers[0] && path_exists(path) && starts(path))
			return write_starter(dir, path, d);
	}
	return link_to(dir, "sign-file", "", d);
}

int tour_kernel_fill(struct tour_place *p, const char *folder, struct diag *d)
{
	const struct build_kernel *k = &p->kernel;
	_cleanup_free_ char *dir = NULL;
	int r;

	if (asprintf(&dir, "%s/kernel", folder) < 0) {
		dir = NULL;
		return diag_fail(d, ENOMEM, "out of memory");
	}
	r = dir_make(dir, d);
	if (!r)
		r = link_to(dir, "modules", k->modules, d);
	if (!r)
		r = link_to(dir, "headers", k->headers, d);
	if (!r && k->headers[0])
		r = link_include(k, dir, d);
	if (!r)
		r = link_to(dir, "config", k->config, d);
	if (!r)
		r = link_own_kernel(dir, d);
	if (!r)
		r = put_compiler(p, dir, d);
	if (!r)
		r = put_signer(k, dir, d);
	return r ? r : link_to(dir, "image", k->image, d);
}
