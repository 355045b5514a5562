// SPDX-License-Identifier: GPL-2.0-or-later
/* lkm build: C source to .ko, with the kernel's own build system. */
#include "lkm_build.h"

#include <errno.h>
#include <getopt.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "base/child.h"
#include "base/file.h"
#include "json_out.h"
#include "lkm_kernel.h"
#include "ui.h"

static int help(FILE *f)
{
	(void)fputs(
		"  lkm build hello.c                hello.ko, in this folder\n"
		"  lkm build a.c b.c                two modules that may use each other's symbols\n"
		"  lkm build driver/ --kernel 6.12  a folder with a Kbuild file, for Linux 6.12\n"
		"\n"
		"usage: lkm build PATH... [--kernel NAME] [-o FOLDER] [-j N] [-q | -v] [--json]\n"
		"\n"
		"  -k, --kernel NAME    kernel to build for: 'lkm kernel list' shows them.\n"
		"                       Without it: the running one if its headers are there,\n"
		"                       else one with headers; of these one that can be tried;\n"
		"                       of these one that is installed or was fetched from this\n"
		"                       distribution's release; of these a small one (-cloud,\n"
		"                       -virtual); of these the newest\n"
		"  -o, --output FOLDER  where the .ko files go. Without it: for C files the\n"
		"                       current folder; for a folder that one, or the current\n"
		"                       one if it may not be written\n"
		"  -j, --jobs N         compilers at once\n"
		"  -v, --verbose        all that make says\n"
		"  -q, --quiet          only errors and warnings\n"
		"      --json           the result for a program\n"
		"  -h, --help           show this help\n"
		"\n"
		"Nothing but the .ko files is written: sources may be read-only, and folders may\n"
		"have spaces in their names. Exit status: 0 built, 1 the source is at fault, 2\n"
		"wrong usage, 3 something else is missing or broke.\n",
		f);
	return f == stdout ? UI_YES : UI_USAGE;
}

struct options {
	const char *kernel, *output;
	unsigned jobs;
	bool verbose, quiet, json;
};

static const char *kind_word(enum build_kind kind)
{
	return kind == BUILD_ERROR ? "error" :
	       kind == BUILD_WARNING ? "warning" : "note";
}

/* The line that names the kind, with the kind in colour. */
static void print_block(FILE *f, const struct build_message *m)
{
	const char *word = kind_word(m->kind), *at;
	enum ui_colour c = m->kind == BUILD_ERROR ? UI_RED : UI_YELLOW;
	char mark[16];

	/* The kind, and not the end of "strerror". */
	(void)snprintf(mark, sizeof(mark), " %s: ", word);
	at = str_starts(m->block, mark + 1) ? m->block :
					      strstr(m->block, mark);
	at += at && *at == ' ';
	if (!at) {
		(void)fprintf(f, "%s%s%s: %s", ui_colour(f, c), word,
			      ui_colour(f, UI_PLAIN), m->block);
		return;
	}
	(void)fprintf(f, "%.*s%s%s%s%s", (int)(at - m->block), m->block,
		      ui_colour(f, c), word, ui_colour(f, UI_PLAIN),
		      at + strlen(word));
}

static bool explained(const struct build_messages *l, size_t i)
{
	for (size_t j = 0; j < i; j++)
		if (l->v[j].rule == l->v[i].rule)
			return true;
	return false;
}

static void print_rule(FILE *f, const struct build_rule *r)
{
	(void)fprintf(f, "  %swhy:%s %s", ui_colour(f, UI_BOLD),
		      ui_colour(f, UI_PLAIN), r->why);
	if (r->since)
		(void)fprintf(f, " (since Linux %s)", r->since);
	(void)fputc('\n', f);
	if (r->fix)
		(void)fprintf(f, "  %sfix:%s %s\n", ui_colour(f, UI_BOLD),
			      ui_colour(f, UI_PLAIN), r->fix);
}

void lkm_build_print(FILE *f, const struct build_messages *l, bool notes)
{
	for (size_t i = 0; i < l->n; i++) {
		const struct build_message *m = &l->v[i];

		if (m->kind == BUILD_NOTE)
			continue;
		print_block(f, m);
		if (m->rule && !explained(l, i))
			print_rule(f, m->rule);
	}
	for (size_t i = 0; notes && i < l->n; i++) {
		const struct build_message *m = &l->v[i];

		if (m->kind != BUILD_NOTE)
			continue;
		(void)fprintf(f, "%snote:%s %s%s%s%s\n",
			      ui_colour(f, UI_DIM), ui_colour(f, UI_PLAIN),
			      m->text, m->rule ? " (harmless: " : "",
			      m->rule ? m->rule->why : "", m->rule ? ")" : "");
	}
}

