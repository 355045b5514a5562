/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * insmod: put one module file into the kernel. Options, messages and exit
 * status are kmod's. When the kernel refuses, a person at a terminal is also
 * told what the kernel logged, why, and what to do. The way in is plan_load().
 */
#include "insmod.h"

#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/text.h"
#include "dropin_ui.h"
#include "ko/ko.h"
#include "live/modules.h"
#include "plan/run.h"

enum { OPT_FORCE_VERMAGIC = 256, OPT_FORCE_MODVERSION };

static const struct option long_options[] = {
	{ "force", no_argument, NULL, 'f' },
	{ "force-modversion", no_argument, NULL, OPT_FORCE_MODVERSION },
	{ "force-vermagic", no_argument, NULL, OPT_FORCE_VERMAGIC },
	{ "syslog", no_argument, NULL, 's' },
	{ "verbose", no_argument, NULL, 'v' },
	{ "version", no_argument, NULL, 'V' },
	{ "help", no_argument, NULL, 'h' },
	{ NULL, 0, NULL, 0 },
};

static int help(void)
{
	(void)fputs(
		"  insmod ./hello.ko times=3     put hello.ko into the kernel\n"
		"\n"
		"usage: insmod [OPTION...] FILE [PARAMETER=VALUE...]\n"
		"\n"
		"  -f, --force             both of the following; it may crash the machine\n"
		"      --force-modversion  do not compare versions of symbols\n"
		"      --force-vermagic    do not compare the kernel it was built for\n"
		"  -s, --syslog            messages to syslog instead of stderr\n"
		"  -v, --verbose           more messages: what the kernel logged, why, fix\n"
		"  -V, --version           show version\n"
		"  -h, --help              show this help\n",
		stdout);
	return 0;
}

/* The words behind the file name, with blanks between them. */
static void join(char **argv, struct text *ret)
{
	for (size_t i = 0; argv[i]; i++)
		text_addf(ret, "%s%s", i ? " " : "", argv[i]);
}

/* Facts about the file and its name; @name: what the module is called. */
static unsigned file_facts(const char *path, char name[KO_NAME_MAX])
{
	_cleanup_ko_ struct ko *ko = NULL;
	struct stat st;

	if (stat(path, &st))
		return 0;
	if (!S_ISREG(st.st_mode))
		return RULE_FILE_ODD;
	if (!st.st_size)
		return RULE_FILE_EMPTY;
	if (ko_open(path, &ko, NULL))
		return 0;
	memcpy(name, ko->name, KO_NAME_MAX);
	return dropin_module_facts(name);
}

static void explain(struct dropin_mark *m, int err, bool asked,
		    const struct dropin_load *load, const struct diag *d)
{
	char name[KO_NAME_MAX] = "";

	if (!m->wanted)
		return;
	if (!asked) {
		dropin_say("why", d->what);
		if (d->hint[0])
			dropin_say("fix", d->hint);
		return;
	}

	unsigned facts = file_facts(load->file, name);

	dropin_explain(m, err, facts, *name ? name : NULL, load);
}

/* insmod takes a file, modprobe a name: the commonest mix-up. */
static int no_file(const struct dropin_ui *ui, const char *path, int err)
{
	_cleanup_text_ struct text t = { 0 };

	dropin_log(ui, LOG_ERR, "could not load module %s: %s", path,
		   strerror(err));
	if (!dropin_explains(ui))
		return 1;
	if (err == ENOENT && *path && !strchr(path, '/') &&
	    !str_ends(path, ".ko")) {
		dropin_say("why", "insmod takes the path of a module file, and there is none of this name here");
		text_addf(&t, "'modprobe %s' finds an installed module by its name",
			  path);
		dropin_say("fix", text_str(&t));
	}
	return 1;
}

static int load(const struct dropin_ui *ui, const struct dropin_load *l)
{
	const char *path = l->file;
	_cleanup_mark_ struct dropin_mark mark = { 0 };
	struct diag d = { 0 };
	struct stat st;
	bool asked = false;

	if (stat(path, &st))
		return no_file(ui, path, errno);
	dropin_mark(&mark, ui);

	int r = plan_load(path, l->params, l->flags, &asked, &d);

	if (!r) {
		if (ui->level >= LOG_NOTICE)
			dropin_notes(&mark, NULL);
		return 0;
	}
	dropin_log(ui, LOG_ERR, "could not insert module %s: %s", path,
		   dropin_load_error(-r));
	explain(&mark, -r, asked, l, &d);
	return 1;
}

int insmod_main(int argc, char **argv)
{
	struct dropin_ui ui = { .tool = "insmod", .level = LOG_ERR };
	_cleanup_text_ struct text params = { 0 };
	unsigned flags = 0;
	int status = -1;

	for (int c; status < 0 &&
		    (c = getopt_long(argc, argv, "fpsvVh", long_options,
				     NULL)) != -1;) {
		if (c == 'f')
			flags |= PLAN_FORCE_MODVERSION | PLAN_FORCE_VERMAGIC;
		else if (c == OPT_FORCE_MODVERSION)
			flags |= PLAN_FORCE_MODVERSION;
		else if (c == OPT_FORCE_VERMAGIC)
			flags |= PLAN_FORCE_VERMAGIC;
		else if (c == 'p')
			continue; /* of long ago: it does nothing */
		else
			status = dropin_option(&ui, c, help);
	}
	if (status >= 0)
		return status;

	const char *path = argv[optind];

	if (!path) {
		dropin_log(&ui, LOG_ERR, "missing filename.");
		dropin_say_usage(&ui, "insmod FILE [NAME=VALUE...]");
		return 1;
	}
	if (str_eq(path, "-")) {
		dropin_log(&ui, LOG_ERR,
			   "this tool does not support loading from stdin!");
		return 1;
	}
	join(argv + optind + 1, &params);
	if (params.failed) {
		dropin_log(&ui, LOG_ERR, "out of memory");
		return 1;
	}

	const struct dropin_load l = { path, text_str(&params), flags };

	return load(&ui, &l);
}
