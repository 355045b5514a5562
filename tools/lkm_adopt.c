// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * lkm adopt: an out-of-tree module into a kernel's source tree.
 *
 *   plan --> checkpatch --> (as m, y and n) --> commit or patch --> report
 *
 * Until the commit nothing in the tree changes.
 */
#include "lkm_adopt.h"

#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <string.h>

#include "adopt_prove.h"
#include "base/child.h"
#include "base/file.h"
#include "build/adopt.h"
#include "json_out.h"
#include "lkm_kernel.h"
#include "ui.h"

static int help(FILE *f)
{
	(void)fputs(
		"  lkm adopt hello.c --tree ~/linux --at drivers/misc     one commit, checked\n"
		"  lkm adopt drv/ --tree ~/linux --at drivers/misc --prove   built as y, m, n\n"
		"  lkm adopt hello.c --tree ~/linux --at drivers/misc --dry-run    only show it\n"
		"\n"
		"usage: lkm adopt SOURCE --tree TREE --at FOLDER [OPTION...]\n"
		"\n"
		"SOURCE is a .c file, or the folder of a module's Kbuild file or Makefile. TREE\n"
		"is the top of a kernel's source; FOLDER is one in it that has a Kconfig file and\n"
		"a Makefile. Several files get a folder of their own there.\n"
		"\n"
		"      --config NAME      the option's name; without it the module's, in capitals\n"
		"      --prompt TEXT      its prompt; without it MODULE_DESCRIPTION\n"
		"      --depends EXPR     what it depends on; without it told from the #includes\n"
		"      --message TEXT     the commit's message\n"
		"      --no-signoff       without a line Signed-off-by\n"
		"      --patch FILE       write a patch, do not commit\n"
		"  -n, --dry-run          show the patch, write nothing\n"
		"      --prove            build the kernel with it as m, y and n, and run each\n"
		"      --with OPTION=y    with --prove: more configuration; may be repeated\n"
		"  -j, --jobs N           with --prove: compilers at once\n"
		"      --no-checkpatch    do not ask the tree's scripts/checkpatch.pl\n"
		"      --force            go on although it complains\n"
		"      --json             the result for a program\n"
		"  -q, --quiet            only errors\n"
		"  -h, --help             show this help\n"
		"\n"
		"A tree with changes that are not committed is not touched. Exit status: 0 done,\n"
		"1 the module is at fault, 2 wrong usage, 3 something else is missing or broke.\n",
		f);
	return f == stdout ? UI_YES : UI_USAGE;
}

struct options {
	struct adopt_request q;
	const char *patch;
	struct strv with;
	unsigned jobs;
	bool prove, no_checkpatch, force, json, quiet;
};

/* All that comes out. */
struct outcome {
	struct adopt_plan plan;
	struct adopt_verdict verdict;
	struct adopt_proof proof;
	bool checked, proved, committed, written;
};

static void outcome_fini(struct outcome *o)
{
	adopt_plan_fini(&o->plan);
	adopt_verdict_fini(&o->verdict);
	adopt_proof_fini(&o->proof);
}

static bool accepted(const struct outcome *o)
{
	return !o->checked || (!o->verdict.errors && !o->verdict.warnings);
}

static bool proof_holds(const struct outcome *o)
{
	for (size_t i = 0; o->proved && i < ARRAY_SIZE(o->proof.as); i++)
		if (!o->proof.as[i].ok)
			return false;
	return true;
}

/* ------------------------------------------------------------------ report */

static void row(const char *name, const char *word, const char *text)
{
	enum ui_colour c = str_eq(word, "ok")	? UI_GREEN :
			   str_eq(word, "FAIL") ? UI_RED :
						  UI_PLAIN;

	(void)printf("  %-10s %s%-5s%s ", name, ui_colour(stdout, c), word,
		     ui_colour(stdout, UI_PLAIN));
	ui_put(stdout, text);
	(void)putchar('\n');
}

static void print_files(const struct adopt_plan *p)
{
	for (size_t i = 0; i < p->n; i++)
		row(i ? "" : "files", p->files[i].old ? "edit" : "new",
		    p->files[i].path);
	for (size_t i = 0; i < p->notes.n; i++)
		row(i ? "" : "note", "", p->notes.v[i]);
}

static void print_verdict(const struct outcome *o)
{
	const struct adopt_verdict *v = &o->verdict;
	char text[128];

	if (!o->checked) {
		row("checkpatch", "-", "not asked");
		return;
	}
	(void)snprintf(text, sizeof(text), "%u errors, %u warnings, %u lines",
		       v->errors, v->warnings, v->lines);
	row("checkpatch", accepted(o) ? "ok" : "FAIL", text);
	for (size_t i = 0; i < v->messages.n; i++)
		row("", "", v->messages.v[i]);
}

