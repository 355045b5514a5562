// SPDX-License-Identifier: GPL-2.0-or-later
/* From C source to .ko, with the kernel's build system: see kbuild.h. */
#include "build/kbuild.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/child.h"
#include "base/file.h"
#include "build/compiler.h"
#include "build/kmake.h"
#include "build/output.h"
#include "build/stage.h"

/* One build: what make is started with, and what it says. */
struct run {
	const struct build_request *req;
	struct build_stage stage;
	struct build_compiler compiler;
	struct build_output out;
	struct strv headers; /* the folders of the kernel's headers       */
	bool again; /* the script learnt of an option: try again        */
};

static void run_fini(struct run *r)
{
	build_output_fini(&r->out);
	strv_fini(&r->headers);
	build_compiler_fini(&r->compiler);
	build_stage_fini(&r->stage);
}

static int no_memory(struct diag *d)
{
	return diag_fail(d, ENOMEM, "out of memory");
}

void build_result_fini(struct build_result *r)
{
	build_stage_fini(&r->stage);
	strv_fini(&r->modules);
	build_messages_fini(&r->messages);
	*r = (struct build_result){ 0 };
}

static void on_line(void *arg, const char *line)
{
	struct run *r = arg;
	const struct build_progress *p = r->req->progress;

	if (r->req->line)
		r->req->line(r->req->line_arg, line);
	if (build_compiler_learn(&r->compiler, line))
		r->again = true;
	build_output_line(&r->out, line);
	if (p && p->fn && r->out.step[0]) {
		char what[256];

		(void)snprintf(what, sizeof(what), "building for %s: %s",
			       r->req->kernel->release, r->out.step);
		p->fn(p->arg, what, -1);
	}
}

/* What a user's shell or an outer make would change in ours. */
static const char *const unset[] = {
	"MAKEFLAGS", "MFLAGS", "MAKELEVEL", "MAKEOVERRIDES", "GNUMAKEFLAGS",
	"MAKEFILES", "V", "W", "C", "O", "M", "KBUILD_OUTPUT",
	"KBUILD_EXTMOD", "KBUILD_VERBOSE", "CC", "CFLAGS", "CDPATH",
	"GCC_COLORS", "LANGUAGE", NULL,
};

/*
 * What WARN() prints and debug information says are the user's own paths.
 * make takes values apart at spaces, so a path with one stays private.
 */
static void name_sources(const struct build_map *map, struct text *t)
{
	static const char apart[] = " \t\n\"'\\$#=;&|<>()*?`";

	text_add(t, "KCFLAGS=");
	for (size_t i = 0; i < map->from.n; i++) {
		_cleanup_free_ char *to = realpath(map->to.v[i], NULL);

		if (to && !to[strcspn(to, apart)])
			text_addf(t, " -ffile-prefix-map=%s=%s",
				  map->from.v[i], to);
	}
}

static int make(struct run *r, int *status, struct diag *d)
{
	const struct build_compiler *c = &r->compiler;
	_cleanup_free_ char *m = NULL, *cc = NULL, *tmp = NULL;
	_cleanup_text_ struct text names = { 0 };

	/* A compiler that is ended leaves its files: they go with the rest. */
	if (asprintf(&tmp, "TMPDIR=%s", r->stage.dir) < 0)
		return no_memory(d);

	/* The kernel's Makefile takes LC_ALL out again, hence the others. */
	const char *const env[] = { "LC_ALL=C", "LANG=C", "LC_CTYPE=C",
				    "LC_MESSAGES=C", tmp, NULL };
	struct child_setup s = { .env = env, .unset = unset, .no_input = true };
	long cpus = sysconf(_SC_NPROCESSORS_ONLN);
	char jobs[16];
	const char *argv[14] = { "make", "-C", r->req->kernel->headers };
	size_t n = 3;

	(void)snprintf(jobs, sizeof(jobs), "-j%u",
		       r->req->jobs ? r->req->jobs :
		       cpus > 0 ? (unsigned)cpus : 1);
	if (asprintf(&m, "M=%s", r->stage.module) < 0 ||
	    asprintf(&cc, "CC=%s", c->script ? c->script : c->used) < 0)
		return no_memory(d);
	argv[n++] = jobs;
	argv[n++] = "-Otarget"; /* messages of two compilers do not mix */
	argv[n++] = "--no-print-directory";
	argv[n++] = m;
	name_sources(&r->stage.map, &names);
	if (r->req->lines)
		text_add(&names, " -g");
	argv[n++] = text_str(&names);
	if (c->script)
		argv[n++] = cc;
	if (c->clang)
		argv[n++] = "LLVM=1";
	if (c->no_btf)
		argv[n++] = "CONFIG_DEBUG_INFO_BTF_MODULES=";
	argv[n++] = "modules";
	return child_run(argv, &s, on_line, r, status, d);
}

