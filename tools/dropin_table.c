/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The tools that stand in for kmod's, by name. */
#include "command.h"

const struct command dropin_commands[] = {
	{ NULL, NULL, NULL },
};

const size_t n_dropin_commands = 0;
