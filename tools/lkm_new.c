// SPDX-License-Identifier: GPL-2.0-or-later
/* lkm new: a fresh project from the gallery in examples/. */
#include "lkm_new.h"

#include <dirent.h>
#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "base/child.h"
#include "base/file.h"
#include "base/text.h"
#include "build/facts.h"
#include "build/kernel.h"
#include "build/project.h"
#include "build/scaffold.h"
#include "json_out.h"
#include "kern/kern.h"
#include "near.h"
#include "ui.h"

static int help(FILE *f)
{
	(void)fputs(
		"  lkm new mine                  a module that says hello, in the folder mine\n"
		"  lkm new mine --kind chardev   a character device\n"
		"  lkm try mine                  build it, run it and its test, judge it\n"
		"\n"
		"usage: lkm new NAME [--kind KIND] [-o FOLDER] [-q]\n"
		"       lkm new --list [--json]\n"
		"\n"
		"Makes a folder NAME with a module that works: source, Kbuild, Makefile (all,\n"
		"install, check, clean), dkms.conf, and use.c, the program that proves it, which\n"
		"'lkm try NAME' runs. Its functions and files are called NAME.\n"
		"\n"
		"      --kind KIND      what kind of module (default: hello)\n"
		"  -l, --list           the kinds that there are\n"
		"  -o, --output FOLDER  make it in FOLDER (default: here)\n"
		"      --json           the list for a program\n"
		"  -q, --quiet          only errors\n"
		"  -h, --help           show this help\n"
		"\n"
		"What exists is never overwritten. Exit status: 0 made, 2 wrong usage (also: NAME\n"
		"cannot be one, no such KIND, the folder is there), 3 something else is missing\n"
		"or broke.\n",
		f);
	return f == stdout ? UI_YES : UI_USAGE;
}

struct options {
	const char *name, *kind, *output;
	bool list, json, quiet;
};

/* ---------------------------------------------------------- the gallery */

/*
 * In the build folder there is a link to the source's; what is installed is
 * beside the program that was installed.
 */
static const char *const places[] = { "../examples", LKM_EXAMPLES };

static bool is_gallery(const char *folder)
{
	_cleanup_free_ char *path = NULL;

	if (asprintf(&path, "%s/hello/" BUILD_PROJECT_FILE, folder) < 0) {
		path = NULL;
		return false;
	}
	return path_exists(path);
}

static int find_gallery(char **ret, struct diag *d)
{
	const char *own = getenv("LKM_EXAMPLES");
	char exe[4096];
	ssize_t n = readlink("/proc/self/exe", exe, sizeof(exe) - 1);

	if (own && *own) {
		if (!is_gallery(own)) {
			diag_fail(d, ENOENT, "LKM_EXAMPLES names '%s', which has no examples",
				  own);
			return diag_hint(d, "unset it, or name a folder that has hello/%s",
					 BUILD_PROJECT_FILE);
		}
		*ret = strdup(own);
		return *ret ? 0 : diag_fail(d, ENOMEM, "out of memory");
	}
	exe[n > 0 ? n : 0] = 0;
	if (strrchr(exe, '/'))
		*strrchr(exe, '/') = 0;
	for (size_t i = 0; i < ARRAY_SIZE(places); i++) {
		_cleanup_free_ char *path = NULL;

		if (asprintf(&path, "%s/%s", exe, places[i]) < 0) {
			path = NULL;
			return diag_fail(d, ENOMEM, "out of memory");
		}
		if (is_gallery(path)) {
			*ret = take_ptr(path);
			return 0;
		}
	}
	return diag_fail_hint(d, ENOENT,
			      "install lkm again, or name the folder in LKM_EXAMPLES",
			      "the examples are not where they belong: %s/%s",
			      exe, LKM_EXAMPLES);
}

/* The simple ones first. */
static int order_of(const char *kind)
{
	return str_eq(kind, "minimal") ? 0 : str_eq(kind, "hello") ? 1 : 2;
}

static int by_name(const void *a, const void *b)
{
	const char *x = *(char *const *)a, *y = *(char *const *)b;
	int d = order_of(x) - order_of(y);

	return d ? d : strcmp(x, y);
}

static int find_kinds(const char *gallery, struct strv *ret, struct diag *d)
{
	DIR *dp = opendir(gallery);
	int r = 0;

	if (!dp) {
		r = diag_fail(d, errno, "cannot read the folder: %s",
			      strerror(errno));
		diag_in(d, "%s", gallery);
		return r;
	}
	for (struct dirent *e; !r && (e = readdir(dp));) {
		_cleanup_free_ char *path = NULL;

		if (e->d_name[0] == '.')
			continue;
		if (asprintf(&path, "%s/%s/" BUILD_PROJECT_FILE, gallery,
			     e->d_name) < 0) {
			path = NULL;
			r = -ENOMEM;
		} else if (path_exists(path)) {
			r = strv_add(ret, e->d_name);
		}
	}
	(void)closedir(dp);
	if (r < 0)
		return diag_fail(d, ENOMEM, "out of memory");
	qsort(ret->v, ret->n, sizeof(*ret->v), by_name);
	return 0;
}

