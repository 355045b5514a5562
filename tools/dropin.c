/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The drop-in tools as one small program that is started under their names
 * (insmod, rmmod, lsmod, modinfo). It links nothing that only the new commands
 * need, so it starts as fast as a program can.
 */
#include <errno.h>
#include <stdio.h>

#include "base/text.h"
#include "command.h"

int main(int argc, char **argv)
{
	const char *name = program_invocation_short_name;

	for (size_t i = 0; i < n_dropin_commands; i++)
		if (str_eq(name, dropin_commands[i].name))
			return dropin_commands[i].run(argc, argv);

	(void)fprintf(stderr, "%s: start me under the name of a tool:", name);
	for (size_t i = 0; i < n_dropin_commands; i++)
		(void)fprintf(stderr, " %s", dropin_commands[i].name);
	(void)fputc('\n', stderr);
	return 1;
}
