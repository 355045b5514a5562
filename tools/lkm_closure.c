/* SPDX-License-Identifier: GPL-2.0-or-later */
/* lkm closure: all the files that some modules need, for makers of images. */
#include "lkm_closure.h"

#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <string.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "base/file.h"
#include "base/text.h"
#include "json_out.h"
#include "config_path.h"
#include "module_folder.h"
#include "plan/closure.h"
#include "ui.h"

#define REQUESTS_LIMIT ((size_t)64 << 20)

struct options {
	const char *root, *release;
	struct strv config, requests, index_files;
	bool index, relative;
	bool no_softdep, no_weakdep, no_firmware, allow_missing;
	bool json, null, quiet, verbose;
};

static void options_fini(struct options *o)
{
	strv_fini(&o->config);
	strv_fini(&o->requests);
	strv_fini(&o->index_files);
}

static int help(FILE *f)
{
	(void)fputs(
		"  lkm closure ext4 'nvme*' =drivers/virtio   all the files that these need\n"
		"  lkm closure -0 ext4 --relative | tar -C / --null -T - -chf initrd.tar\n"
		"  lkm closure --json i915                    and why each of them is needed\n"
		"\n"
		"usage: lkm closure [OPTION...] NAME|ALIAS|PATTERN|=DIR|FILE...\n"
		"\n"
		"Prints modules in load order, with all that they depend on and all that\n"
		"softdeps and weakdeps name, then their firmware files: each path once.\n"
		"\n"
		"NAME or ALIAS is whatever modprobe takes. 'nvme*' are modules by name,\n"
		"'drivers/net/*' by path ('*' ends at a '/'), =DIR all below a folder, FILE a\n"
		"module file.\n"
		"\n"
		"  -d, --dirname ROOT         modules, configuration and firmware lie below ROOT\n"
		"  -S, --set-version RELEASE  for this kernel, not for the running one\n"
		"  -C, --config PATH          this configuration, not ROOT/etc/modprobe.d and so\n"
		"                             on; may be given again; /dev/null for none\n"
		"  -f, --from FILE            more requests, one on a line; '-' is standard input\n"
		"      --no-softdep           leave out what only softdeps name\n"
		"      --no-weakdep           leave out what only weakdeps name\n"
		"      --no-firmware          leave out firmware, and do not read the modules\n"
		"      --index-files          also what depmod wants besides modules:\n"
		"                             modules.order, modules.builtin and\n"
		"                             modules.builtin.modinfo\n"
		"      --relative             paths as seen from ROOT, without a first '/'\n"
		"      --allow-missing        a request that stands for nothing is no error\n"
		"  -0, --null                 NUL behind each path instead of a new line\n"
		"      --json                 for programs: all of it, with reasons\n"
		"  -q, --quiet                no warnings: neither of firmware that is missing\n"
		"                             nor of what --allow-missing allows\n"
		"  -v, --verbose              also what is built in\n"
		"  -h, --help                 show this help\n"
		"\n"
		"Exit status: 0 complete, 1 a module is missing, 2 wrong usage, 3 could not tell.\n"
		"Firmware that is missing is a warning.\n",
		f);
	return f == stdout ? UI_YES : UI_USAGE;
}

/* ---------------------------------------------------------------- printing */

static void complain(const char *what, const char *why)
{
	(void)fputs("lkm closure: ", stderr);
	ui_put(stderr, what);
	(void)fputs(": ", stderr);
	ui_put(stderr, why);
	(void)fputc('\n', stderr);
}

/* Return: the exit status. */
static int tell_gaps(const struct options *o, const struct plan_closure *c)
{
	int status = UI_YES;

	for (size_t i = 0; i < c->n_gaps; i++) {
		const struct plan_gap *g = &c->gaps[i];

		if (g->kind == PLAN_GAP_READ)
			status = UI_UNKNOWN;
		else if (!o->allow_missing && status == UI_YES)
			status = UI_NO;
		if (!o->quiet || !o->allow_missing || g->kind == PLAN_GAP_READ)
			complain(g->what, g->why);
	}
	if (status == UI_NO && !o->quiet)
		(void)fputs("  fix: the rest is complete; --allow-missing makes this no error\n",
			    stderr);
	return status;
}

static void tell_firmware(const struct plan_closure *c)
{
	for (size_t i = 0; i < c->n_firmware; i++) {
		const struct plan_firmware *f = c->firmware[i];
		_cleanup_text_ struct text what = { 0 };

		if (f->n)
			continue;
		text_addf(&what, "firmware '%s' of %s", f->name, f->by);
		complain(text_str(&what), "not there");
	}
}

