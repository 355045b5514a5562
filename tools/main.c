/* SPDX-License-Identifier: GPL-2.0-or-later */
/* lkm: the table of its commands, in the order in which one wants them. */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/text.h"
#include "command.h"
#include "lkm_adopt.h"
#include "lkm_build.h"
#include "lkm_check.h"
#include "lkm_closure.h"
#include "lkm_kernel.h"
#include "lkm_new.h"
#include "lkm_show.h"
#include "lkm_tour.h"
#include "lkm_try.h"
#include "lkm_why.h"
#include "near.h"
#include "ui.h"

static const struct command commands[] = {
	{ "try", lkm_try, "try a module in a throw-away kernel, and judge it" },
	{ "check", lkm_check, "would a kernel load it, and why not? Without a kernel" },
	{ "show", lkm_show, "the anatomy of a .ko: sections, entry points, exports, needs" },
	{ "build", lkm_build, "C source to .ko, with the kernel's own build system" },
	{ "new", lkm_new, "a fresh module that works, of any of many kinds, with its test" },
	{ "why", lkm_why, "which line decides about a module; what a message means" },
	{ "kernel", lkm_kernel, "the kernels to build for and to try in: list, show, get, build, rm" },
	{ "adopt", lkm_adopt, "take a module into a kernel's source tree, as a commit" },
	{ "tour", lkm_tour, "the lesson: why and how to write a kernel module" },
	{ "closure", lkm_closure, "all the files that modules need, for makers of images" },
};

static void print_table(FILE *f, const struct command *t, size_t n)
{
	for (size_t i = 0; i < n; i++)
		(void)fprintf(f, "  %-9s %s\n", t[i].name, t[i].help);
}

static int help(FILE *f)
{
	(void)fputs(
		"lkm takes a Linux kernel module from C source to a running kernel and back.\n"
		"\n"
		"  lkm try hello.c        build it, try it in a throw-away kernel, judge it\n"
		"\n"
		"usage: lkm COMMAND [ARG...]        lkm help COMMAND\n"
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
		if (str_eq(t[i].name, name))
			return &t[i];
	return NULL;
}

/* Nobody reads on, as behind "| head": no error, and what all programs do. */
static void end_unread(void)
{
	struct pollfd p = { .fd = STDOUT_FILENO };

	if (poll(&p, 1, 0) == 1 && p.revents & POLLERR) {
		(void)signal(SIGPIPE, SIG_DFL);
		(void)raise(SIGPIPE);
	}
}

/* A report that could not be written is no report. */
static int finish(const char *name, int status)
{
	if (fflush(stdout) == 0 && !ferror(stdout))
		return status;

	int err = errno;

	end_unread();
	(void)fprintf(stderr, "lkm %s: cannot write to standard output: %s\n",
		      name, strerror(err));
	return UI_UNKNOWN;
}

static void try_all(struct near *n, const struct command *t, size_t count)
{
	for (size_t i = 0; i < count; i++)
		near_try(n, t[i].name);
}

static int no_such_command(const char *name)
{
	struct near n = near_start(name);

	try_all(&n, commands, ARRAY_SIZE(commands));
	try_all(&n, dropin_commands, n_dropin_commands);
	near_try(&n, "help");
	ui_say(stderr, 4, "lkm: no command '%s'", name);
	ui_fix_name(n.found, "lkm --help");
	return UI_USAGE;
}

static int run(int argc, char **argv)
{
	const struct command *c =
		find(commands, ARRAY_SIZE(commands), argv[0]);

	if (c)
		return finish(c->name, c->run(argc, argv));
	c = find(dropin_commands, n_dropin_commands, argv[0]);
	return c ? c->run(argc, argv) : no_such_command(argv[0]);
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

	if (str_eq(name, "help") && argc > 2) {
		char option[] = "--help", *ask[] = { argv[2], option, NULL };

		return run(2, ask);
	}
	if (str_eq(name, "--help") || str_eq(name, "-h") ||
	    str_eq(name, "help"))
		return finish("help", help(stdout));
	if (str_eq(name, "--version") || str_eq(name, "-V")) {
		(void)puts("lkm " LKM_VERSION);
		return finish("--version", UI_YES);
	}
	return run(argc - 1, argv + 1);
}
