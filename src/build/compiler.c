// SPDX-License-Identifier: GPL-2.0-or-later
/* The compiler that a kernel's modules are built with: see compiler.h. */
#include "build/compiler.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/child.h"
#include "base/file.h"
#include "build/distro.h"

void build_compiler_fini(struct build_compiler *c)
{
	strv_fini(&c->drop);
	free(c->script);
	*c = (struct build_compiler){ 0 };
}

/*
 * Debian's .kernelvariables:
 * CC = $(if $(DEBIAN_KERNEL_USE_CCACHE),$(CCACHE)) $(CROSS_COMPILE)gcc-12
 */
void build_compiler_named(const char *text, char *buf, size_t n)
{
	static const char ok[] = "abcdefghijklmnopqrstuvwxyz0123456789-.+_";

	*buf = 0;
	for (const char *s = text; s && *s; s = strchr(s, '\n')) {
		s += *s == '\n';
		if (!str_starts(s, "CC =") && !str_starts(s, "CC:="))
			continue;

		size_t len = strcspn(s, "\n");

		while (len && (s[len - 1] == ' ' || s[len - 1] == '\r'))
			len--;

		size_t at = len;

		while (at && strchr(ok, s[at - 1]))
			at--;
		if (at < len)
			(void)snprintf(buf, n, "%.*s", (int)(len - at), s + at);
		return;
	}
}

static bool is_there(const char *program)
{
	_cleanup_free_ char *path = child_which(program);

	return path != NULL;
}

static int missing(const char *what, struct diag *d)
{
	struct build_distro o;
	char cmd[256];

	build_distro_read("", &o);
	build_distro_command(&o, BUILD_NEED_COMPILER, NULL, cmd, sizeof(cmd));
	diag_fail(d, ENOENT, "building modules takes '%s', which is not installed",
		  what);
	return diag_hint(d, "%s%s%s", o.family == BUILD_UNKNOWN ? "" : "'", cmd,
			 o.family == BUILD_UNKNOWN ? "" : "'");
}

static void find_wanted(const struct build_kernel *k, struct build_compiler *c)
{
	_cleanup_bytes_ struct bytes b = { 0 };
	_cleanup_free_ char *path = NULL;

	if (asprintf(&path, "%s/.kernelvariables", k->headers) < 0)
		path = NULL;
	else if (file_read_regular(path, 1 << 16, &b, NULL) == 0)
		build_compiler_named((char *)b.p, c->wanted,
				     sizeof(c->wanted));
	if (!c->wanted[0])
		(void)snprintf(c->wanted, sizeof(c->wanted), "%s",
			       c->clang ? "clang" : "gcc");
}

static void take_major(void *arg, const char *line)
{
	int *major = arg;

	if (!*major)
		*major = (int)strtol(line, NULL, 10);
}

/* Options of newer compilers that kernels' configurations switch on. */
static const struct {
	const char *option;  /* or its beginning, if it ends in '='        */
	const char *instead; /* NULL: nothing                              */
	int since;           /* gcc                                        */
} options[] = {
	{ "-fmin-function-alignment=", "-falign-functions=", 14 },
	{ "-fstrict-flex-arrays=3", NULL, 13 },
	{ "-fzero-init-padding-bits=", NULL, 15 },
};

static int seed_options(struct build_compiler *c)
{
	const char *const argv[] = { c->used, "-dumpversion", NULL };
	int major = 0, status, r = 0;

	if (c->clang ||
	    child_run(argv, NULL, take_major, &major, &status, NULL) < 0)
		return 0;
	for (size_t i = 0; !r && i < ARRAY_SIZE(options); i++)
		if (major && major < options[i].since)
			r = strv_add(&c->drop, options[i].option);
	return r;
}

int build_compiler_find(const struct build_kernel *k,
			struct build_compiler *ret, struct diag *d)
{
	diag_spare(d);

	struct build_compiler c = { 0 };
	_cleanup_free_ char *vmlinux = NULL;

	c.clang = build_kernel_configured(k, "CONFIG_CC_IS_CLANG=y") > 0;
	find_wanted(k, &c);
	(void)snprintf(c.used, sizeof(c.used), "%s", c.wanted);
	if (!is_there(c.used)) {
		c.other = true;
		(void)snprintf(c.used, sizeof(c.used), "%s",
			       c.clang ? "clang" : "gcc");
	}
	if (!is_there(c.used))
		return missing(c.wanted, d);
	if (!is_there("make"))
		return missing("make", d);
	if (!is_there(c.clang ? "ld.lld" : "ld"))
		return missing(c.clang ? "ld.lld" : "ld", d);
	if (asprintf(&vmlinux, "%s/vmlinux", k->headers) < 0) {
		vmlinux = NULL;
		return diag_fail(d, ENOMEM, "out of memory");
	}
	c.no_btf = path_exists(vmlinux) && !is_there("pahole") &&
		   build_kernel_configured(k, "CONFIG_DEBUG_INFO_BTF_MODULES=y") > 0;
	if (c.other && seed_options(&c) < 0) {
		build_compiler_fini(&c);
		return diag_fail(d, ENOMEM, "out of memory");
	}
	*ret = c;
	return 0;
}

static const char *instead_of(const char *option)
{
	for (size_t i = 0; i < ARRAY_SIZE(options); i++)
		if (str_eq(options[i].option, option))
			return options[i].instead;
	return NULL;
}

int build_compiler_script(struct build_compiler *c, const char *dir,
			  struct diag *d)
{
	diag_spare(d);

	_cleanup_text_ struct text t = { 0 };

	if (!c->other)
		return 0;
	if (!c->script && asprintf(&c->script, "%s/cc", dir) < 0) {
		c->script = NULL;
		return diag_fail(d, ENOMEM, "out of memory");
	}
	text_add(&t, "#!/bin/sh\nfor a; do\n\tshift\n\tcase $a in\n");
	for (size_t i = 0; i < c->drop.n; i++) {
		const char *o = c->drop.v[i], *instead = instead_of(o);

		text_addf(&t, "\t%s%s) ", o, str_ends(o, "=") ? "*" : "");
		if (instead)
			text_addf(&t, "a=%s${a#*=} ;;\n", instead);
		else
			text_add(&t, "continue ;;\n");
	}
	text_addf(&t, "\tesac\n\tset -- \"$@\" \"$a\"\ndone\nexec %s \"$@\"\n",
		  c->used);
	if (t.failed)
		return diag_fail(d, ENOMEM, "out of memory");
	return file_write(c->script, t.p, t.n, 0755, d);
}

bool build_compiler_learn(struct build_compiler *c, const char *line)
{
	static const char ok[] =
		"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-=+_.,";
	const char *s = strstr(line, "unrecognized command"), *e;
	char option[128];

	if (!c->other || !s || !(s = strchr(s, '\'')))
		return false;
	e = strchr(++s, '\'');
	if (!e || *s != '-' || e - s >= (long)sizeof(option) ||
	    strspn(s, ok) < (size_t)(e - s))
		return false;
	(void)snprintf(option, sizeof(option), "%.*s", (int)(e - s), s);
	if (c->drop.n > 24 || strv_has(&c->drop, option))
		return false;
	return strv_add(&c->drop, option) == 0;
}