/* ------------------------------------------------------------- the list */

static void list_one(struct jout *j, const char *kind,
		     const struct build_project *p, int width)
{
	if (!j) {
		(void)printf("%-*s  %s\n", width, kind,
			     p->title ? p->title : "");
		return;
	}
	jout_object(j, NULL);
	jout_str(j, "kind", kind);
	jout_str(j, "title", p->title);
	jout_str(j, "proves", p->proves);
	jout_strs(j, "devices", (const char *const *)p->devices.v,
		  p->devices.n);
	jout_strs(j, "needs", (const char *const *)p->needs.v, p->needs.n);
	jout_strs(j, "except", (const char *const *)p->except.v, p->except.n);
	jout_end(j);
}

static void tell_next(const struct strv *kinds)
{
	(void)putchar('\n');
	ui_say(stdout, 6, "Next: lkm new mine --kind %s   (or another of them)",
	       strv_has(kinds, "chardev") ? "chardev" : kinds->v[0]);
}

static int list(const char *gallery, const struct strv *kinds, bool json)
{
	struct jout out = { .f = stdout };
	struct diag d = { 0 };
	int width = 0;

	for (size_t i = 0; i < kinds->n; i++)
		if ((int)strlen(kinds->v[i]) > width)
			width = (int)strlen(kinds->v[i]);
	if (json)
		jout_array(&out, NULL);
	for (size_t i = 0; i < kinds->n; i++) {
		_cleanup_project_ struct build_project p = { 0 };
		_cleanup_free_ char *path = NULL;

		if (asprintf(&path, "%s/%s", gallery, kinds->v[i]) < 0) {
			path = NULL;
			return UI_UNKNOWN;
		}
		if (build_project_read(path, &p, &d) < 0)
			return ui_error("new", &d);
		list_one(json ? &out : NULL, kinds->v[i], &p, width);
	}
	if (!json) {
		/* Into a pipe the kinds go, and nothing else. */
		if (ui_width(stdout))
			tell_next(kinds);
		return UI_YES;
	}
	jout_end(&out);
	return jout_finish(&out) ? UI_UNKNOWN : UI_YES;
}

/* -------------------------------------------------------------- the rest */

static int no_such_kind(const struct strv *kinds, const char *kind)
{
	struct near near = near_start(kind);

	for (size_t i = 0; i < kinds->n; i++)
		near_try(&near, kinds->v[i]);
	ui_say(stderr, 4, "lkm new: there is no kind '%s'", kind);
	ui_fix_name(near.found, "lkm new --list");
	return UI_USAGE;
}

/*
 * Is the name one of the kernel itself: a module that is built in, or what has
 * a folder in /sys/module for its parameters, like printk?
 */
static bool in_kernel(struct kern *facts, const char *module)
{
	return facts && (kern_builtin(facts, module) == KERN_YES ||
			 kern_sysfs_taken(facts, module) == KERN_YES);
}

/* modprobe, and the kernel, know a module by nothing but its name. */
static void tell_of_same_name(const struct strv *modules)
{
	_cleanup_kern_ struct kern *facts = NULL;
	struct build_kernel k;

	if (build_kernel_for_building(NULL, &k, NULL) < 0)
		return;
	if (build_kernel_facts(&k, false, &facts, NULL) < 0)
		facts = NULL;
	for (size_t i = 0; i < modules->n; i++) {
		_cleanup_free_ char *path = NULL;
		const char *m = modules->v[i];
		bool in = in_kernel(facts, m);

		if (!in && build_kernel_module_path(&k, m, &path, NULL) < 0)
			continue;
		(void)fprintf(stderr,
			      "lkm new: note: Linux %s has a module '%s' of its own%s\n",
			      k.release, m, in ? ", built in" : "");
		ui_fix(in ? "take another name: the kernel will not load this one" :
			    "take another name: modprobe cannot tell them apart");
	}
}

static void tell_of_made(const char *folder, const char *kind)
{
	_cleanup_text_ struct text word = { 0 };

	ui_shell_word(&word, folder);
	(void)fputs(ui_colour(stdout, UI_GREEN), stdout);
	ui_put(stdout, folder);
	(void)printf("/%s is made, of kind %s\n\n"
		     "  lkm try %-12s build it, run it and its test, judge it\n  ",
		     ui_colour(stdout, UI_PLAIN), kind, text_str(&word));
	ui_put(stdout, folder);
	(void)puts("/Makefile says what else there is to do");
}

/* Does "lkm try FOLDER" know what to do with it? */
static bool is_project(const char *folder)
{
	_cleanup_project_ struct build_project p = { 0 };

	return build_project_read(folder, &p, NULL) == 0;
}

