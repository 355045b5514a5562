/* SPDX-License-Identifier: GPL-2.0-or-later */
/* lkm try: sources and modules of the command line. See try_source.h. */
#include "try_source.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>

#include "base/file.h"
#include "lkm_build.h"
#include "lkm_kernel.h"
#include "ui.h"

void try_source_fini(struct try_source *s)
{
	build_result_fini(&s->built);
}

static bool is_source(const char *path)
{
	return str_ends(path, ".c") || path_is_dir(path);
}

/* A kernel that has both: headers to build with, and an image to boot. */
static int choose_kernel(struct build_kernel *ret, struct diag *d)
{
	struct diag first = { 0 };
	int r = build_kernel_for_building(NULL, ret, &first);

	if (!r && ret->image_readable)
		return 0;
	if (build_kernel_find(NULL, ret, NULL) == 0 && ret->headers[0])
		return 0;
	if (r < 0) {
		*d = first;
		return r;
	}
	diag_fail(d, ENOENT, "no kernel at hand has both headers to build with and an image to boot");
	return diag_hint(d, "'lkm kernel get' fetches one, without root; 'lkm kernel list' shows what there is");
}

/* The message that broke the build. */
static const char *cause(const struct build_messages *l)
{
	for (size_t i = 0; i < l->n; i++)
		if (l->v[i].kind == BUILD_ERROR)
			return l->v[i].text;
	return "the build failed";
}

/* A verdict before any kernel was asked. Return: 1. */
static int at_fault(struct try_row *row, const char *id, const char *what,
		    const char *where, const char *fix)
{
	struct arena *a = &row->verdict.arena;
	struct lab_finding *f = arena_alloc(a, sizeof(*f));

	if (f)
		*f = (struct lab_finding){ .id = id,
					   .what = arena_strdup(a, what),
					   .where = arena_strdup(a, where),
					   .why = "",
					   .fix = arena_strdup(a, fix) };
	if (!f || !f->what || !f->where || !f->fix)
		return diag_fail(&row->diag, ENOMEM, "out of memory");
	row->verdict.findings = f;
	row->verdict.first = f;
	for (int i = 0; i < LAB_N_STAGES; i++)
		row->verdict.stage[i].grade = LAB_NOT_REACHED;
	row->verdict.stage[LAB_INSERT].grade = LAB_FAIL;
	return 1;
}

/* The file is broken, or no module at all: that is the file's fault. */
static int no_module(const struct try_options *o, struct try_row *row)
{
	const struct diag said = row->diag;

	if (o->format == TRY_TEXT)
		(void)ui_error("try", &said);
	row->diag = (struct diag){ 0 };
	return at_fault(row, "file.no-module", said.what, said.where,
			said.hint);
}

static int build(const struct try_options *o, struct try_row *row,
		 const struct strv *sources, struct try_source *s)
{
	const struct build_progress p = { .fn = lkm_kernel_progress };
	const struct build_request req = {
		.paths = (const char *const *)sources->v,
		.n = sources->n,
		.kernel = &row->kernel,
		.progress = &p,
	};
	int r = build_modules(&req, &s->built, &row->diag);

	ui_progress(NULL);
	if (r < 0)
		return r;
	if (o->format == TRY_TEXT && !o->quiet)
		lkm_build_print(stderr, &s->built.messages, o->verbose);
	else if (s->built.failed)
		lkm_build_print(stderr, &s->built.messages, false);
	return s->built.failed ? at_fault(row, "build.failed",
					 cause(&s->built.messages), "", "") :
				0;
}

/* "I:name=value" and "I:module.name=value" to the subjects of path I. */
static int give_param(struct try_row *row, const char *spec, size_t first,
		      size_t n, struct diag *d)
{
	const char *param = strchr(spec, ':') + 1;
	const char *dot = strchr(param, '.');
	const char *eq = strchr(param, '=');
	struct lab_subject *to = n ? &row->subjects.v[first] : NULL;

	if (dot && dot < eq) {
		_cleanup_free_ char *name =
			strndup(param, (size_t)(dot - param));
		struct lab_subject *named =
			name ? lab_subjects_find(&row->subjects, name) : NULL;

		if (named) {
			to = named;
			param = dot + 1;
		}
	}
	if (!to)
		return 0;
	return lab_subjects_param(&row->subjects, to, param, d);
}

/* Subjects that came from path @i: [first, first + n) of the row. */
struct origin {
	size_t first, n;
};

static int give_params(const struct try_options *o, struct try_row *row,
		       const struct origin *from, struct diag *d)
{
	int r = 0;

	for (size_t i = 0; i < o->params.n && !r; i++) {
		size_t path = strtoul(o->params.v[i], NULL, 10);

		r = give_param(row, o->params.v[i], from[path].first,
			       from[path].n, d);
	}
	return r;
}

static int add_ready(const struct try_options *o, struct try_row *row,
		     const char *path, struct origin *from)
{
	*from = (struct origin){ row->subjects.n, 1 };

	int r = lab_subjects_add(&row->subjects, path, &row->diag);

	return r == -ENOEXEC || r == -EBADMSG ? no_module(o, row) : r;
}

/* "hello.c" gave "/private/hello.ko"; a folder gave all that is left. */
static bool comes_from(const char *module, const char *path)
{
	const char *a = path_base(module), *b = path_base(path);
	size_t n = strlen(b) - 2;

	return str_ends(b, ".c") && !strncmp(a, b, n) &&
	       str_eq(a + n, ".ko");
}

static int add_built(struct try_row *row, const char *path,
		     const struct try_source *s, struct origin *from)
{
	int r = 0;

	*from = (struct origin){ row->subjects.n, 0 };
	for (size_t i = 0; i < s->built.modules.n && !r; i++) {
		const char *ko = s->built.modules.v[i];

		if (str_ends(path, ".c") && !comes_from(ko, path))
			continue;
		r = lab_subjects_add(&row->subjects, ko, &row->diag);
		if (!r) {
			struct lab_subject *v =
				&row->subjects.v[row->subjects.n - 1];

			v->stage = &s->built.stage;
			v->path = path_base(v->path);
			from->n++;
		}
	}
	return r;
}

static int check_path(const char *path, struct diag *d)
{
	struct stat st;

	if (stat(path, &st) < 0) {
		diag_fail(d, errno, "%s", strerror(errno));
		return diag_in(d, "%s", path);
	}
	return 0;
}

int try_source_subjects(const struct try_options *o, struct try_row *row,
			bool named, struct try_source *s)
{
	_cleanup_strv_ struct strv sources = { 0 };
	_cleanup_free_ struct origin *from =
		calloc(o->paths.n + 1, sizeof(struct origin));
	int r = from ? 0 : -ENOMEM;

	for (size_t i = 0; i < o->paths.n && !r; i++) {
		r = check_path(o->paths.v[i], &row->diag);
		if (!r && is_source(o->paths.v[i]))
			r = strv_add(&sources, o->paths.v[i]);
	}
	if (!r && sources.n && !named)
		r = choose_kernel(&row->kernel, &row->diag);
	if (!r && sources.n)
		r = build(o, row, &sources, s);
	for (size_t i = 0; i < o->paths.n && !r; i++)
		r = is_source(o->paths.v[i]) ?
			    add_built(row, o->paths.v[i], s, &from[i]) :
			    add_ready(o, row, o->paths.v[i], &from[i]);
	return r ? r : give_params(o, row, from, &row->diag);
}
