/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * lkm why: which line of which file decides about a module; or which rule of
 * the kernel is behind a message or an errno (why_text.c).
 */
#include "lkm_why.h"

#include <ctype.h>
#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <string.h>
#include <sys/utsname.h>
#include <syslog.h>

#include "base/file.h"
#include "base/text.h"
#include "build/kernel.h"
#include "config_path.h"
#include "index/scan.h"
#include "module_folder.h"
#include "near.h"
#include "ui.h"
#include "why_module.h"
#include "why_text.h"

struct options {
	struct strv configs; /* -C */
	struct strv roots;   /* -d */
	const char *release; /* -S */
	const char *kernel;  /* -k */
	const char *log;     /* --log */
	struct why_form form;
	bool list;
	struct strv said; /* complaints about the configuration */
};

static int help(FILE *f)
{
	(void)fputs(
		"  lkm why ksmbd                  would 'modprobe ksmbd' load it? Who says so?\n"
		"  lkm why pci:v00008086d00001d31sv*   the same for a device's alias\n"
		"  lkm why 'x: Unknown symbol y (err -2)'   what does the kernel mean?\n"
		"  lkm why EKEYREJECTED           what may be behind that errno?\n"
		"  lkm why memory.leak            what does that finding of 'lkm try' mean?\n"
		"  sudo lkm why                   the last refusal in the kernel's log\n"
		"\n"
		"usage: lkm why [OPTION...] MODULE|MESSAGE|ERRNO|RULE|FINDING\n"
		"       lkm why [--log FILE]\n"
		"       lkm why --list\n"
		"\n"
		"      --json               the answer for a program\n"
		"      --list               all rules, findings and errnos that it knows by name\n"
		"      --log FILE           the log is in FILE, as dmesg prints it; '-' is\n"
		"                           standard input\n"
		"  -C, --config PATH        read this file or folder instead of modprobe.d;\n"
		"                           may be repeated\n"
		"  -d, --dirname ROOT       modules are in ROOT/lib/modules; modprobe.d and the\n"
		"                           command line are this machine's all the same\n"
		"  -S, --set-version VER    this kernel's modules instead of the running one's\n"
		"  -k, --kernel NAME        those of a kernel of 'lkm kernel list', fetched or\n"
		"                           installed\n"
		"  -v, --verbose            of an errno with very many causes all, not only the\n"
		"                           usual ones\n"
		"  -h, --help               show this help\n"
		"\n"
		"Nothing is loaded. Exit status: 0 it would be loaded (or is built in), 1 it\n"
		"would not, 2 the command line is wrong, 3 that cannot be told. Of a message: 0\n"
		"it is known, 1 it is not.\n",
		f);
	return f == stdout ? UI_YES : UI_USAGE;
}

static void hear(void *arg, int prio, const char *func, const char *text)
{
	struct options *o = arg;

	(void)func;
	if (prio > LOG_WARNING)
		return;
	(void)strv_add(&o->said, text);
	if (o->form.json)
		return;
	ui_say(stderr, 4, "lkm why: %s", text);
}

static void hear_hint(void *arg, const char *text)
{
	const struct options *o = arg;

	if (!o->form.json)
		ui_fix(text);
}

static const char *next_step(const struct why *y)
{
	if (strchr(y->asked, '.') || strchr(y->asked, '/'))
		return "a file is asked about as /PATH or ./PATH, a module by its name without .ko";
	return "'modprobe -c' lists all aliases; a device's own is in its file 'modalias' below /sys/devices";
}

/* Nothing of that name. Is it not there, or could we not look? */
static int unknown(const struct why *y, struct diag *d)
{
	const char *folder = idx_dir_path(y->w.dir);

	if (!idx_dir_exists(y->w.dir)) {
		(void)diag_fail_hint(d, ENOENT,
				     "-k names a kernel of 'lkm kernel list', -S another release, -d another root; besides modules it takes a file (./x.ko), a message in quotes, an errno, and what 'lkm why --list' lists",
				     "'%s' cannot be looked up: there is no folder %s",
				     y->asked, folder);
		return UI_UNKNOWN;
	}
	if (y->blind) {
		(void)diag_fail(d, ENOENT,
				     "'%s' cannot be looked up: there is no modules.dep.bin that can be read in %s",
				     y->asked, folder);
		diag_hint(d, "'%s' writes it", y->depmod);
		return UI_UNKNOWN;
	}
	(void)diag_fail(d, ENOENT,
			"'%s' is no module and no alias that is known in %s",
			y->asked, folder);
	if (idx_dir_stale(y->w.dir))
		diag_hint(d, "modules came or went since the indexes were written: run '%s'",
			  y->depmod);
	else
		diag_hint(d, "%s", next_step(y));
	return UI_NO;
}

