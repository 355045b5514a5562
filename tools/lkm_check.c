/* SPDX-License-Identifier: GPL-2.0-or-later */
/* lkm check: would this kernel load it? Nothing is loaded, nothing is run. */
#include "lkm_check.h"

#include <errno.h>
#include <fts.h>
#include <getopt.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "check.h"
#include "live/load.h"
#include "ui.h"

#define THREADS_MAX 8

static int help(FILE *f)
{
	(void)fputs(
		"  lkm check hello.ko                 would the kernel it was built for load it?\n"
		"  lkm check hello.ko times=3         with parameters, as behind insmod\n"
		"  lkm check --live hello.ko          here and now, under this machine's policy\n"
		"  lkm check base.ko user.ko          one behind the other, as insmod would\n"
		"  lkm check /lib/modules/6.1.0/      all of them, a line each\n"
		"  ssh box cat x.ko | lkm check -     what comes from standard input\n"
		"\n"
		"usage: lkm check [OPTION...] FILE|FOLDER|- [PARAM=VALUE...]...\n"
		"\n"
		"Does to the file what the kernel's loader would do, and tells errno, log, cause\n"
		"and remedy, or what it will look like when it is in. No root, nothing is loaded.\n"
		"\n"
		"  -k, --kernel NAME       of 'lkm kernel list', or the root of an unpacked\n"
		"                          kernel package; default: that which FILE was built for\n"
		"      --live              the running kernel, what is loaded in it, its policy\n"
		"      --with FILE         this module is loaded before; may be given again\n"
		"      --insmod            nothing else is loaded; default: what FILE depends on\n"
		"                          is, as modprobe would do\n"
		"      --trust CERT        the kernel trusts this certificate (DER or PEM), too\n"
		"      --append CMDLINE    words of the kernel's command line: module_blacklist=,\n"
		"                          module.sig_enforce, lockdown=, nomodule,\n"
		"                          mitigations=off\n"
		"      --force-vermagic    as modprobe's options of that name\n"
		"      --force-modversion\n"
		"      --rules             list all that the loader may say, by which function\n"
		"      --json              the answer for a program\n"
		"      --brief             the answer for a script: verdict, errno, rule, log,\n"
		"                          why and fix, a line each: the word, a tab, the text\n"
		"  -q, --quiet             the verdict only; of many, those that would not load\n"
		"  -v, --verbose           also sections and symbols\n"
		"  -h, --help              show this help\n"
		"\n"
		"Exit status: 0 it loads, 1 it is refused or the kernel would crash, 2 the\n"
		"command line is wrong or names a file that is not there, 3 that cannot be\n"
		"told.\n",
		f);
	return f == stdout ? UI_YES : UI_USAGE;
}

/* ------------------------------------------------------------ what to check */

struct subjects {
	struct check_subject *v;
	size_t n, cap;
};

static void subjects_fini(struct subjects *l)
{
	for (size_t i = 0; i < l->n; i++)
		check_subject_fini(&l->v[i]);
	free(l->v);
}

static struct check_subject *add_file(struct subjects *l, const char *path)
{
	if (l->n == l->cap) {
		size_t cap = l->cap ? 2 * l->cap : 16;
		struct check_subject *v =
			reallocarray(l->v, cap, sizeof(*v));

		if (!v)
			return NULL;
		l->v = v;
		l->cap = cap;
	}
	l->v[l->n] = (struct check_subject){ .path = strdup(path) };
	return l->v[l->n].path ? &l->v[l->n++] : NULL;
}

static bool is_module_name(const char *path)
{
	return str_ends(path, ".ko") || str_ends(path, ".ko.xz") ||
	       str_ends(path, ".ko.zst") || str_ends(path, ".ko.gz");
}

static int by_name(const FTSENT **a, const FTSENT **b)
{
	return strcmp((*a)->fts_name, (*b)->fts_name);
}

