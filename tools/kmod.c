/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * kmod: its tools under one name. As with kmod 30 only two can be reached this
 * way, `kmod list` and `kmod static-nodes`; the others have names of their own.
 */
#include "kmod.h"

#include <getopt.h>
#include <stdio.h>

#include "base/macros.h"
#include "base/text.h"
#include "command.h"
#include "dropin.h"
#include "insmod.h"

static int help_command(int argc, char **argv);

static const struct command commands[] = {
	{ "help", help_command, "show this help" },
	{ "list", lsmod_main, "list the modules that are loaded, as lsmod does" },
	{ "static-nodes", static_nodes_main, "the device nodes whose modules load when they are opened" },
};

static void help(void)
{
	(void)fputs(
		"  kmod static-nodes   the device nodes whose modules load when they are opened\n"
		"\n"
		"usage: kmod [OPTION...] COMMAND [ARG...]\n"
		"\n"
		"  -V, --version   show version\n"
		"  -h, --help      show this help\n"
		"\n"
		"commands:\n",
		stdout);
	for (size_t i = 0; i < ARRAY_SIZE(commands); i++)
		(void)printf("  %-15s %s\n", commands[i].name,
			     commands[i].help);
	(void)fputs("\nalso started under the names of tools:", stdout);
	for (size_t i = 0; i < n_dropin_commands; i++)
		if (dropin_commands[i].run != kmod_main)
			(void)printf(" %s", dropin_commands[i].name);
	(void)putchar('\n');
}

static int help_command(int argc _unused_, char **argv _unused_)
{
	help();
	return 0;
}

static int run(int argc, char **argv)
{
	for (size_t i = 0; i < ARRAY_SIZE(commands); i++)
		if (str_eq(argv[0], commands[i].name)) {
			/* Each reads its options from the first one on. */
			optind = 0;
			return commands[i].run(argc, argv);
		}
	(void)fprintf(stderr, "invalid command '%s'\n", argv[0]);
	help();
	return 1;
}

int kmod_main(int argc, char **argv)
{
	static const struct option options[] = {
		{ "help", no_argument, NULL, 'h' },
		{ "version", no_argument, NULL, 'V' },
		{ 0 },
	};

	for (int c; (c = getopt_long(argc, argv, "+hV", options, NULL)) >= 0;) {
		switch (c) {
		case 'h':
			help();
			return 0;
		case 'V':
			return dropin_version();
		default:
			return 1;
		}
	}
	if (optind < argc)
		return run(argc - optind, argv + optind);
	(void)fputs("missing command\n", stderr);
	help();
	return 1;
}