static json_t *text_or_null(const char *s)
{
	json_t *o = s && *s ? json_string(s) : NULL;

	/* What a compiler quotes from a source need not be UTF-8. */
	return o ? o : json_null();
}

json_t *lkm_build_json(const struct build_messages *l)
{
	json_t *a = json_array();

	for (size_t i = 0; i < l->n; i++) {
		const struct build_message *m = &l->v[i];
		json_t *o = json_object();

		(void)json_object_set_new(
			o, "kind", json_string(kind_word(m->kind)));
		(void)json_object_set_new(o, "file", text_or_null(m->file));
		(void)json_object_set_new(
			o, "line",
			m->line ? json_integer(m->line) : json_null());
		(void)json_object_set_new(
			o, "column",
			m->column ? json_integer(m->column) : json_null());
		(void)json_object_set_new(o, "text", text_or_null(m->text));
		(void)json_object_set_new(o, "block", text_or_null(m->block));
		(void)json_object_set_new(
			o, "rule", text_or_null(m->rule ? m->rule->id : NULL));
		(void)json_object_set_new(
			o, "harmless",
			json_boolean(m->rule && m->rule->verdict ==
						BUILD_HARMLESS));
		(void)json_object_set_new(
			o, "since",
			text_or_null(m->rule ? m->rule->since : NULL));
		(void)json_object_set_new(
			o, "why", text_or_null(m->rule ? m->rule->why : NULL));
		(void)json_object_set_new(
			o, "fix", text_or_null(m->rule ? m->rule->fix : NULL));
		(void)json_array_append_new(a, o);
	}
	return a;
}

static int print_json(const struct build_result *res,
		      const struct build_kernel *k, const struct strv *saved)
{
	json_t *o = json_object(), *a = json_array();

	for (size_t i = 0; i < saved->n; i++)
		(void)json_array_append_new(a, json_string(saved->v[i]));
	(void)json_object_set_new(o, "built", json_boolean(!res->failed));
	(void)json_object_set_new(o, "kernel", json_string(k->release));
	(void)json_object_set_new(o, "compiler", json_string(res->compiler));
	(void)json_object_set_new(o, "modules", a);
	(void)json_object_set_new(o, "messages",
				  lkm_build_json(&res->messages));
	(void)json_object_set_new(o, "error", json_null());

	int r = json_dumpf(o, stdout, JSON_INDENT(2) | JSON_SORT_KEYS);

	(void)putchar('\n');
	json_decref(o);
	return r < 0 ? UI_UNKNOWN : res->failed ? UI_NO : UI_YES;
}

/* The same members; there is nothing in them but why. */
static int print_json_none(const struct diag *d)
{
	struct jout j = { .f = stdout };

	jout_object(&j, NULL);
	jout_bool(&j, "built", false);
	jout_null(&j, "kernel");
	jout_null(&j, "compiler");
	jout_strs(&j, "modules", NULL, 0);
	jout_strs(&j, "messages", NULL, 0);
	jout_diag(&j, "error", d);
	jout_end(&j);
	return jout_finish(&j);
}

/* Nothing was built or kept, and that is not the source's doing. */
static int cannot(const struct options *o, int status, const struct diag *d)
{
	(void)ui_error("build", d);
	return o->json && print_json_none(d) < 0 ? UI_UNKNOWN : status;
}

static size_t count(const struct build_messages *l, enum build_kind kind)
{
	size_t n = 0;

	for (size_t i = 0; i < l->n; i++)
		n += l->v[i].kind == kind;
	return n;
}

