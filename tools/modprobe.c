/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * modprobe: the command line. Options, messages and exit status are kmod's;
 * what is different is told in lkm-differences(7).
 */
#include "modprobe.h"

#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>

#include "base/file.h"
#include "config_path.h"
#include "dropin.h"
#include "module_folder.h"

enum {
	OPT_HOLDERS = 256,
	OPT_FIRST_TIME,
	OPT_FORCE_MODVERSION,
	OPT_FORCE_VERMAGIC,
	OPT_MODVERSIONS,
	OPT_EXPORTS,
	OPT_JSON,
};

static const char short_options[] = "arw:ibfDRcnC:d:S:sqvVhj:";

static const struct option long_options[] = {
	{ "all", no_argument, NULL, 'a' },
	{ "remove", no_argument, NULL, 'r' },
	{ "remove-dependencies", no_argument, NULL, OPT_HOLDERS },
	{ "remove-holders", no_argument, NULL, OPT_HOLDERS },
	{ "wait", required_argument, NULL, 'w' },
	{ "first-time", no_argument, NULL, OPT_FIRST_TIME },
	{ "ignore-install", no_argument, NULL, 'i' },
	{ "ignore-remove", no_argument, NULL, 'i' },
	{ "use-blacklist", no_argument, NULL, 'b' },
	{ "force", no_argument, NULL, 'f' },
	{ "force-modversion", no_argument, NULL, OPT_FORCE_MODVERSION },
	{ "force-vermagic", no_argument, NULL, OPT_FORCE_VERMAGIC },
	{ "show-depends", no_argument, NULL, 'D' },
	{ "resolve-alias", no_argument, NULL, 'R' },
	{ "show-alias", no_argument, NULL, 'R' },
	{ "showconfig", no_argument, NULL, 'c' },
	{ "show-config", no_argument, NULL, 'c' },
	{ "dump-modversions", no_argument, NULL, OPT_MODVERSIONS },
	{ "show-modversions", no_argument, NULL, OPT_MODVERSIONS },
	{ "show-exports", no_argument, NULL, OPT_EXPORTS },
	{ "dry-run", no_argument, NULL, 'n' },
	{ "show", no_argument, NULL, 'n' },
	{ "config", required_argument, NULL, 'C' },
	{ "dirname", required_argument, NULL, 'd' },
	{ "set-version", required_argument, NULL, 'S' },
	{ "jobs", required_argument, NULL, 'j' },
	{ "json", no_argument, NULL, OPT_JSON },
	{ "syslog", no_argument, NULL, 's' },
	{ "quiet", no_argument, NULL, 'q' },
	{ "verbose", no_argument, NULL, 'v' },
	{ "version", no_argument, NULL, 'V' },
	{ "help", no_argument, NULL, 'h' },
	{ NULL, 0, NULL, 0 },
};

static int help(void)
{
	(void)fputs(
		"  modprobe loop max_loop=8     load the module loop and what it needs\n"
		"  modprobe -r loop             take it out again\n"
		"  modprobe -D pci:v00001AF4*   what would be loaded, and from where\n"
		"\n"
		"usage: modprobe [OPTION...] MODULE [PARAMETER=VALUE...]\n"
		"       modprobe [OPTION...] -a MODULE...\n"
		"       modprobe [OPTION...] -r MODULE...\n"
		"       modprobe [OPTION...] -c\n"
		"\n"
		"  -a, --all               every argument is a module\n"
		"  -r, --remove            unload modules, and what they alone needed\n"
		"      --remove-holders    first those that use them; implies -r\n"
		"  -w, --wait MSEC         with -r: try so long while it is in use\n"
		"      --first-time        fail if it is loaded, or gone, already\n"
		"  -i, --ignore-install, --ignore-remove\n"
		"                          no install and remove lines, no softdeps, for the\n"
		"                          modules that are named\n"
		"  -b, --use-blacklist     the blacklist is for names, too, not only aliases\n"
		"  -f, --force             both of the following; it may crash the machine\n"
		"      --force-modversion  do not compare versions of symbols\n"
		"      --force-vermagic    do not compare the kernel it was built for\n"
		"  -j, --jobs N            with -a: load up to N side by side\n"
		"\n"
		"  -n, --dry-run, --show   do nothing; with -v say what would be done\n"
		"  -D, --show-depends      say what would be done if nothing were loaded\n"
		"  -R, --show-alias, --resolve-alias\n"
		"                          the names of the modules that would be loaded\n"
		"  -c, --show-config, --showconfig\n"
		"                          the configuration, and the aliases of all modules\n"
		"      --show-modversions, --dump-modversions\n"
		"                          versions of the symbols that a module needs\n"
		"      --show-exports      symbols that a module exports, with versions\n"
		"      --json              with -n, -D, -R or -c: for programs\n"
		"\n"
		"  -C, --config PATH       a file or folder instead of modprobe.d; repeatable\n"
		"  -d, --dirname DIR       DIR/lib/modules/RELEASE has the modules; repeatable,\n"
		"                          the first that exists counts\n"
		"  -S, --set-version RELEASE\n"
		"                          instead of that of the running kernel\n"
		"  -s, --syslog            messages to syslog instead of stderr\n"
		"  -q, --quiet             no messages\n"
		"  -v, --verbose           more messages: what is done, why not, fix\n"
		"  -V, --version           show version\n"
		"  -h, --help              show this help\n",
		stdout);
	return 0;
}