static void print_proof(const struct outcome *o, bool asked)
{
	static const char *const names[] = { "as m", "as y", "as n" };

	for (size_t i = 0; o->proved && i < ARRAY_SIZE(o->proof.as); i++) {
		const struct adopt_as *a = &o->proof.as[i];
		const char *word = !a->reached ? "-" : a->ok ? "ok" : "FAIL";

		if (!a->seen.n)
			row(names[i], word, "not reached");
		for (size_t j = 0; j < a->seen.n; j++)
			row(j ? "" : names[i], j ? "" : word, a->seen.v[j]);
	}
	if (!o->proved)
		row("as m, y, n", "-",
		    asked ? "not reached" :
			    "not proved (--prove builds and runs each, in a few minutes)");
}

static void print_end(const struct options *o, const struct outcome *out)
{
	const struct adopt_plan *p = &out->plan;

	(void)putchar('\n');
	if (out->committed)
		(void)printf("committed: %.12s \"%.*s\"\n  next: git -C %s show\n",
			     p->git.commit,
			     (int)strcspn(text_str(&p->message), "\n"),
			     text_str(&p->message), p->git.tree);
	else if (out->written)
		(void)printf("written: %s\n  next: git -C %s am %s\n", o->patch,
			     p->git.tree, o->patch);
	else
		(void)printf("nothing is changed\n%s",
			     accepted(out) ? "" :
			     "  next: mend what checkpatch says ('--force' goes on although it complains)\n");
}

static void print_text(const struct options *o, const struct outcome *out)
{
	const struct adopt_plan *p = &out->plan;

	(void)printf("%s%s%s into Linux %s at %s, as CONFIG_%s\n\n",
		     ui_colour(stdout, UI_BOLD), p->module.name,
		     ui_colour(stdout, UI_PLAIN), p->version, p->at, p->config);
	print_files(p);
	print_verdict(out);
	print_proof(out, o->prove);
	print_end(o, out);
}

static void proof_json(struct jout *j, const struct outcome *o)
{
	if (!o->proved) {
		jout_null(j, "proof");
		return;
	}
	jout_object(j, "proof");
	for (size_t i = 0; i < ARRAY_SIZE(o->proof.as); i++) {
		const struct adopt_as *a = &o->proof.as[i];
		const char key[] = { a->value, 0 };

		jout_object(j, key);
		jout_bool(j, "reached", a->reached);
		jout_bool(j, "ok", a->ok);
		jout_strs(j, "seen", (const char *const *)a->seen.v,
			  a->seen.n);
		jout_end(j);
	}
	jout_end(j);
}

static void verdict_json(struct jout *j, const struct outcome *o)
{
	if (!o->checked) {
		jout_null(j, "checkpatch");
		return;
	}
	jout_object(j, "checkpatch");
	jout_bool(j, "accepted", accepted(o));
	jout_uint(j, "errors", o->verdict.errors);
	jout_uint(j, "warnings", o->verdict.warnings);
	jout_uint(j, "lines", o->verdict.lines);
	jout_strs(j, "messages", (const char *const *)o->verdict.messages.v,
		  o->verdict.messages.n);
	jout_end(j);
}

static int print_json(const struct options *o, const struct outcome *out)
{
	const struct adopt_plan *p = &out->plan;
	struct jout j = { .f = stdout };

	jout_object(&j, NULL);
	jout_str(&j, "module", p->module.name);
	jout_str(&j, "config", p->config);
	jout_str(&j, "tree", p->git.tree);
	jout_str(&j, "version", p->version);
	jout_str(&j, "at", p->at);
	jout_str(&j, "depends", *p->depends ? p->depends : NULL);
	jout_array(&j, "files");
	for (size_t i = 0; i < p->n; i++) {
		jout_object(&j, NULL);
		jout_str(&j, "path", p->files[i].path);
		jout_bool(&j, "new", !p->files[i].old);
		jout_end(&j);
	}
	jout_end(&j);
	jout_strs(&j, "notes", (const char *const *)p->notes.v, p->notes.n);
	verdict_json(&j, out);
	proof_json(&j, out);
	jout_str(&j, "commit", out->committed ? p->git.commit : NULL);
	jout_str(&j, "patch_file", out->written ? o->patch : NULL);
	jout_str(&j, "patch", text_str(&p->patch));
	jout_end(&j);
	return jout_finish(&j);
}

