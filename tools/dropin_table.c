/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The tools that stand in for kmod's, by name. */
#include "base/macros.h"
#include "command.h"
#include "depmod.h"
#include "insmod.h"
#include "kmod.h"
#include "modinfo.h"
#include "modprobe.h"

const struct command dropin_commands[] = {
	{ "depmod", depmod_main, "make the indexes of a folder of modules" },
	{ "insmod", insmod_main, "put a module file into the kernel" },
	{ "kmod", kmod_main, "kmod list (lsmod), kmod static-nodes (device nodes)" },
	{ "lsmod", lsmod_main, "list the modules that are loaded" },
	{ "modinfo", modinfo_main, "what a module says about itself" },
	{ "modprobe", modprobe_main, "load and unload modules by name" },
	{ "rmmod", rmmod_main, "take a module out of the kernel" },
};

const size_t n_dropin_commands = ARRAY_SIZE(dropin_commands);
