/* SPDX-License-Identifier: GPL-2.0-or-later */
/* lkm try: what folders say themselves. See try_project.h. */
#include "try_project.h"

#include <errno.h>
#include <string.h>

#include "base/child.h"
#include "base/file.h"
#include "build/distro.h"
#include "build/project.h"
#include "ui.h"

enum { SOURCE_MAX = 64 << 20 };

void try_project_fini(struct try_project *p)
{
	if (p->dir)
		(void)!tree_remove(p->dir, NULL);
	free(p->dir);
	free(p->test);
	free(p->program);
	strv_fini(&p->except);
	strv_fini(&p->needs);
	strv_fini(&p->said);
	*p = (struct try_project){ 0 };
}

static int add_all(struct strv *to, const struct strv *from)
{
	int r = 0;

	for (size_t i = 0; i < from->n && !r; i++)
		r = strv_add(to, from->v[i]);
	return r;
}

/* Takes over what one folder says; path @i of the command line. */
static int take(struct try_options *o, struct try_project *p, size_t i,
		const struct build_project *said, struct strv *params,
		struct diag *d)
{
	int r = add_all(&o->devices, &said->devices);

	if (!r)
		r = add_all(&o->with, &said->with);
	if (!r)
		r = add_all(&p->except, &said->except);
	if (!r)
		r = add_all(&p->needs, &said->needs);
	o->permanent |= said->permanent;
	if (said->engine && o->engine == LAB_AUTO)
		o->engine = str_eq(said->engine, "kvm") ? LAB_KVM : LAB_TCG;
	for (size_t k = 0; k < said->params.n && !r; k++)
		r = strv_addf(params, "%zu:%s", i, said->params.v[k]);
	if (r < 0)
		return diag_fail(d, ENOMEM, "out of memory");
	if (!said->test || o->test || o->no_test)
		return 0;
	if (p->test) {
		diag_fail(d, EINVAL, "both %s and this folder have a test",
			  p->test);
		diag_in(d, "%s", o->paths.v[i]);
		return diag_hint(d, "say which with --test, or --no-test");
	}
	if (asprintf(&p->test, "%s/%s", o->paths.v[i], said->test) < 0) {
		p->test = NULL;
		return diag_fail(d, ENOMEM, "out of memory");
	}
	return 0;
}

static void hear(void *arg, const char *line)
{
	(void)strv_add(arg, line);
}

static int compiler(char **ret, struct diag *d)
{
	struct build_distro distro;
	char cmd[256];

	*ret = child_which("cc");
	if (!*ret)
		*ret = child_which("gcc");
	if (*ret)
		return 0;
	build_distro_read("", &distro);
	build_distro_command(&distro, BUILD_NEED_COMPILER, NULL, cmd,
			     sizeof(cmd));
	return diag_fail_hint(d, ENOENT, cmd,
			      "no C compiler is here (cc, gcc), and the test is C source");
}

/* One attempt; without @how where that is "". */
static int compile_as(struct try_project *p, const char *cc, const char *how,
		      int *status, struct diag *d)
{
	const char *const argv[] = { cc, "-O2", "-g", "-Wall", "-pthread",
				     "-o", p->program, p->test,
				     *how ? how : NULL, NULL };
	const struct child_setup setup = { .no_input = true };

	strv_fini(&p->said);
	return child_run(argv, &setup, hear, &p->said, status, d);
}

/* A static program is half of what the other one takes along. */
static int compile(struct try_project *p, struct diag *d)
{
	_cleanup_free_ char *cc = NULL;
	int status = 0, r = compiler(&cc, d);

	if (!r)
		r = dir_temp("test", &p->dir, d);
	if (r < 0)
		return r;
	if (asprintf(&p->program, "%s/test", p->dir) < 0) {
		p->program = NULL;
		return diag_fail(d, ENOMEM, "out of memory");
	}
	ui_progress("compiling %s ...", p->test);
	r = compile_as(p, cc, "-static", &status, d);
	if (!r && status)
		r = compile_as(p, cc, "", &status, d);
	ui_progress(NULL);
	p->failed = status;
	return r;
}

static int find_test(struct try_options *o, struct try_project *p,
		     struct diag *d)
{
	int r = 0;

	/* One of the command line, in whose place no folder's was taken. */
	if (o->test && str_ends(o->test, ".c") && path_exists(o->test)) {
		p->test = strdup(o->test);
		if (!p->test)
			return diag_fail(d, ENOMEM, "out of memory");
	}
	if (!p->test)
		return 0;
	if (!path_exists(p->test)) {
		diag_fail(d, ENOENT, "try.conf names this test, and it is not there");
		diag_in(d, "%s", p->test);
		return diag_hint(d, "--no-test goes without it");
	}
	if (str_ends(p->test, ".c"))
		r = file_check_regular(p->test, SOURCE_MAX, d);
	if (!r && str_ends(p->test, ".c"))
		r = compile(p, d);
	o->test = p->program ? p->program : p->test;
	return r;
}

int try_project_read(struct try_options *o, struct try_project *ret,
		     struct diag *d)
{
	_cleanup_strv_ struct strv params = { 0 };
	int r = 0;

	for (size_t i = 0; i < o->paths.n && !r; i++) {
		_cleanup_project_ struct build_project said = { 0 };

		if (!path_is_dir(o->paths.v[i]))
			continue;
		r = build_project_read(o->paths.v[i], &said, d);
		r = r == -ENOENT ? 0 : r;
		if (!r)
			r = take(o, ret, i, &said, &params, d);
	}
	/* Of two values the kernel takes the second: the command line's. */
	if (!r && add_all(&params, &o->params) < 0)
		r = diag_fail(d, ENOMEM, "out of memory");
	if (r < 0)
		return r;

	struct strv before = o->params;

	o->params = params;
	params = before;
	return find_test(o, ret, d);
}