/* A name like it that is free: NAME2 to NAME9; "": none. */
static void free_name(const struct options *o, char *ret, size_t size)
{
	const char *dir = o->output ? o->output : ".";
	size_t n = strlen(o->name);

	ret[0] = 0;
	for (int i = 2; i < 10 && n < BUILD_SCAFFOLD_NAME_MAX; i++) {
		_cleanup_free_ char *path = NULL;

		if (asprintf(&path, "%s/%s%d", dir, o->name, i) < 0) {
			path = NULL;
			return;
		}
		if (!path_exists(path)) {
			(void)snprintf(ret, size, "%s%d", o->name, i);
			return;
		}
	}
}

/* What to type instead, where the folder is there. */
static void tell_of_folder(const struct options *o, const char *folder)
{
	char other[BUILD_SCAFFOLD_NAME_MAX + 2];

	free_name(o, other, sizeof(other));
	if (!*other)
		ui_fix("take another name, or --output another folder");
	if (is_project(folder))
		ui_say(stderr, 7, "  fix: it is a project: 'lkm try %s' builds it and tries it",
		       folder);
	if (*other)
		ui_say(stderr, 7, "  fix: 'lkm new %s%s%s%s%s' makes one beside it",
		       other, str_eq(o->kind, "hello") ? "" : " --kind ",
		       str_eq(o->kind, "hello") ? "" : o->kind,
		       o->output ? " -o " : "", o->output ? o->output : "");
}

static int make(const struct options *o, const char *gallery)
{
	_cleanup_free_ char *example = NULL, *folder = NULL;
	_cleanup_strv_ struct strv modules = { 0 };
	struct diag d = { 0 };
	int r = build_scaffold_name(o->name, &d);

	if (r < 0) {
		(void)ui_error("new", &d);
		return UI_USAGE;
	}
	if (asprintf(&example, "%s/%s", gallery, o->kind) < 0 ||
	    asprintf(&folder, "%s%s%s", o->output ? o->output : "",
		     o->output ? "/" : "", o->name) < 0)
		return UI_UNKNOWN;
	child_catch_signals();
	r = build_scaffold(example, o->name, folder, &modules, &d);
	/* A signal that came too late has interrupted nothing. */
	if (r < 0 && child_interrupted()) {
		(void)fputs("lkm new: interrupted\n", stderr);
		return 128 + child_interrupted();
	}
	if (r < 0) {
		if (r == -EEXIST)
			d.hint[0] = 0;
		(void)ui_error("new", &d);
		if (r == -EEXIST)
			tell_of_folder(o, folder);
		return r == -EEXIST ? UI_USAGE : UI_UNKNOWN;
	}
	tell_of_same_name(&modules);
	if (!o->quiet)
		tell_of_made(folder, o->kind);
	return UI_YES;
}

static int run(const struct options *o)
{
	_cleanup_free_ char *gallery = NULL;
	_cleanup_strv_ struct strv kinds = { 0 };
	struct diag d = { 0 };
	int r = find_gallery(&gallery, &d);

	if (!r)
		r = find_kinds(gallery, &kinds, &d);
	if (r < 0)
		return ui_error("new", &d);
	if (o->list)
		return list(gallery, &kinds, o->json);
	if (!strv_has(&kinds, o->kind))
		return no_such_kind(&kinds, o->kind);
	return make(o, gallery);
}

/* Return: 0, or what to exit with (-1: help was shown). */
static int parse(int argc, char **argv, struct options *o)
{
	static const struct option longs[] = {
		{ "help", no_argument, NULL, 'h' },
		{ "json", no_argument, NULL, 'J' },
		{ "kind", required_argument, NULL, 'K' },
		{ "list", no_argument, NULL, 'l' },
		{ "output", required_argument, NULL, 'o' },
		{ "quiet", no_argument, NULL, 'q' },
		{ NULL, 0, NULL, 0 },
	};

	optind = 0;
	opterr = 0;
	for (int c; (c = getopt_long(argc, argv, ":hlo:q", longs, NULL)) !=
		    -1;) {
		switch (c) {
		case 'h':
			return help(stdout) - 1;
		case 'J':
			o->json = true;
			break;
		case 'K':
			o->kind = optarg;
			break;
		case 'l':
			o->list = true;
			break;
		case 'o':
			if (!*optarg)
				return ui_usage("new", "--output wants a folder, found ''");
			o->output = optarg;
			break;
		case 'q':
			o->quiet = true;
			break;
		case ':':
			return ui_usage("new", "'%s' takes a value",
					argv[optind - 1]);
		default:
			return ui_no_option("new", argv[optind - 1], longs);
		}
	}
	if (o->list && (optind < argc || o->output))
		return ui_usage("new", "--list makes nothing: it takes no NAME");
	if (o->json && !o->list)
		return ui_usage("new", "--json goes with --list");
	if (o->list)
		return 0;
	if (optind == argc)
		return ui_usage("new", "what is it to be called? Give a NAME");
	if (optind + 1 < argc)
		return ui_usage("new", "one NAME at a time, not '%s' as well",
				argv[optind + 1]);
	o->name = argv[optind];
	return 0;
}

int lkm_new(int argc, char **argv)
{
	struct options o = { .kind = "hello" };
	int r = parse(argc, argv, &o);

	return r == 0 ? run(&o) : r < 0 ? UI_YES : r;
}
