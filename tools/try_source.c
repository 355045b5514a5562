/* SPDX-License-Identifier: GPL-2.0-or-later */
/* lkm try: sources and modules of the command line. See try_source.h. */
#include "try_source.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>

#include "base/child.h"
#include "base/file.h"
#include "build/project.h"
#include "lkm_build.h"
#include "lkm_kernel.h"
#include "ui.h"

static const char wanted[] = "give a .c file, a folder or a .ko file";

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

/* The lines of a block, as a finding's evidence. */
static bool add_lines(struct arena *a, struct lab_finding *f, const char *block)
{
	size_t n = 0;

	for (const char *s = block; *s; s++)
		n += *s == '\n';
	f->lines = arena_alloc(a, (n + 1) * sizeof(*f->lines));
	for (const char *s = block; f->lines && f->n_lines < n;
	     s = strchr(s, '\n') + 1) {
		char *line = arena_strndup(a, s, strcspn(s, "\n"));

		if (!line)
			return false;
		f->lines[f->n_lines++] = line;
	}
	return f->lines;
}

/* Puts a finding behind the others; NULL: no memory. */
static struct lab_finding *add_finding(struct try_row *row, const char *id,
				       const char *what, const char *where,
				       const char *why, const char *fix)
{
	struct arena *a = &row->verdict.arena;
	struct lab_finding *f = arena_alloc(a, sizeof(*f));
	struct lab_finding **end = &row->verdict.findings;

	if (f)
		*f = (struct lab_finding){ .id = id,
					   .what = arena_strdup(a, what),
					   .where = arena_strdup(a, where),
					   .why = arena_strdup(a, why),
					   .fix = arena_strdup(a, fix) };
	if (!f || !f->what || !f->where || !f->why || !f->fix)
		return NULL;
	while (*end)
		end = &(*end)->next;
	*end = f;
	return f;
}

/* A verdict before any kernel was asked: @f is why. Return: 1. */
static int at_fault(struct try_row *row, const struct lab_finding *f)
{
	if (!f)
		return diag_fail(&row->diag, ENOMEM, "out of memory");
	row->verdict.first = f;
	for (int i = 0; i < LAB_N_STAGES; i++)
		row->verdict.stage[i].grade = LAB_NOT_REACHED;
	row->verdict.stage[LAB_INSERT].grade = LAB_FAIL;
	return 1;
}

/* The file is broken, or no module at all: that is the file's fault. */
static int no_module(const struct try_options *o, struct try_row *row)
{
	struct diag said = row->diag;

	diag_hint(&said, "%s", wanted);
	if (o->format == TRY_TEXT)
		(void)ui_error("try", &said);
	row->diag = (struct diag){ 0 };
	return at_fault(row, add_finding(row, "file.no-module", said.what,
					 said.where, "", said.hint));
}

static struct lab_finding *add_message(struct try_row *row,
				       const struct build_message *m)
{
	const struct build_rule *rule = m->rule;
	_cleanup_text_ struct text where = { 0 };

	if (m->file[0] && m->line && m->column)
		text_addf(&where, "%s:%u:%u", m->file, m->line, m->column);
	else if (m->file[0] && m->line)
		text_addf(&where, "%s:%u", m->file, m->line);
	else
		text_add(&where, m->file);

	struct lab_finding *f = where.failed ? NULL : add_finding(
		row, m->kind == BUILD_ERROR ? "build.failed" : "build.warning",
		m->text, text_str(&where), rule ? rule->why : "",
		rule && rule->fix ? rule->fix : "");

	if (!f || !add_lines(&row->verdict.arena, f, m->block))
		return NULL;
	f->note = m->kind != BUILD_ERROR;
	return f;
}

/*
 * A build that failed is a verdict: each message is a finding, the first
 * error is the cause. Return: 1.
 */
static int build_failed(struct try_row *row, const struct build_messages *l)
{
	const struct lab_finding *first = NULL;

	for (size_t i = 0; i < l->n; i++) {
		struct lab_finding *f;

		if (l->v[i].kind == BUILD_NOTE)
			continue;
		f = add_message(row, &l->v[i]);
		if (!f)
			return at_fault(row, NULL);
		if (!first && !f->note)
			first = f;
	}
	/* -Werror: a warning stopped make. */
	if (!first)
		first = add_finding(row, "build.failed", "the build failed",
				    "", "", "");
	return at_fault(row, first);
}

