/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The tools that stand in for kmod's, by name. */
#include "command.h"
#include "modinfo.h"

const struct command dropin_commands[] = {
	{ "modinfo", modinfo_main, "what a module says about itself" },
};

const size_t n_dropin_commands =
	sizeof(dropin_commands) / sizeof(dropin_commands[0]);
