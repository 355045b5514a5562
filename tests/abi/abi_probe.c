/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Loading and unloading, which nobody lets us do here: see abi.h. */
#include "abi.h"

static int run(struct kmod_module *m, const char *cmdline, void *data)
{
	printf("run %s: [%s]\n", kmod_module_get_name(m), cmdline);
	return *(int *)data;
}

static void show(struct kmod_module *m, bool install, const char *options)
{
	printf("%s %s %s [%s]\n", install ? "install" : "insert",
	       kmod_module_get_name(m), str(kmod_module_get_path(m)),
	       str(options));
}

void ask_probe(struct kmod_module *mod)
{
	static const unsigned flags[] = {
		0,
		KMOD_PROBE_IGNORE_COMMAND,
		KMOD_PROBE_IGNORE_LOADED,
		KMOD_PROBE_FAIL_ON_LOADED,
		KMOD_PROBE_APPLY_BLACKLIST_ALL,
		KMOD_PROBE_APPLY_BLACKLIST,
		KMOD_PROBE_APPLY_BLACKLIST_ALIAS_ONLY,
		KMOD_PROBE_APPLY_BLACKLIST |
			KMOD_PROBE_APPLY_BLACKLIST_ALIAS_ONLY,
	};
	static int fine, bad = -7;

	for (size_t i = 0; i < sizeof(flags) / sizeof(flags[0]); i++) {
		printf("plan %x = %d\n", flags[i],
		       kmod_module_probe_insert_module(
			       mod, flags[i] | KMOD_PROBE_DRY_RUN, "x=1 y", run,
			       &fine, show));
		/* Whoever runs this has neither right nor modules. */
		printf("probe %x = %d\n", flags[i],
		       kmod_module_probe_insert_module(mod, flags[i], NULL, run,
						       i % 2 ? &bad : &fine,
						       show));
	}
	ASK(kmod_module_insert_module(mod, 0, NULL));
	/* (By force it depends on the kernel which way in is tried.) */
	ASK(kmod_module_insert_module(mod, 0, "a=b"));
	ASK(kmod_module_remove_module(mod, 0));
	ASK(kmod_module_remove_module(mod, KMOD_REMOVE_FORCE |
					       KMOD_REMOVE_NOLOG));
}