/* A folder without modules is told like a file that cannot be read. */
static int add_nothing(struct subjects *l, const char *path)
{
	struct check_subject *s = add_file(l, path);
	_cleanup_free_ char *word = str_word(path);

	if (!s || !word)
		return -ENOMEM;
	(void)diag_fail(&s->d, ENOENT, "no module in there");
	diag_hint(&s->d, "modules end in .ko, .ko.xz, .ko.zst or .ko.gz; 'lkm build %s' makes them of source",
		  strlen(word) <= 150 ? word : "FOLDER");
	return 0;
}

/* What cannot be looked into may hold modules, too. */
static int add_unreadable(struct subjects *l, const FTSENT *e)
{
	struct check_subject *s = add_file(l, e->fts_path);

	if (!s)
		return -ENOMEM;
	(void)diag_fail(&s->d, e->fts_errno, "cannot read it: %s",
			strerror(e->fts_errno));
	diag_hint(&s->d, "'ls -ld' it: it and the folders above must be readable by you");
	return 0;
}

static bool is_unreadable(const FTSENT *e)
{
	return e->fts_info == FTS_DNR || e->fts_info == FTS_ERR ||
	       e->fts_info == FTS_NS;
}

/* Every module below a folder. Return: 0 or -errno. */
static int add_folder(struct subjects *l, char *path)
{
	char *roots[] = { path, NULL };
	FTS *fts = fts_open(roots, FTS_PHYSICAL | FTS_NOCHDIR, by_name);
	size_t before = l->n, n = strlen(path);
	int r = fts ? 0 : -errno;

	for (FTSENT *e; fts && !r && (e = fts_read(fts));) {
		struct check_subject *s;

		if (is_unreadable(e)) {
			r = add_unreadable(l, e);
			if (!r && e->fts_level)
				l->v[l->n - 1].shown =
					n + (e->fts_path[n] == '/');
			continue;
		}
		if (e->fts_info != FTS_F || !is_module_name(e->fts_name))
			continue;
		s = add_file(l, e->fts_path);
		if (!s)
			r = -ENOMEM;
		else
			s->shown = n + (s->path[n] == '/');
	}
	if (fts)
		(void)fts_close(fts);
	return r || l->n > before ? r : add_nothing(l, path);
}

/* A word behind a file is a parameter, unless it is a file itself. */
static bool is_param(const struct subjects *l, const char *word)
{
	return l->n && !is_module_name(word) && !str_eq(word, "-") &&
	       !path_exists(word);
}

static int add_param(struct check_subject *s, const char *word)
{
	text_add(&s->params, s->params.n ? " " : "");
	text_add(&s->params, word);
	return s->params.failed ? -ENOMEM : 0;
}

/* Of what is not there nothing can be told, not even that it is unknown. */
static int add_named(struct subjects *l, const char *path, struct diag *d)
{
	struct stat st;
	struct check_subject *s;

	if (!str_eq(path, "-") && stat(path, &st) < 0 &&
	    (errno == ENOENT || errno == ENOTDIR)) {
		(void)diag_fail(d, errno, "%s", strerror(errno));
		(void)diag_in(d, "%s", path);
		return ui_hint_no_file(d);
	}
	s = add_file(l, path);
	if (!s)
		return -ENOMEM;
	s->named = true;
	return 0;
}

static int collect(struct subjects *l, int argc, char **argv, struct diag *d)
{
	for (int i = 0; i < argc; i++) {
		int r = 0;

		if (is_param(l, argv[i]))
			r = add_param(&l->v[l->n - 1], argv[i]);
		else if (path_is_dir(argv[i]))
			r = add_folder(l, argv[i]);
		else
			r = add_named(l, argv[i], d);
		if (r)
			return diag_fail(d, -r, "%s", strerror(-r));
	}
	return 0;
}

/* -------------------------------------------------------------- the work */

struct team {
	struct check_world *w;
	struct subjects *l;
	atomic_size_t next;
	bool slim; /* keep only what a line of many tells */
};