/* Runs make until the script knows what the compiler does not know. */
static int make_until_known(struct run *r, int *status, struct diag *d)
{
	int e;

	do {
		build_output_fini(&r->out);
		r->out = (struct build_output){ .stage = &r->stage,
						.kernel = &r->headers };
		r->again = false;
		e = build_compiler_script(&r->compiler, r->stage.dir, d);
		if (!e)
			e = make(r, status, d);
	} while (!e && *status && r->again);
	build_output_end(&r->out);
	return !e && r->out.failed ? no_memory(d) : e;
}

/* kbuild cannot work below a folder whose name make takes apart. */
static int check_headers(const struct build_kernel *k, struct diag *d)
{
	_cleanup_free_ char *real = realpath(k->headers, NULL);

	if (!k->headers[0] || !real) {
		diag_fail(d, ENOENT, "kernel %s has no headers at hand",
			  k->release);
		return diag_hint(d, "'lkm kernel get %s' fetches them",
				 k->release);
	}
	if (build_kmake_splits(real)) {
		diag_fail(d, EINVAL,
			  "kernel headers cannot be used from a folder with a space, a colon or a sign of the shell's in its name");
		diag_hint(d, "set LKM_CACHE to another folder, and fetch the kernel again");
		return diag_in(d, "%s", real);
	}
	return 0;
}

/* Adds the folder as it is named, and as the compiler may name it. */
static int add_headers(struct strv *l, const char *dir)
{
	_cleanup_free_ char *real = realpath(dir, NULL);
	int r = strv_add(l, dir);

	return r < 0 || !real || str_eq(real, dir) ? r : strv_add(l, real);
}

/* Both halves, where headers are two folders. */
static int find_headers(const struct build_kernel *k, struct strv *ret,
			struct diag *d)
{
	_cleanup_free_ char *other = NULL;
	int r = build_kernel_common_headers(k, &other, d);

	if (!r && add_headers(ret, k->headers) < 0)
		r = no_memory(d);
	if (!r && !str_eq(other, k->headers) && add_headers(ret, other) < 0)
		r = no_memory(d);
	return r;
}

/* The products, wherever below the folder a Kbuild file put them. */
static int collect(const char *dir, unsigned depth, struct strv *ret)
{
	DIR *dp = depth ? opendir(dir) : NULL;
	int r = 0;

	if (!dp)
		return 0;
	for (struct dirent *e; !r && (e = readdir(dp));) {
		_cleanup_free_ char *path = NULL;
		struct stat st;

		if (str_dot(e->d_name))
			continue;
		if (asprintf(&path, "%s/%s", dir, e->d_name) < 0) {
			path = NULL;
			r = -ENOMEM;
		} else if (lstat(path, &st) < 0) {
			continue;
		} else if (S_ISDIR(st.st_mode)) {
			r = collect(path, depth - 1, ret);
		} else if (S_ISREG(st.st_mode) && str_ends(path, ".ko")) {
			r = strv_add(ret, path);
		}
	}
	(void)closedir(dp);
	return r;
}