/* No module is told: because of @d. A program is told, too. */
static int fail(const struct options *o, const struct why *y, int status,
		const struct diag *d)
{
	_cleanup_text_ struct text text = { 0 };

	(void)ui_error("why", d);
	/* Of what is a module's name nothing else was meant. */
	if (!*y->near)
		why_text_near(y->asked, &text);
	if (*y->near && status == UI_NO)
		ui_say(stderr, 8, "  near: there is a module %s", y->near);
	else if (text.n)
		ui_say(stderr, 8, "  near: %s", text_str(&text));
	return o->form.json ? why_print_json(y, &o->said, status, d) : status;
}

/* A slip of the hand, perhaps. */
static void find_near(struct why *y)
{
	struct near n = near_start(y->asked);

	near_module(&n, y->w.dir);
	memcpy(y->near, n.found, sizeof(n.found));
}

static int explain(struct why *y, const struct options *o)
{
	const struct diag none = { 0 };
	struct diag d = { 0 };
	int r = why_find(y, &d);

	if (r) {
		bool no = r == -EINVAL || r == -ENAMETOOLONG || r == -ENOENT ||
			  r == -EISDIR;

		if (r == -ENOENT)
			diag_hint(&d, "look at the path: a file is asked about as /PATH or ./PATH");
		y->n = 0;
		return fail(o, y, no ? UI_NO : UI_UNKNOWN, &d);
	}
	if (!y->n) {
		find_near(y);
		r = unknown(y, &d);
		return fail(o, y, r, &d);
	}
	if (o->form.json)
		return why_print_json(y, &o->said, why_status(y), &none);
	why_print(y);
	return why_status(y);
}

/* The command that writes the indexes of the folder that is asked. */
static const char *depmod_for(struct arena *a, const struct build_kernel *k)
{
	if (!*k->root)
		return "depmod";
	return arena_printf(a, "lkm depmod -b %s %s", k->root, k->release);
}

/* A file's name, and the file is here: what a shell completes has no "./". */
static char *path_asked(const char *asked)
{
	char *path = NULL;

	if (strchr(asked, '/') || !idx_is_module(asked) || !path_exists(asked))
		return strdup(asked);
	return asprintf(&path, "./%s", asked) < 0 ? NULL : path;
}

static int run(struct options *o, const char *name)
{
	_cleanup_free_ char *asked = path_asked(name);
	_cleanup_conf_ struct conf conf = { 0 };
	_cleanup_idx_dir_ struct idx_dir *dir = NULL;
	_cleanup_free_ char *folder = NULL;
	struct why y = { .asked = asked ? asked : name };
	struct build_kernel k = { 0 };
	struct diag d = { 0 };
	struct utsname u;

	if (!o->release && uname(&u)) {
		(void)diag_fail(&d, errno, "uname: %s", strerror(errno));
		return fail(o, &y, UI_UNKNOWN, &d);
	}
	for (size_t i = 0; i < o->configs.n; i++)
		if (config_path(o->configs.v[i], &d))
			return fail(o, &y, UI_UNKNOWN, &d);
	if (o->kernel && build_kernel_find(o->kernel, &k, &d))
		return fail(o, &y, UI_UNKNOWN, &d);
	folder = o->kernel ? strdup(k.modules)
			   : module_folder(&o->roots,
					   o->release ? o->release : u.release);
	if (folder && !*folder) {
		(void)diag_fail_hint(&d, ENOENT, "'lkm kernel get' fetches it with them",
				     "kernel %s is here without its modules",
				     k.release);
		return fail(o, &y, UI_UNKNOWN, &d);
	}
	if (!folder || !asked) {
		(void)diag_fail(&d, ENOMEM, "out of memory");
		return fail(o, &y, UI_UNKNOWN, &d);
	}

	struct conf_from from = {
		.paths = o->configs.n ? (const char *const *)o->configs.v :
					NULL,
		.folder = folder,
		.cmdline = "/proc/cmdline",
		.say = hear,
		.hint = hear_hint,
		.arg = o,
	};

	if (conf_read(&from, &conf, &d) || idx_dir_open(folder, &dir, &d))
		return fail(o, &y, UI_UNKNOWN, &d);
	y.w = (struct plan_world){ .conf = &conf, .dir = dir, .say = hear,
				   .arg = o };
	y.here = !o->release && !o->roots.n && !o->kernel;
	y.depmod = depmod_for(&y.a, &k);

	int status = explain(&y, o);

	arena_fini(&y.a);
	return status;
}