/* The bulk of a result; what a line needs is told apart. */
static void slim(struct check_subject *s)
{
	s->r.kallsyms = NULL;
	s->r.n_kallsyms = 0;
	s->ko = ko_close(s->ko);
}

static void *work(void *arg)
{
	struct team *t = arg;
	size_t i;

	while ((i = atomic_fetch_add(&t->next, 1)) < t->l->n) {
		if (t->l->v[i].done)
			continue;
		check_subject_run(t->w, &t->l->v[i]);
		if (t->slim)
			slim(&t->l->v[i]);
	}
	return NULL;
}

/* Those that were named, one behind the other. */
static int check_named(struct check_world *w, struct subjects *l,
		       struct diag *d)
{
	int r = check_world_expect(w, l->n, d);

	for (size_t i = 0; i < l->n && !r; i++) {
		if (!l->v[i].named)
			continue;
		check_subject_run_next(w, &l->v[i]);
		if (l->n > 1)
			slim(&l->v[i]);
	}
	return r;
}

/* Those of folders, each for itself. */
static void check_all(struct check_world *w, struct subjects *l)
{
	struct team t = { .w = w, .l = l, .slim = l->n > 1 };
	pthread_t id[THREADS_MAX];
	long cpus = sysconf(_SC_NPROCESSORS_ONLN);
	size_t n = 0;

	while (n + 1 < THREADS_MAX && (long)n + 1 < cpus && n + 1 < l->n &&
	       !pthread_create(&id[n], NULL, work, &t))
		n++;
	(void)work(&t);
	while (n--)
		(void)pthread_join(id[n], NULL);
}

static int tell(const struct check_world *w, const struct subjects *l)
{
	const struct check_options *o = w->o;
	int status = UI_YES;

	if (o->json)
		return check_json(w, l->v, l->n);
	for (size_t i = 0; i < l->n; i++) {
		int s = check_status(&l->v[i]);

		if (s == UI_NO || (s == UI_UNKNOWN && status == UI_YES))
			status = s;
		if (o->brief)
			check_report_brief(&l->v[i]);
		else if (l->n == 1)
			check_report(w, &l->v[i]);
		else if (!o->quiet || s != UI_YES)
			check_report_line(w, &l->v[i]);
	}
	if (l->n > 1 && !o->brief)
		check_report_sum(w, l->v, l->n);
	return status;
}

/* Its vermagic names the kernel. */
static const char *first_file(const struct subjects *l)
{
	for (size_t i = 0; i < l->n; i++)
		if (!l->v[i].d.err)
			return l->v[i].path;
	return l->v[0].path;
}

static int cannot(const struct check_options *o, int status,
		  const struct diag *d)
{
	(void)ui_error("check", d);
	return o->json ? check_json_none(d, status) : status;
}

static int run(const struct check_options *o, int argc, char **argv)
{
	_cleanup_(subjects_fini) struct subjects l = { 0 };
	struct check_world w = { 0 };
	struct diag d = { 0 };
	int r = collect(&l, argc, argv, &d);

	if (r < 0)
		return cannot(o, r == -ENOMEM ? UI_UNKNOWN : UI_USAGE, &d);
	/* Paths are shown whole where they are of several places. */
	for (size_t i = 0; argc > 1 && i < l.n; i++)
		l.v[i].shown = 0;
	r = check_world_open(o, first_file(&l), &w, &d);
	if (!r) {
		r = check_named(&w, &l, &d);
		if (r < 0)
			check_world_close(&w);
	}
	if (r < 0)
		return cannot(o, UI_UNKNOWN, &d);
	check_all(&w, &l);

	int status = tell(&w, &l);

	check_world_close(&w);
	return status;
}

/* ---------------------------------------------------------- command line */

enum { OPT_LIVE = 256, OPT_WITH, OPT_INSMOD, OPT_TRUST, OPT_APPEND,
       OPT_FORCE_VERMAGIC, OPT_FORCE_MODVERSION, OPT_RULES, OPT_JSON,
       OPT_BRIEF };