/* -------------------------------------------------------------------- work */

static int prove(const struct options *o, struct outcome *out, struct diag *d)
{
	static const struct build_progress progress = { lkm_kernel_progress,
							NULL };
	const struct adopt_prove q = { .plan = &out->plan,
				       .with = &o->with,
				       .jobs = o->jobs,
				       .progress = o->quiet ? NULL :
							      &progress };

	out->proved = true;
	return adopt_prove(&q, &out->proof, d);
}

/* The commit or the patch. */
static int take(const struct options *o, struct outcome *out, struct diag *d)
{
	const struct text *patch = &out->plan.patch;
	int r = 0;

	if (child_interrupted())
		return diag_fail(d, EINTR, "interrupted");
	if (o->patch) {
		r = file_write(o->patch, text_str(patch), patch->n, 0644, d);
		out->written = !r;
	} else {
		r = adopt_take(&out->plan, d);
		out->committed = !r;
	}
	return r;
}

/* A tree that is not under git can only get a patch. */
static int check_way(const struct options *o, const struct adopt_plan *p,
		     struct diag *d)
{
	if (p->git.under || o->patch || o->q.dry_run)
		return 0;
	diag_fail(d, EINVAL, "the tree is not the top of a git work tree, so nothing can be committed");
	diag_hint(d, "'--patch FILE' writes a patch; or 'git init && git add -f . && git commit' there first");
	diag_in(d, "%s", p->git.tree);
	return -EINVAL;
}

static int work(const struct options *o, struct outcome *out, bool *fault,
		struct diag *d)
{
	int r = adopt_plan(&o->q, &out->plan, fault, d);

	if (!r)
		r = check_way(o, &out->plan, d);
	if (!r && !o->no_checkpatch) {
		r = adopt_check(&out->plan, &out->verdict, d);
		out->checked = !r;
	}
	if (!r && (accepted(out) || o->force) && o->prove)
		r = prove(o, out, d);
	if (r < 0 || o->q.dry_run || (!accepted(out) && !o->force) ||
	    !proof_holds(out))
		return r;
	return take(o, out, d);
}

/* The patch alone is on the standard output: git apply may read it there. */
static void tell_refused(const struct adopt_verdict *v, bool force)
{
	(void)fflush(stdout);
	for (size_t i = 0; i < v->messages.n; i++)
		(void)fprintf(stderr, "lkm adopt: checkpatch: %s\n",
			      v->messages.v[i]);
	(void)fprintf(stderr, "lkm adopt: checkpatch finds %u error%s and %u warning%s in this patch%s\n",
		      v->errors, v->errors == 1 ? "" : "s", v->warnings,
		      v->warnings == 1 ? "" : "s",
		      force ? "" : ", so it would not be committed");
	if (!force)
		ui_fix("mend what checkpatch says ('--force' goes on although it complains)");
}

static int run(const struct options *o)
{
	_cleanup_(outcome_fini) struct outcome out = { 0 };
	struct diag d = { 0 };
	bool fault;
	int r;

	child_catch_signals();
	r = work(o, &out, &fault, &d);
	ui_progress(NULL);
	if (r < 0) {
		(void)ui_error("adopt", &d);
		return fault ? UI_NO : UI_UNKNOWN;
	}
	if (o->json) {
		r = print_json(o, &out);
	} else {
		if (o->q.dry_run)
			(void)fwrite(text_str(&out.plan.patch), 1,
				     out.plan.patch.n, stdout);
		else if (!o->quiet || !accepted(&out) || !proof_holds(&out))
			print_text(o, &out);
		if (o->q.dry_run && out.plan.git.nobody)
			(void)fputs("lkm adopt: git does not know who you are: '" ADOPT_NOBODY "' stands for it\n",
				    stderr);
		if (o->q.dry_run && !accepted(&out))
			tell_refused(&out.verdict, o->force);
	}
	if (r < 0)
		return UI_UNKNOWN;
	if (!proof_holds(&out))
		return UI_NO;
	return accepted(&out) || o->force ? UI_YES : UI_NO;
}

/* --------------------------------------------------------------- arguments */

enum { OPT_TREE = 256, OPT_AT, OPT_CONFIG, OPT_PROMPT, OPT_DEPENDS,
       OPT_MESSAGE, OPT_NO_SIGNOFF, OPT_PATCH, OPT_PROVE, OPT_WITH,
       OPT_NO_CHECKPATCH, OPT_FORCE, OPT_JSON };