/* Return: -1 to go on, else the status. */
static int parse(int argc, char **argv, struct options *o)
{
	static const struct option longs[] = {
		{ "config", required_argument, NULL, 'C' },
		{ "dirname", required_argument, NULL, 'd' },
		{ "help", no_argument, NULL, 'h' },
		{ "json", no_argument, NULL, 'J' },
		{ "kernel", required_argument, NULL, 'k' },
		{ "list", no_argument, NULL, 'l' },
		{ "log", required_argument, NULL, 'L' },
		{ "set-version", required_argument, NULL, 'S' },
		{ "verbose", no_argument, NULL, 'v' },
		{ NULL, 0, NULL, 0 },
	};
	int r = 0;

	opterr = 0;
	/* "-8" is how programs print an errno, and no option is a digit. */
	for (int i = 1; i < argc; i++)
		if (argv[i][0] == '-' && isdigit((unsigned char)argv[i][1]))
			argv[i]++;
	for (int c; !r && (c = getopt_long(argc, argv, ":C:d:hS:k:v", longs,
					   NULL)) != -1;) {
		if (c == 'h')
			return help(stdout);
		else if (c == 'C')
			r = strv_add(&o->configs, optarg);
		else if (c == 'd')
			r = strv_add(&o->roots, optarg);
		else if (c == 'S')
			o->release = optarg;
		else if (c == 'k' && !*optarg)
			return ui_no_kernel("why");
		else if (c == 'k')
			o->kernel = optarg;
		else if (c == 'J')
			o->form.json = true;
		else if (c == 'L')
			o->log = optarg;
		else if (c == 'l')
			o->list = true;
		else if (c == 'v')
			o->form.all = true;
		else if (c == ':')
			return ui_usage("why", "'%s' takes a value",
					argv[optind - 1]);
		else
			return ui_no_option("why", argv[optind - 1], longs);
	}
	if (r) {
		(void)fputs("lkm why: out of memory\n", stderr);
		return UI_UNKNOWN;
	}
	if (o->kernel && (o->release || o->roots.n))
		return ui_usage("why", "--kernel says where the modules are, and so do -S and -d");
	if (optind < argc && o->log)
		return ui_usage("why", "--log looks for the last refusal, and '%s' is asked about besides",
				argv[optind]);
	if (o->list && (optind < argc || o->log || o->form.json))
		return ui_usage("why", "--list lists names, and takes nothing besides");
	if (optind == argc)
		return -1;
	if (optind + 1 < argc)
		return ui_usage("why", "one module at a time, found '%s' and '%s'",
				argv[optind], argv[optind + 1]);
	if (!*argv[optind])
		return ui_usage("why", "the name is empty");
	return -1;
}

int lkm_why(int argc, char **argv)
{
	struct options o = { 0 };
	int status = parse(argc, argv, &o);

	if (status < 0 && o.list)
		status = why_list();
	else if (status < 0 && optind == argc)
		status = why_last(o.log, &o.form);
	else if (status < 0 && why_is_text(argv[optind]))
		status = why_text(argv[optind], &o.form);
	else if (status < 0)
		status = run(&o, argv[optind]);
	strv_fini(&o.configs);
	strv_fini(&o.roots);
	strv_fini(&o.said);
	return status;
}