static const struct option long_options[] = {
	{ "kernel", required_argument, NULL, 'k' },
	{ "live", no_argument, NULL, OPT_LIVE },
	{ "with", required_argument, NULL, OPT_WITH },
	{ "insmod", no_argument, NULL, OPT_INSMOD },
	{ "trust", required_argument, NULL, OPT_TRUST },
	{ "append", required_argument, NULL, OPT_APPEND },
	{ "force-vermagic", no_argument, NULL, OPT_FORCE_VERMAGIC },
	{ "force-modversion", no_argument, NULL, OPT_FORCE_MODVERSION },
	{ "rules", no_argument, NULL, OPT_RULES },
	{ "json", no_argument, NULL, OPT_JSON },
	{ "brief", no_argument, NULL, OPT_BRIEF },
	{ "quiet", no_argument, NULL, 'q' },
	{ "verbose", no_argument, NULL, 'v' },
	{ "help", no_argument, NULL, 'h' },
	{ 0 },
};

struct parsed {
	struct check_options o;
	bool rules, failed;
};

static void parsed_fini(struct parsed *p)
{
	strv_fini(&p->o.with);
	strv_fini(&p->o.trust);
}

/* Return: -1: go on; else the exit status. */
static int take_option(struct parsed *p, int c, char **argv)
{
	switch (c) {
	case 'k':
		if (!ui_is_kernel("check", optarg))
			return UI_USAGE;
		p->o.kernel = optarg;
		break;
	case OPT_LIVE:
		p->o.live = true;
		break;
	case OPT_WITH:
		p->failed |= strv_add(&p->o.with, optarg) < 0;
		break;
	case OPT_INSMOD:
		p->o.insmod = true;
		break;
	case OPT_TRUST:
		p->failed |= strv_add(&p->o.trust, optarg) < 0;
		break;
	case OPT_APPEND:
		p->o.append = optarg;
		break;
	case OPT_FORCE_VERMAGIC:
		p->o.flags |= LIVE_IGNORE_VERMAGIC;
		break;
	case OPT_FORCE_MODVERSION:
		p->o.flags |= LIVE_IGNORE_MODVERSIONS;
		break;
	case OPT_RULES:
		p->rules = true;
		break;
	case OPT_JSON:
		p->o.json = true;
		break;
	case OPT_BRIEF:
		p->o.brief = true;
		break;
	case 'q':
		p->o.quiet = true;
		break;
	case 'v':
		p->o.verbose = true;
		break;
	case 'h':
		return help(stdout);
	case ':':
		return ui_usage("check", "'%s' takes a value",
				argv[optind - 1]);
	default:
		return ui_no_option("check", argv[optind - 1], long_options);
	}
	return -1;
}

static int is_source(const char *path)
{
	_cleanup_free_ char *word = str_word(path);

	(void)fprintf(stderr, "lkm check: '%s' is source; what is checked is the module (.ko) that is built of it\n",
		      path);
	(void)fprintf(stderr, "  fix: 'lkm build %s' makes it; 'lkm try %s' makes it, checks it and tries it\n",
		      word ? word : "FILE", word ? word : "FILE");
	return UI_USAGE;
}

int lkm_check(int argc, char **argv)
{
	_cleanup_(parsed_fini) struct parsed p = { 0 };
	int status = -1;

	opterr = 0;
	for (int c; status < 0 && (c = getopt_long(argc, argv, ":k:qvh",
						   long_options, NULL)) >= 0;)
		status = take_option(&p, c, argv);
	if (status >= 0)
		return status;
	if (p.failed)
		return UI_UNKNOWN;
	if (p.rules)
		return check_rules(p.o.json);
	if (optind == argc)
		return ui_usage("check", "which module? Give a .ko file");
	for (int i = optind; i < argc; i++)
		if (str_ends(argv[i], ".c") && path_exists(argv[i]))
			return is_source(argv[i]);
	if (p.o.live && p.o.kernel)
		return ui_usage("check", "--live and --kernel exclude each other");
	return run(&p.o, argc - optind, argv + optind);
}