/* What does not lie below the root stays as it is. */
static const char *below_root(const struct options *o, const char *path)
{
	size_t n = strlen(o->root);

	while (n && o->root[n - 1] == '/')
		n--;
	if (!o->relative || !path || strncmp(path, o->root, n) ||
	    path[n] != '/')
		return path;
	return path + n + strspn(path + n, "/");
}

static void cut_paths(const struct options *o, struct plan_closure *c)
{
	for (size_t i = 0; i < c->n; i++)
		c->v[i]->path = below_root(o, c->v[i]->path);
	for (size_t i = 0; i < c->n_firmware_paths; i++)
		c->firmware_paths[i] = below_root(o, c->firmware_paths[i]);
	for (size_t i = 0; i < c->n_firmware; i++) {
		const struct plan_firmware *f = c->firmware[i];

		for (size_t j = 0; j < f->n; j++)
			f->paths[j] = below_root(o, f->paths[j]);
	}
}

static void print_paths(const struct options *o, const struct plan_closure *c)
{
	int end = o->null ? '\0' : '\n';

	for (size_t i = 0; i < c->n; i++)
		if (c->v[i]->path)
			(void)printf("%s%c", c->v[i]->path, end);
		else if (o->verbose)
			complain(c->v[i]->name, "built in");
	for (size_t i = 0; i < c->n_firmware_paths; i++)
		(void)printf("%s%c", c->firmware_paths[i], end);
	for (size_t i = 0; i < o->index_files.n; i++)
		(void)printf("%s%c", below_root(o, o->index_files.v[i]), end);
}

static void json_member(struct jout *j, const struct plan_member *m)
{
	jout_object(j, NULL);
	jout_str(j, "name", m->name);
	jout_str(j, "path", m->path);
	jout_bool(j, "builtin", !m->path);
	jout_str(j, "reason", plan_reason_name(m->reason));
	jout_str(j, "by", m->by);
	jout_str(j, "request", m->request);
	jout_array(j, "firmware");
	for (size_t i = 0; i < m->n_firmware; i++)
		jout_str(j, NULL, m->firmware[i]->name);
	jout_end(j);
	jout_end(j);
}

static void json_firmware(struct jout *j, const struct plan_firmware *f)
{
	jout_object(j, NULL);
	jout_str(j, "name", f->name);
	jout_str(j, "by", f->by);
	jout_strs(j, "paths", f->paths, f->n);
	jout_end(j);
}

static void json_gap(struct jout *j, const struct plan_gap *g)
{
	static const char *const kind[] = {
		[PLAN_GAP_REQUEST] = "not-found",
		[PLAN_GAP_DENIED] = "denied",
		[PLAN_GAP_FILE] = "no-file",
		[PLAN_GAP_READ] = "unreadable",
	};

	jout_object(j, NULL);
	jout_str(j, "what", g->what);
	jout_str(j, "kind", kind[g->kind]);
	jout_str(j, "why", g->why);
	jout_end(j);
}

static void json_index_files(struct jout *j, const struct options *o)
{
	jout_array(j, "index_files");
	for (size_t i = 0; i < o->index_files.n; i++)
		jout_str(j, NULL, below_root(o, o->index_files.v[i]));
	jout_end(j);
}

static void print_json(const struct options *o, const struct plan_closure *c)
{
	struct jout j = { .f = stdout };

	jout_object(&j, NULL);
	jout_null(&j, "error");
	jout_array(&j, "modules");
	for (size_t i = 0; i < c->n; i++)
		json_member(&j, c->v[i]);
	jout_end(&j);
	jout_array(&j, "firmware");
	for (size_t i = 0; i < c->n_firmware; i++)
		json_firmware(&j, c->firmware[i]);
	jout_end(&j);
	jout_array(&j, "missing");
	for (size_t i = 0; i < c->n_gaps; i++)
		json_gap(&j, &c->gaps[i]);
	jout_end(&j);
	if (o->index)
		json_index_files(&j, o);
	jout_end(&j);

	/* main() asks whether all of it was written. */
	(void)!jout_finish(&j);
}

/* ----------------------------------------------------------------- working */

/* The folder that modprobe would take. */
static int open_folder(const struct options *o, struct idx_dir **ret,
		       struct diag *d)
{
	_cleanup_strv_ struct strv roots = { 0 };
	_cleanup_free_ char *path = NULL;

	if (!*o->root || !strv_add(&roots, o->root))
		path = module_folder(&roots, o->release);
	if (!path)
		return diag_fail(d, ENOMEM, "out of memory");
	if (!path_is_dir(path)) {
		diag_fail(d, ENOENT, "no such folder");
		diag_in(d, "%s", path);
		return diag_hint(d, "-d names the root that it lies in, -S another kernel");
	}
	return idx_dir_open(path, ret, d);
}