static int by_name(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

/* The error that is not the source's doing; NULL: there is none. */
static const struct build_message *outside(const struct build_messages *l)
{
	for (size_t i = 0; i < l->n; i++)
		if (l->v[i].kind == BUILD_ERROR && l->v[i].rule &&
		    l->v[i].rule->verdict == BUILD_OUTSIDE)
			return &l->v[i];
	return NULL;
}

/* make failed: whose fault is it? */
static int judge(struct run *r, int status, struct diag *d)
{
	const struct build_message *m = outside(&r->out.messages);
	const char *tail = text_str(&r->out.tail);

	if (m) {
		int err = str_eq(m->rule->id, "outside.disk-full") ? ENOSPC :
								      EIO;

		diag_fail(d, err, "%s (%s)", m->rule->why, m->text);
		return diag_hint(d, "%s", m->rule->fix);
	}
	if (build_message_first(&r->out.messages, BUILD_ERROR))
		return 0;

	/* -Werror in a Kbuild file makes of a warning what stops make. */
	if (build_message_first(&r->out.messages, BUILD_WARNING))
		return 0;
	diag_fail(d, EIO, "make ended with status %d: %.*s", status,
		  (int)strcspn(tail, "\n"), *tail ? tail : "it does not say why");
	return diag_hint(d, "'lkm build -v' shows all that it said");
}

static int note_compiler(struct run *r)
{
	const struct build_compiler *c = &r->compiler;
	char line[256];

	if (c->other) {
		(void)snprintf(line, sizeof(line),
			       "warning: the compiler differs from the one used to build the kernel: %s is not installed, %s is used",
			       c->wanted, c->used);
		build_output_line(&r->out, line);
	}
	if (c->no_btf)
		build_output_line(&r->out,
				  "Skipping BTF generation due to unavailability of pahole");
	return r->out.failed ? -ENOMEM : 0;
}

static int finish(struct run *r, int status, struct build_result *ret,
		  struct diag *d)
{
	struct build_result res = { .failed = status != 0 };
	int e = status ? judge(r, status, d) : 0;

	if (e < 0)
		return e;
	e = status ? 0 : collect(r->stage.module, 26, &res.modules);
	if (!e && !status && !res.modules.n) {
		build_output_line(&r->out,
				  "ERROR: no module was built: obj-m names none");
		res.failed = true;
	}
	if (!e)
		e = note_compiler(r);
	if (e < 0) {
		strv_fini(&res.modules);
		return no_memory(d);
	}
	if (res.modules.n)
		qsort(res.modules.v, res.modules.n, sizeof(char *), by_name);
	(void)snprintf(res.compiler, sizeof(res.compiler), "%s",
		       r->compiler.used);
	res.messages = r->out.messages;
	r->out.messages = (struct build_messages){ 0 };
	res.stage = r->stage;
	r->stage = (struct build_stage){ 0 };
	*ret = res;
	return 0;
}

int build_modules(const struct build_request *req, struct build_result *ret,
		  struct diag *d)
{
	diag_spare(d);

	_cleanup_(run_fini) struct run r = { .req = req };
	int status = 0, e = check_headers(req->kernel, d);

	if (!e)
		e = find_headers(req->kernel, &r.headers, d);
	if (!e)
		e = build_stage_make(req->paths, req->n, &r.stage, d);
	if (!e)
		e = build_compiler_find(req->kernel, &r.compiler, d);
	if (!e)
		e = make_until_known(&r, &status, d);
	return e ? e : finish(&r, status, ret, d);
}

int build_save(const struct build_result *r, const char *dir,
	       struct strv *saved, struct diag *d)
{
	diag_spare(d);

	int e = dir_make(dir, d);

	for (size_t i = 0; !e && i < r->modules.n; i++) {
		_cleanup_text_ struct text to = { 0 };

		if (!str_eq(dir, "."))
			text_addf(&to, "%s%s", dir,
				  str_ends(dir, "/") ? "" : "/");
		text_add(&to, path_base(r->modules.v[i]));
		if (to.failed || strv_add(saved, to.p) < 0)
			return no_memory(d);
		e = file_copy(r->modules.v[i], to.p, d);
	}
	if (e == -EACCES || e == -EROFS || e == -EPERM)
		diag_hint(d, "'-o FOLDER' puts it into one that you may write to");
	return e;
}