static int print_text(const struct build_result *res,
		      const struct build_kernel *k, const struct strv *saved,
		      const struct options *o)
{
	size_t errors = count(&res->messages, BUILD_ERROR);
	const char *preferred = getenv("LKM_KERNEL");
	struct utsname u = { 0 };

	lkm_build_print(stderr, &res->messages, o->verbose && !res->failed);
	if (res->failed) {
		if (errors)
			(void)fprintf(stderr,
				      "lkm build: not built for %s: %zu error%s\n",
				      k->release, errors,
				      errors == 1 ? "" : "s");
		else
			(void)fprintf(stderr,
				      "lkm build: not built for %s\n",
				      k->release);
		return UI_NO;
	}
	for (size_t i = 0; !o->quiet && i < saved->n; i++)
		(void)printf("%s%s%s  for %s\n", ui_colour(stdout, UI_GREEN),
			     saved->v[i], ui_colour(stdout, UI_PLAIN),
			     k->release);
	/* Whoever names a kernel does not expect the running one. */
	(void)uname(&u);
	if (!o->quiet && !o->kernel &&
	    !(preferred && *preferred) && !str_eq(u.release, k->release))
		(void)printf("note: this machine runs %s, whose headers are not at hand\n",
			     u.release);
	return UI_YES;
}

/* Where the modules go if nothing is said: see the help. */
static const char *output_folder(const struct options *o, const char *path)
{
	if (o->output)
		return o->output;
	return path_is_dir(path) && access(path, W_OK) == 0 ? path : ".";
}

static void print_line(void *arg, const char *line)
{
	ui_progress(NULL);
	(void)fprintf(arg, "%s\n", line);
}

static int build(const struct options *o, char **paths, size_t n)
{
	static const struct build_progress progress = { lkm_kernel_progress,
							NULL };
	struct build_result res = { 0 };
	_cleanup_strv_ struct strv saved = { 0 };
	struct build_kernel k;
	struct diag d = { 0 };
	int r;

	for (size_t i = 0; i < n; i++)
		if (access(paths[i], F_OK) < 0) {
			diag_fail(&d, errno, "%s", strerror(errno));
			diag_in(&d, "%s", paths[i]);
			diag_hint(&d, "give a .c file, or the folder of a Kbuild file or Makefile");
			return cannot(o, UI_USAGE, &d);
		}
	r = build_kernel_for_building(o->kernel, &k, &d);
	if (r < 0)
		return cannot(o, UI_UNKNOWN, &d);

	struct build_request req = {
		.paths = (const char *const *)paths,
		.n = n,
		.kernel = &k,
		.jobs = o->jobs,
		.line = o->verbose ? print_line : NULL,
		.line_arg = stderr,
		.progress = o->quiet || o->verbose ? NULL : &progress,
	};

	child_catch_signals();
	r = build_modules(&req, &res, &d);
	ui_progress(NULL);
	if (!r && !res.failed)
		r = build_save(&res, output_folder(o, paths[0]), &saved, &d);
	if (r < 0) {
		build_result_fini(&res);
		return cannot(o, r == -EINVAL ? UI_USAGE : UI_UNKNOWN, &d);
	}

	int status = o->json ? print_json(&res, &k, &saved) :
			       print_text(&res, &k, &saved, o);

	build_result_fini(&res);
	return status;
}

int lkm_build(int argc, char **argv)
{
	static const struct option longs[] = {
		{ "help", no_argument, NULL, 'h' },
		{ "jobs", required_argument, NULL, 'j' },
		{ "json", no_argument, NULL, 'J' },
		{ "kernel", required_argument, NULL, 'k' },
		{ "output", required_argument, NULL, 'o' },
		{ "quiet", no_argument, NULL, 'q' },
		{ "verbose", no_argument, NULL, 'v' },
		{ NULL, 0, NULL, 0 },
	};
	struct options o = { 0 };
	uint64_t jobs = 0;

	opterr = 0;
	for (int c; (c = getopt_long(argc, argv, ":hj:k:o:qv", longs, NULL)) !=
		    -1;) {
		switch (c) {
		case 'h':
			return help(stdout);
		case 'j':
			if (!str_to_u64(optarg, 1024, &jobs) || !jobs)
				return ui_usage("build", "-j takes a number from 1 to 1024, found '%s'",
						optarg);
			o.jobs = (unsigned)jobs;
			break;
		case 'J':
			o.json = true;
			break;
		case 'k':
			if (!ui_is_kernel("build", optarg))
				return UI_USAGE;
			o.kernel = optarg;
			break;
		case 'o':
			o.output = optarg;
			break;
		case 'q':
			o.quiet = true;
			break;
		case 'v':
			o.verbose = true;
			break;
		case ':':
			return ui_usage("build", "'%s' takes a value",
					argv[optind - 1]);
		default:
			return ui_no_option("build", argv[optind - 1], longs);
		}
	}
	if (optind == argc)
		return ui_usage("build", "what is to be built?");
	return build(&o, argv + optind, (size_t)(argc - optind));
}