void modprobe_fatal(struct modprobe *m, const char *fmt, ...)
{
	_cleanup_free_ char *text = NULL;
	int prio = m->all ? LOG_WARNING : LOG_CRIT;
	va_list ap;

	m->stopped = prio == LOG_CRIT && m->ui.level >= LOG_CRIT;

	va_start(ap, fmt);
	if (vasprintf(&text, fmt, ap) < 0)
		text = NULL;
	va_end(ap);
	dropin_log(&m->ui, prio, "%s", text ? text : "out of memory");
}

bool modprobe_shows(const struct modprobe *m)
{
	return m->show || m->ui.level > LOG_WARNING;
}

/* Return: 0; 1: it is no number, told. */
static int parse_wait(struct modprobe *m, const char *arg)
{
	char *end;

	errno = 0;
	m->wait_ms = strtoul(arg, &end, 0);
	if (*arg && !*end)
		return 0;
	dropin_log(&m->ui, LOG_ERR, "unexpected wait value '%s'.", arg);
	return 1;
}

static int parse_jobs(struct modprobe *m, const char *arg)
{
	uint64_t n;

	if (str_to_u64(arg, 1024, &n) && n) {
		m->jobs = (unsigned)n;
		return 0;
	}
	dropin_log(&m->ui, LOG_ERR,
		   "unexpected number of jobs '%s', wanted 1 to 1024", arg);
	return 1;
}

/* What is handed on to a modprobe that a command of ours starts, too. */
static int parse_passed(struct modprobe *m, int c)
{
	const char option[] = { '-', (char)c, '\0' };
	int r = modprobe_env_pass(option, c == 'C' ? optarg : NULL);

	if (c == 'C' && !r)
		r = strv_add(&m->configs, optarg);
	else if (c == 's')
		dropin_to_syslog(&m->ui);
	else if (c == 'q')
		m->ui.level = LOG_EMERG;
	else if (c == 'v')
		m->ui.level++;
	if (r)
		dropin_log(&m->ui, LOG_ERR, "out of memory");
	return r ? 1 : 0;
}

/* Return: 0; 1: wrong usage, told. */
static int parse_option(struct modprobe *m, int c)
{
	switch (c) {
	case 'a':
		m->all = true;
		break;
	case OPT_HOLDERS:
		m->holders = true;
		/* fall through */
	case 'r':
		m->mode = MODPROBE_REMOVE;
		break;
	case 'w':
		return parse_wait(m, optarg);
	case 'j':
		return parse_jobs(m, optarg);
	case OPT_FIRST_TIME:
		m->first_time = true;
		m->flags |= PLAN_FAIL_ON_LOADED;
		break;
	case 'i':
		m->flags |= PLAN_IGNORE_COMMAND;
		break;
	case 'b':
		m->flags |= PLAN_BLACKLIST;
		break;
	case 'f':
		m->force = true;
		m->flags |= PLAN_FORCE_MODVERSION | PLAN_FORCE_VERMAGIC;
		break;
	case OPT_FORCE_MODVERSION:
		m->flags |= PLAN_FORCE_MODVERSION;
		break;
	case OPT_FORCE_VERMAGIC:
		m->flags |= PLAN_FORCE_VERMAGIC;
		break;
	case 'D':
		m->flags |= PLAN_IGNORE_LOADED | PLAN_DRY_RUN;
		m->show = true;
		break;
	case 'R':
		m->lookup_only = true;
		break;
	case 'c':
		m->mode = MODPROBE_CONFIG;
		break;
	case OPT_MODVERSIONS:
		m->mode = MODPROBE_MODVERSIONS;
		break;
	case OPT_EXPORTS:
		m->mode = MODPROBE_EXPORTS;
		break;
	case 'n':
		m->flags |= PLAN_DRY_RUN;
		break;
	case OPT_JSON:
		m->json = true;
		break;
	case 'd':
		if (!strv_add(&m->roots, optarg))
			break;
		dropin_log(&m->ui, LOG_ERR, "out of memory");
		return 1;
	case 'S':
		m->release = optarg;
		break;
	case 'C':
	case 's':
	case 'q':
	case 'v':
		return parse_passed(m, c);
	default:
		dropin_say_usage(&m->ui, NULL);
		if (m->env && dropin_explains(&m->ui))
			dropin_say("note", "the options in the variable MODPROBE_OPTIONS count, too");
		return 1;
	}
	return 0;
}

