/* SPDX-License-Identifier: GPL-2.0-or-later */
/* lkm: the table of its commands. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "command.h"
#include "lkm_build.h"
#include "lkm_kernel.h"
#include "lkm_try.h"
#include "ui.h"

static const struct command commands[] = {
	{ "build", lkm_build, "C source to .ko, with the kernel's own build system" },
	{ "kernel", lkm_kernel, "the kernels to build for and to try in: list, get, rm" },
	{ "try", lkm_try, "try a module in a throw-away kernel, and judge it" },
	{ NULL, NULL, NULL },
};

static void print_table(FILE *f, const struct command *t, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (t[i].name)
			(void)fprintf(f, "  %-9s %s\n", t[i].name, t[i].help);
}

static int help(FILE *f)
{
	(void)fputs(
		"lkm takes a Linux kernel module from C source to a running kernel and back.\n"
		"\n"
		"  lkm try hello.c        build it, try it in a throw-away kernel, judge it\n"
		"\n"
		"usage: lkm COMMAND [ARG...]        lkm COMMAND --help\n"
		"\n",
		f);
	print_table(f, commands, ARRAY_SIZE(commands));
	(void)fputs("\nstand-ins for kmod's tools, also under their own names:\n",
		    f);
	print_table(f, dropin_commands, n_dropin_commands);
	return f == stdout ? UI_YES : UI_USAGE;
}

static const struct command *find(const struct command *t, size_t n,
				  const char *name)
{
	for (size_t i = 0; i < n; i++)
		if (t[i].name && str_eq(t[i].name, name))
			return &t[i];
	return NULL;
}

/* A report that could not be written is no report. */
static int finish(const char *name, int status)
{
	if (fflush(stdout) == 0 && !ferror(stdout))
		return status;
	(void)fprintf(stderr, "lkm %s: cannot write to standard output: %s\n",
		      name, strerror(errno));
	return UI_UNKNOWN;
}

/*
 * A closed stream would become a socket or a file of ours. Read-only, so that
 * writing to what was closed still fails.
 */
static void hold_streams(void)
{
	for (int fd = 0; fd < 3; fd++)
		if (fcntl(fd, F_GETFD) < 0)
			(void)!open("/dev/null", O_RDONLY);
}

int main(int argc, char **argv)
{
	hold_streams();
	if (argc < 2)
		return help(stderr);

	const char *name = argv[1];

	if (str_eq(name, "--help") || str_eq(name, "-h") ||
	    str_eq(name, "help"))
		return help(stdout);
	if (str_eq(name, "--version") || str_eq(name, "-V")) {
		(void)puts("lkm " LKM_VERSION);
		return UI_YES;
	}

	const struct command *c = find(commands, ARRAY_SIZE(commands), name);

	if (c)
		return finish(name, c->run(argc - 1, argv + 1));
	c = find(dropin_commands, n_dropin_commands, name);
	if (c)
		return c->run(argc - 1, argv + 1);
	(void)fprintf(stderr, "lkm: no command '%s'\n", name);
	(void)fprintf(stderr, "  hint: 'lkm --help' lists them\n");
	return UI_USAGE;
}