/* The places of modprobe.d below the root, as far as they are there. */
static int config_paths(const struct options *o, struct strv *ret)
{
	for (size_t i = 0; i < o->config.n; i++)
		if (strv_add(ret, o->config.v[i]))
			return -ENOMEM;
	for (size_t i = 0; !o->config.n && conf_default_paths[i]; i++) {
		_cleanup_text_ struct text p = { 0 };

		text_addf(&p, "%s%s", o->root, conf_default_paths[i]);
		if (p.failed ||
		    (path_exists(text_str(&p)) && strv_add(ret, text_str(&p))))
			return -ENOMEM;
	}
	return 0;
}

static void say(void *arg, int prio _unused_, const char *func _unused_,
		const char *text)
{
	const struct options *o = arg;

	if (!o->quiet)
		complain("configuration", text);
}

static void say_hint(void *arg, const char *text)
{
	const struct options *o = arg;

	if (!o->quiet)
		ui_fix(text);
}

/* The indexes must be there: what they do not list cannot be told missing. */
static int check_index(struct idx_dir *dir, struct diag *d)
{
	const struct idx_bin *b;
	int r = idx_dir_bin(dir, IDX_DEP, &b, d);

	if (r == -ENOENT || r == -ENODATA) {
		r = diag_fail(d, ENOENT, "no modules.dep.bin");
		diag_in(d, "%s", idx_dir_path(dir));
		diag_hint(d, "'depmod' makes it, from the modules that are there");
	}
	return r;
}

/* What the kernel's build left there, and depmod reads. */
static int find_index_files(struct options *o, struct idx_dir *dir)
{
	static const char *const name[] = { "modules.order", "modules.builtin",
					    "modules.builtin.modinfo" };

	for (size_t i = 0; o->index && i < ARRAY_SIZE(name); i++) {
		_cleanup_free_ char *path = NULL;

		if (idx_dir_file(dir, name[i], &path))
			return -ENOMEM;
		if (!path_exists(path)) {
			if (!o->quiet)
				complain(path, "not there");
		} else if (strv_add(&o->index_files, path)) {
			return -ENOMEM;
		}
	}
	return 0;
}

static int run(struct options *o, struct arena *a, struct diag *d,
	       struct plan_closure *ret)
{
	_cleanup_idx_dir_ struct idx_dir *dir = NULL;
	_cleanup_conf_ struct conf conf = { 0 };
	_cleanup_strv_ struct strv paths = { 0 };
	static const char *const none[] = { NULL };
	int r = open_folder(o, &dir, d);

	for (size_t i = 0; !r && i < o->config.n; i++)
		r = config_path(o->config.v[i], d);
	if (!r)
		r = check_index(dir, d);
	if (!r && (config_paths(o, &paths) || find_index_files(o, dir)))
		r = diag_fail(d, ENOMEM, "out of memory");
	if (r)
		return r;

	const struct conf_from from = {
		.paths = paths.n ? (const char *const *)paths.v : none,
		.folder = idx_dir_path(dir),
		.say = say,
		.hint = say_hint,
		.arg = o,
	};

	r = conf_read(&from, &conf, d);
	if (r)
		return r;

	const struct plan_world w = { .conf = &conf, .dir = dir };
	const struct plan_closure_want want = {
		.requests = (const char *const *)o->requests.v,
		.n = o->requests.n,
		.softdeps = !o->no_softdep,
		.weakdeps = !o->no_weakdep,
		.firmware = !o->no_firmware,
		.root = o->root,
		.release = o->release,
	};

	r = plan_closure(&w, &want, a, ret, d);
	if (r)
		return r;
	cut_paths(o, ret);
	/* Words of the indexes and of the configuration end with them. */
	if (o->json)
		print_json(o, ret);
	else
		print_paths(o, ret);
	return 0;
}

/* Paths of modules are absolute, so those of firmware have to be. */
static int from_here(struct options *o, struct text *ret)
{
	_cleanup_free_ char *cwd = NULL;

	if (!*o->root || *o->root == '/')
		return 0;
	cwd = getcwd(NULL, 0);
	if (!cwd)
		return -errno;
	text_addf(ret, "%s/%s", cwd, o->root);
	o->root = text_str(ret);
	return ret->failed ? -ENOMEM : 0;
}

/* Return: the exit status. */
static int tell_error(const struct options *o, const struct diag *d)
{
	struct jout j = { .f = stdout };

	if (o->json) {
		jout_object(&j, NULL);
		jout_diag(&j, "error", d);
		jout_end(&j);
		(void)!jout_finish(&j);
	}
	return ui_error("closure", d);
}

