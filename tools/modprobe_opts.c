/* SPDX-License-Identifier: GPL-2.0-or-later */
/* modprobe: its command line, which is kmod's. */
#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>

#include "dropin.h"
#include "modprobe.h"

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

int modprobe_parse(struct modprobe *m, int argc, char **argv)
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
