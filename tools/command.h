/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A command is a function like main(); argv[0] is the command's own name.
 * main.c and dropin.c hold the tables of names.
 */
#ifndef LKM_TOOLS_COMMAND_H
#define LKM_TOOLS_COMMAND_H

#include <stddef.h>

struct command {
	const char *name;
	int (*run)(int argc, char **argv);
	const char *help; /* one line */
};

/* The drop-in tools: both `insmod` and `lkm insmod`. dropin_table.c */
extern const struct command dropin_commands[];
extern const size_t n_dropin_commands;

#endif
