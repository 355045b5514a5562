/* SPDX-License-Identifier: GPL-2.0-or-later */
/* depmod: its command line, which is kmod's. */
#include <getopt.h>
#include <stdio.h>

#include "depmod.h"
#include "dropin.h"

enum { OPT_JSON = 256, OPT_FULL, OPT_MAP, OPT_NO_FACTS };

static const struct option long_options[] = {
	{ "all", no_argument, NULL, 'a' },
	{ "quick", no_argument, NULL, 'A' },
	{ "basedir", required_argument, NULL, 'b' },
	{ "moduledir", required_argument, NULL, 'm' },
	{ "outdir", required_argument, NULL, 'o' },
	{ "config", required_argument, NULL, 'C' },
	{ "symvers", required_argument, NULL, 'E' },
	{ "filesyms", required_argument, NULL, 'F' },
	{ "errsyms", no_argument, NULL, 'e' },
	{ "show", no_argument, NULL, 'n' },
	{ "dry-run", no_argument, NULL, 'n' },
	{ "symbol-prefix", required_argument, NULL, 'P' },
	{ "warn", no_argument, NULL, 'w' },
	{ "unresolved-error", no_argument, NULL, 'u' },
	{ "quiet", no_argument, NULL, 'q' },
	{ "root", no_argument, NULL, 'r' },
	{ "map", no_argument, NULL, OPT_MAP },
	{ "json", no_argument, NULL, OPT_JSON },
	{ "full", no_argument, NULL, OPT_FULL },
	{ "no-facts", no_argument, NULL, OPT_NO_FACTS },
	{ "verbose", no_argument, NULL, 'v' },
	{ "version", no_argument, NULL, 'V' },
	{ "help", no_argument, NULL, 'h' },
	{ NULL, 0, NULL, 0 },
};

static int help(void)
{
	(void)fputs(
		"  depmod          make the indexes of the running kernel's modules\n"
		"  depmod -n       print them instead\n"
		"\n"
		"usage: depmod [OPTION...] [VERSION [MODULE...]]\n"
		"\n"
		"  -a, --all              all modules of the folder (default without MODULE)\n"
		"  -A, --quick            nothing if no module is newer than modules.dep\n"
		"  -b, --basedir=DIR      DIR/lib/modules instead of /lib/modules\n"
		"  -m, --moduledir=DIR    DIR instead of lib/modules, below the base folder\n"
		"  -o, --outdir=DIR       write to DIR/lib/modules/VERSION\n"
		"  -C, --config=PATH      file or folder instead of depmod.d; again and again\n"
		"  -e, --errsyms          tell of symbols that nobody exports; with -E or -F\n"
		"  -E, --symvers=FILE     what the kernel exports: Module.symvers\n"
		"  -F, --filesyms=FILE    what the kernel exports: System.map\n"
		"  -P, --symbol-prefix=C  a character before each symbol of System.map\n"
		"  -n, --show, --dry-run  print the text files, write nothing\n"
		"  -w, --warn             accepted, and does nothing\n"
		"      --full             read every module, whatever is known of it\n"
		"      --no-facts         the same, and keep no modules.lkm-facts\n"
		"      --json             tell as JSON what was done and noticed\n"
		"  -v, --verbose          print who fills which need\n"
		"  -V, --version          show version\n"
		"  -h, --help             show this help\n",
		stdout);
	return 0;
}

/* An option of long ago. @number: of the long one; -1: a short one. */
static int deprecated(const struct depmod_opts *o, int c, int number)
{
	char letter[] = { (char)c, '\0' };

	dropin_log(&o->ui, LOG_WARNING, "Ignored deprecated option %s%s",
		   number < 0 ? "-" : "--",
		   number < 0 ? letter : long_options[number].name);
	return -1;
}

/* -1: go on; else the exit status. */
static int take_option(struct depmod_opts *o, int c, int number,
		       const char *arg)
{
	switch (c) {
	case 'u':
	case 'q':
	case 'r':
	case OPT_MAP:
		return deprecated(o, c, number);
	case 'a':
		o->all = true;
		return -1;
	case 'A':
		o->quick = true;
		return -1;
	case 'b':
		o->basedir = arg;
		return -1;
	case 'm':
		o->moduledir = arg;
		return -1;
	case 'o':
		o->outdir = arg;
		return -1;
	case 'C':
		o->config[o->n_config++] = arg;
		return -1;
	case 'E':
		o->symvers = arg;
		return -1;
	case 'F':
		o->map = arg;
		return -1;
	case 'e':
		o->errsyms = true;
		return -1;
	case 'n':
		o->show = true;
		return -1;
	case 'P':
		if (!arg[0] || arg[1]) {
			dropin_log(&o->ui, LOG_CRIT,
				   "-P only takes a single char");
			return 1;
		}
		o->prefix = arg[0];
		return -1;
	case 'w':
		o->warn = true;
		return -1;
	case OPT_JSON:
		o->json = true;
		return -1;
	case OPT_NO_FACTS:
		o->no_facts = o->full = true;
		return -1;
	case OPT_FULL:
		o->full = true;
		return -1;
	case 'v':
		o->ui.level++;
		return -1;
	default: /* -V, -h, and what there is not */
		return dropin_option(&o->ui, c, help);
	}
}

/* The version and the files that the command line names. -1: go on. */
static int take_arguments(struct depmod_opts *o, char **argv,
			  const char *release)
{
	unsigned a, b;

	o->version = release;
	if (*argv) {
		if (sscanf(*argv, "%u.%u", &a, &b) != 2) {
			dropin_log(&o->ui, LOG_ERR, "Bad version passed %s",
				   *argv);
			if (dropin_explains(&o->ui))
				dropin_say("fix", "a version begins as 6.1 does, and has a folder of its name in lib/modules; 'depmod -h' shows the usage");
			return 1;
		}
		o->version = *argv++;
	}
	for (char **f = argv; !o->all && *f; f++)
		if (**f != '/') {
			dropin_log(&o->ui, LOG_CRIT, "%s: not absolute path.",
				   *f);
			return 1;
		}
	if (!o->all && *argv)
		o->files = argv;
	if (o->errsyms && !o->symvers && !o->map)
		dropin_log(&o->ui, LOG_WARNING, "-e needs -E or -F");
	return -1;
}

int depmod_parse(struct depmod_opts *o, int argc, char **argv,
		 const char *release)
{
	int number, c, status = -1;

	while (status < 0 &&
	       (number = -1, c = getopt_long(argc, argv,
					     "aAb:m:o:C:E:F:euqrvnP:wVh",
					     long_options, &number)) != -1)
		status = take_option(o, c, number, optarg);
	return status < 0 ? take_arguments(o, argv + optind, release) : status;
}