/* Return: -1: go on; else the exit status. */
static int parse(struct modprobe *m, int argc, char **argv)
{
	int c;

	optind = 0;
	while ((c = getopt_long(argc, argv, short_options, long_options,
				NULL)) != -1) {
		if (c == 'V')
			return dropin_version();
		if (c == 'h')
			return help();
		if (parse_option(m, c))
			return 1;
	}
	if (!argv[optind] && m->mode != MODPROBE_CONFIG) {
		dropin_log(&m->ui, LOG_ERR, "missing parameters. See -h.");
		return 1;
	}
	if (m->json && !m->lookup_only && !(m->flags & PLAN_DRY_RUN) &&
	    m->mode != MODPROBE_CONFIG) {
		dropin_log(&m->ui, LOG_ERR,
			   "--json goes with -n, -D, -R or -c");
		return 1;
	}
	return -1;
}

/* A complaint from below. @func: only where kmod's has no logger yet. */
static void say_conf(void *arg, int prio, const char *func, const char *text)
{
	(void)arg;
	if (prio <= LOG_ERR)
		(void)fprintf(stderr, "libkmod: ERROR: %s: %s\n", func, text);
}

static void hint_conf(void *arg, const char *text)
{
	if (modprobe_explains(arg))
		dropin_say("fix", text);
}

static void say_plan(void *arg, int prio, const char *func, const char *text)
{
	const struct modprobe *m = arg;

	(void)func;
	dropin_log(&m->ui, prio, "%s", text);
}

static int open_world(struct modprobe *m, struct diag *d)
{
	struct utsname u;

	if (!m->release && uname(&u))
		return diag_fail(d, errno, "uname() failed: %s",
				 strerror(errno));

	const char *release = m->release ? m->release : u.release;
	_cleanup_free_ char *folder = module_folder(&m->roots, release);
	struct conf_from from = {
		.paths = m->configs.n ? (const char *const *)m->configs.v :
					NULL,
		.folder = folder,
		.cmdline = "/proc/cmdline",
		.say = say_conf,
		.hint = hint_conf,
		.arg = m,
	};

	if (!folder)
		return diag_fail(d, ENOMEM, "out of memory");
	m->here = !m->release && !m->roots.n;

	config_paths_tell(&m->ui, (const char *const *)m->configs.v,
			  m->configs.n);

	int r = idx_dir_open(folder, &m->world.dir, d);

	if (!r)
		r = conf_read(&from, &m->conf, d);
	m->world.conf = &m->conf;
	m->world.say = say_plan;
	m->world.arg = m;
	return r;
}

static void close_world(struct modprobe *m)
{
	m->world.dir = idx_dir_close(m->world.dir);
	conf_fini(&m->conf);
	arena_fini(&m->kept);
	strv_fini(&m->roots);
	strv_fini(&m->configs);
}

/*
 * Words behind the name: NAME=VALUE, a blank between them. A value with
 * blanks that has no quote at its front gets quotes.
 */