static int build(const struct try_options *o, struct try_row *row,
		 const struct strv *sources, struct try_source *s)
{
	const struct build_progress p = { .fn = lkm_kernel_progress };
	const struct build_request req = {
		.paths = (const char *const *)sources->v,
		.n = sources->n,
		.kernel = &row->kernel,
		.lines = true,
		.progress = &p,
	};
	int r = build_modules(&req, &s->built, &row->diag);

	ui_progress(NULL);
	row->bad_path = r == -EINVAL;
	if (r < 0)
		return r;
	if (!o->quiet || s->built.failed)
		lkm_build_print(stderr, &s->built.messages,
				o->format == TRY_TEXT && !o->quiet &&
					o->verbose);
	return s->built.failed ? build_failed(row, &s->built.messages) : 0;
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

static int check_path(const char *path, struct try_row *row)
{
	struct diag *d = &row->diag;
	struct stat st;

	if (stat(path, &st) < 0) {
		row->bad_path = true;
		diag_fail(d, errno, "%s", strerror(errno));
		diag_hint(d, "%s", wanted);
		return diag_in(d, "%s", path);
	}
	return 0;
}

/*
 * What stands for @word: itself, or, of a kernel that was named, the file of
 * its own module of that name.
 */
static int find_path(const char *word, bool named, struct try_row *row,
		     struct strv *ret)
{
	_cleanup_free_ char *own = NULL;
	bool name = named && !strchr(word, '/') && !strchr(word, '.') &&
		    !path_exists(word);

	if (name &&
	    build_kernel_module_path(&row->kernel, word, &own, NULL) < 0)
		own = NULL;
	if (strv_add(ret, own ? own : word) < 0)
		return diag_fail(&row->diag, ENOMEM, "out of memory");
	if (!name || own)
		return 0;
	row->bad_path = true;
	return diag_fail_hint(&row->diag, ENOENT, wanted,
			      "'%s' is neither a file nor a module of kernel %s",
			      word, row->kernel.release);
}

/* What a folder says itself of what it needs, and where it does not work. */
static int accept_kernel(const struct try_project *p, struct try_row *row)
{
	const char *why =
		build_project_except(&p->except, row->kernel.release);

	for (size_t i = 0; i < p->needs.n; i++) {
		_cleanup_free_ char *program = child_which(p->needs.v[i]);

		if (!program)
			return diag_fail_hint(&row->diag, ENOENT,
					      "install it with this distribution's package manager",
					      "is built with %s, which is not in PATH",
					      p->needs.v[i]);
	}
	if (!why)
		return 0;
	diag_fail(&row->diag, ENOTSUP,
		  "does not work on Linux %s, its try.conf says: %s",
		  row->kernel.release, why);
	return diag_hint(&row->diag, "--kernel names another ('lkm kernel list')");
}

/* The folder's test does not compile: as much a fault as the module's. */
static int test_failed(const struct try_options *o,
		       const struct try_project *p, struct try_row *row)
{
	struct lab_finding *f = add_finding(row, "build.failed",
					    "the test does not compile",
					    p->test, "", "");
	struct arena *a = &row->verdict.arena;

	for (size_t i = 0; i < p->said.n; i++) {
		if (o->format == TRY_TEXT)
			(void)fprintf(stderr, "%s\n", p->said.v[i]);
		if (!f)
			continue;
		f->lines = arena_more(a, f->lines, f->n_lines,
				      sizeof(*f->lines));
		if (!f->lines)
			return at_fault(row, NULL);
		f->lines[f->n_lines] = arena_strdup(a, p->said.v[i]);
		if (!f->lines[f->n_lines++])
			return at_fault(row, NULL);
	}
	return at_fault(row, f);
}

int try_source_subjects(const struct try_options *o,
			const struct try_project *p, struct try_row *row,
			bool named, struct try_source *s)
{
	_cleanup_strv_ struct strv sources = { 0 }, paths = { 0 };
	_cleanup_free_ struct origin *from =
		calloc(o->paths.n + 1, sizeof(struct origin));
	int r = from ? 0 : -ENOMEM;

	for (size_t i = 0; i < o->paths.n && !r; i++) {
		r = find_path(o->paths.v[i], named, row, &paths);
		if (!r)
			r = check_path(paths.v[i], row);
		if (!r && is_source(paths.v[i]))
			r = strv_add(&sources, paths.v[i]);
	}
	if (!r && sources.n && !named)
		r = choose_kernel(&row->kernel, &row->diag);
	if (!r && row->kernel.release[0])
		r = accept_kernel(p, row);
	if (!r && sources.n)
		r = build(o, row, &sources, s);
	if (!r && p->failed)
		r = test_failed(o, p, row);
	for (size_t i = 0; i < o->paths.n && !r; i++)
		r = is_source(paths.v[i]) ?
			    add_built(row, paths.v[i], s, &from[i]) :
			    add_ready(o, row, paths.v[i], &from[i]);
	return r ? r : give_params(o, row, from, &row->diag);
}