/* Where, and for which kernel. */
static int settle(struct options *o, struct text *root, struct utsname *u,
		  struct diag *d)
{
	int r = from_here(o, root);

	if (r)
		return diag_fail(d, -r, "this folder has no path: %s",
				 strerror(-r));
	if (!o->release && uname(u) < 0)
		return diag_fail(d, errno, "uname: %s", strerror(errno));
	if (!o->release)
		o->release = u->release;
	return 0;
}

static int closure(struct options *o)
{
	_cleanup_arena_ struct arena a = { 0 };
	_cleanup_text_ struct text root = { 0 };
	struct plan_closure c = { 0 };
	struct diag d = { 0 };
	struct utsname u;

	if (settle(o, &root, &u, &d) < 0 || run(o, &a, &d, &c) < 0)
		return tell_error(o, &d);
	if (!o->quiet)
		tell_firmware(&c);
	return tell_gaps(o, &c);
}

/* ------------------------------------------------------------ command line */

/* Requests of a file, one on a line; empty lines are none. */
static int read_requests(struct options *o, const char *path)
{
	_cleanup_bytes_ struct bytes b = { 0 };
	struct diag d = { 0 };
	char *save = NULL;
	int r = str_eq(path, "-") ?
			file_read_fd(0, "standard input", REQUESTS_LIMIT, &b,
				     &d) :
			file_read(path, REQUESTS_LIMIT, &b, &d);

	if (r) {
		(void)ui_error("closure", &d);
		return UI_USAGE;
	}
	for (char *l = strtok_r((char *)b.p, "\n", &save); l;
	     l = strtok_r(NULL, "\n", &save)) {
		l = str_strip(l);
		if (*l && strv_add(&o->requests, l))
			return UI_UNKNOWN;
	}
	return 0;
}

static const struct option long_options[] = {
	{ "dirname", required_argument, NULL, 'd' },
	{ "set-version", required_argument, NULL, 'S' },
	{ "config", required_argument, NULL, 'C' },
	{ "from", required_argument, NULL, 'f' },
	{ "no-softdep", no_argument, NULL, 's' },
	{ "no-weakdep", no_argument, NULL, 'w' },
	{ "no-firmware", no_argument, NULL, 'F' },
	{ "index-files", no_argument, NULL, 'i' },
	{ "relative", no_argument, NULL, 'r' },
	{ "allow-missing", no_argument, NULL, 'a' },
	{ "null", no_argument, NULL, '0' },
	{ "json", no_argument, NULL, 'J' },
	{ "quiet", no_argument, NULL, 'q' },
	{ "verbose", no_argument, NULL, 'v' },
	{ "help", no_argument, NULL, 'h' },
	{ 0 },
};

/* Return: -1: go on; else the exit status. */
static int take_option(struct options *o, int c, char **argv)
{
	int r = 0;

	switch (c) {
	case 'd':
		o->root = str_eq(optarg, "/") ? "" : optarg;
		break;
	case 'S':
		o->release = optarg;
		break;
	case 'C':
		r = strv_add(&o->config, optarg) ? UI_UNKNOWN : 0;
		break;
	case 'f':
		r = read_requests(o, optarg);
		break;
	case 's':
		o->no_softdep = true;
		break;
	case 'w':
		o->no_weakdep = true;
		break;
	case 'F':
		o->no_firmware = true;
		break;
	case 'i':
		o->index = true;
		break;
	case 'r':
		o->relative = true;
		break;
	case 'a':
		o->allow_missing = true;
		break;
	case '0':
		o->null = true;
		break;
	case 'J':
		o->json = true;
		break;
	case 'q':
		o->quiet = true;
		break;
	case 'v':
		o->verbose = true;
		break;
	case 'h':
		return help(stdout);
	case ':':
		return ui_usage("closure", "'%s' takes a value",
				argv[optind - 1]);
	default:
		return ui_no_option("closure", argv[optind - 1], long_options);
	}
	return r ? r : -1;
}

int lkm_closure(int argc, char **argv)
{
	_cleanup_(options_fini) struct options o = { .root = "" };
	int status = -1;

	opterr = 0;
	for (int c; status < 0 && (c = getopt_long(argc, argv, ":d:S:C:f:0qvh",
						   long_options, NULL)) >= 0;)
		status = take_option(&o, c, argv);
	if (status >= 0)
		return status;
	for (int i = optind; i < argc; i++)
		if (strv_add(&o.requests, argv[i]))
			return UI_UNKNOWN;
	if (!o.requests.n)
		return ui_usage("closure", "what is wanted? Give a module");
	if (o.json && o.null)
		return ui_usage("closure", "--json and --null exclude each other");
	return closure(&o);
}