static void join(char **argv, struct text *ret)
{
	for (size_t i = 0; argv[i]; i++) {
		const char *eq = strchr(argv[i], '=');

		if (ret->n)
			text_add(ret, " ");
		if (eq && strchr(eq, ' ') && eq[1] != '"' && eq[1] != '\'')
			text_addf(ret, "%.*s\"%s\"", (int)(eq + 1 - argv[i]),
				  argv[i], eq + 1);
		else
			text_add(ret, argv[i]);
	}
}

static int insert_one(struct modprobe *m, char **argv)
{
	_cleanup_text_ struct text options = { 0 };

	join(argv + 1, &options);
	if (options.failed) {
		dropin_log(&m->ui, LOG_ERR, "out of memory");
		return -ENOMEM;
	}
	return modprobe_insert(m, argv[0], text_str(&options));
}

static int each(struct modprobe *m, char **names)
{
	int status = 0;

	for (size_t i = 0; names[i] && !m->stopped; i++) {
		int r = m->mode == MODPROBE_REMOVE ?
				modprobe_remove(m, names[i]) :
				modprobe_insert(m, names[i], "");

		if (r)
			status = r;
	}
	return status;
}

/* Only real work is done side by side; the rest asks for an order. */
static bool by_side(const struct modprobe *m)
{
	return m->jobs > 1 && !m->lookup_only &&
	       !(m->flags & (PLAN_DRY_RUN | PLAN_FAIL_ON_LOADED));
}

static int work(struct modprobe *m, char **argv)
{
	int r;

	if (m->json) {
		m->out.f = stdout;
		jout_object(&m->out, NULL);
		if (m->mode != MODPROBE_CONFIG)
			jout_array(&m->out,
				   m->lookup_only ? "modules" : "steps");
	}
	if (m->mode == MODPROBE_REMOVE)
		r = each(m, argv);
	else if (!m->all)
		r = insert_one(m, argv);
	else
		r = by_side(m) ? modprobe_insert_side(m, argv) : each(m, argv);
	if (m->json) {
		jout_end(&m->out);
		if (m->mode == MODPROBE_INSERT && !m->lookup_only)
			modprobe_json_refused(m);
		jout_end(&m->out);
		if (jout_finish(&m->out))
			r = -EIO;
	}
	return r || m->stopped ? 1 : 0;
}

static int run(struct modprobe *m, char **argv)
{
	struct diag d = { 0 };

	if (open_world(m, &d)) {
		dropin_log(&m->ui, LOG_ERR, "%s%s%s", d.where,
			   *d.where ? ": " : "", d.what);
		return 1;
	}
	switch (m->mode) {
	case MODPROBE_CONFIG:
		return modprobe_config(m);
	case MODPROBE_MODVERSIONS:
		return modprobe_modversions(m, argv[0]);
	case MODPROBE_EXPORTS:
		return modprobe_exports(m, argv[0]);
	default:
		return work(m, argv);
	}
}

/* Nobody would see messages; and no file must become stderr by chance. */
static int without_stderr(struct modprobe *m)
{
	int fd = -1;

	if (fcntl(STDERR_FILENO, F_GETFD) >= 0)
		return 0;
	dropin_to_syslog(&m->ui);
	while (fd < STDERR_FILENO)
		if ((fd = open("/dev/null", O_RDWR)) < 0)
			break;
	if (fd > STDERR_FILENO)
		(void)close(fd);
	return modprobe_env_pass("-s", NULL);
}

/* Who asks for a plan or a list must not take half of it for the whole. */
static int written(const struct modprobe *m, int status)
{
	bool asked = m->mode > MODPROBE_REMOVE || m->lookup_only ||
		     m->flags & PLAN_DRY_RUN;

	if (!asked || !dropin_output_lost())
		return status;
	dropin_log(&m->ui, LOG_ERR, "could not write all of the output");
	return 1;
}

int modprobe_main(int argc, char **argv)
{
	struct modprobe m = {
		.ui = { .tool = "modprobe", .level = LOG_WARNING },
		.flags = PLAN_BLACKLIST_ALIAS,
		.jobs = 1,
		.env = getenv("MODPROBE_OPTIONS"),
	};
	_cleanup_strv_ struct strv args = { 0 };

	(void)argc;
	if (modprobe_env_args(argv, &args) || without_stderr(&m)) {
		dropin_log(&m.ui, LOG_ERR, "out of memory");
		return 1;
	}

	int status = parse(&m, (int)args.n, args.v);

	if (status < 0)
		status = written(&m, run(&m, args.v + optind));
	close_world(&m);
	return status;
}