static const struct option longs[] = {
	{ "tree", required_argument, NULL, OPT_TREE },
	{ "at", required_argument, NULL, OPT_AT },
	{ "config", required_argument, NULL, OPT_CONFIG },
	{ "prompt", required_argument, NULL, OPT_PROMPT },
	{ "depends", required_argument, NULL, OPT_DEPENDS },
	{ "message", required_argument, NULL, OPT_MESSAGE },
	{ "no-signoff", no_argument, NULL, OPT_NO_SIGNOFF },
	{ "patch", required_argument, NULL, OPT_PATCH },
	{ "dry-run", no_argument, NULL, 'n' },
	{ "prove", no_argument, NULL, OPT_PROVE },
	{ "with", required_argument, NULL, OPT_WITH },
	{ "jobs", required_argument, NULL, 'j' },
	{ "no-checkpatch", no_argument, NULL, OPT_NO_CHECKPATCH },
	{ "force", no_argument, NULL, OPT_FORCE },
	{ "json", no_argument, NULL, OPT_JSON },
	{ "quiet", no_argument, NULL, 'q' },
	{ "help", no_argument, NULL, 'h' },
	{ NULL, 0, NULL, 0 },
};

static int take_with(struct options *o, const char *s)
{
	if (str_starts(s, "CONFIG_"))
		s += 7;
	if (!strchr(s, '=') || strchr(s, '\n'))
		return ui_usage("adopt", "--with takes OPTION=VALUE, found '%s'",
				s);
	return strv_add(&o->with, s) < 0 ? UI_UNKNOWN : 0;
}

static int take_flag(struct options *o, int c)
{
	bool *const flags[] = {
		[OPT_NO_SIGNOFF - 256] = &o->q.no_signoff,
		[OPT_PROVE - 256] = &o->prove,
		[OPT_NO_CHECKPATCH - 256] = &o->no_checkpatch,
		[OPT_FORCE - 256] = &o->force,
		[OPT_JSON - 256] = &o->json,
	};

	*(c == 'n' ? &o->q.dry_run : c == 'q' ? &o->quiet : flags[c - 256]) =
		true;
	return 0;
}

static int take_option(struct options *o, int c)
{
	uint64_t jobs;

	switch (c) {
	case OPT_TREE:
		o->q.tree = optarg;
		return 0;
	case OPT_AT:
		o->q.at = optarg;
		return 0;
	case OPT_CONFIG:
		o->q.config = optarg;
		return 0;
	case OPT_PROMPT:
		o->q.prompt = optarg;
		return 0;
	case OPT_DEPENDS:
		o->q.depends = optarg;
		return 0;
	case OPT_MESSAGE:
		o->q.message = optarg;
		return 0;
	case OPT_PATCH:
		o->patch = optarg;
		return 0;
	case OPT_WITH:
		return take_with(o, optarg);
	case 'j':
		if (!str_to_u64(optarg, 1024, &jobs) || !jobs)
			return ui_usage("adopt", "-j takes a number from 1 to 1024, found '%s'",
					optarg);
		o->jobs = (unsigned)jobs;
		return 0;
	default:
		return take_flag(o, c);
	}
}

/* Return: 0, or what to exit with (-1: help was shown). */
static int parse(int argc, char **argv, struct options *o)
{
	int c, r = 0;

	optind = 0;
	opterr = 0;
	while (!r && (c = getopt_long(argc, argv, ":hj:nq", longs, NULL)) !=
			     -1) {
		if (c == 'h')
			return help(stdout) - 1;
		if (c == '?')
			return ui_no_option("adopt", argv[optind - 1], longs);
		if (c == ':')
			return ui_usage("adopt", "'%s' takes a value",
					argv[optind - 1]);
		r = take_option(o, c);
	}
	if (r)
		return r;
	if (optind == argc)
		return ui_usage("adopt", "which module? Give a .c file, or the folder of a Kbuild file");
	if (argc - optind > 1)
		return ui_usage("adopt", "takes one module, found '%s' and '%s'",
				argv[optind], argv[optind + 1]);
	o->q.source = argv[optind];
	if (!o->q.tree)
		return ui_usage("adopt", "into which kernel's source? --tree TREE says it");
	if (!o->q.at)
		return ui_usage("adopt", "where in the tree? --at FOLDER says it: --at drivers/misc");
	if (o->q.dry_run && o->patch)
		return ui_usage("adopt", "--dry-run writes nothing, --patch does: say one of them");
	return 0;
}

int lkm_adopt(int argc, char **argv)
{
	struct options o = { 0 };
	int r = parse(argc, argv, &o);

	if (!r)
		r = run(&o);
	else if (r < 0)
		r = UI_YES;
	strv_fini(&o.with);
	return r;
}
