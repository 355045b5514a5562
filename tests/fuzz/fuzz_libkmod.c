/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A file of a module folder that anybody may have written, and a program that
 * asks libkmod everything about what it finds there. The first byte says
 * which file it is.
 */
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "fuzz.h"
#include "libkmod.h"

static const char *const roles[] = {
	"modules.dep.bin", "modules.alias.bin",	  "modules.symbols.bin",
	"modules.builtin.bin", "modules.builtin.alias.bin", "modules.softdep",
	"modules.dep",	   "modules.alias",	  "modules.builtin.modinfo",
	"x.conf",	   "a.ko",
};
enum { ROLES = sizeof(roles) / sizeof(roles[0]) };

static char *folder;

static void need(bool ok)
{
	if (!ok)
		abort();
}

static void put(const char *name, const void *p, size_t n)
{
	_cleanup_free_ char *path = NULL;
	FILE *f;

	need(asprintf(&path, "%s/%s", folder, name) > 0);
	f = fopen(path, "we");
	need(f && fwrite(p, 1, n, f) == n && !fclose(f));
}

static void take(const char *name)
{
	_cleanup_free_ char *path = NULL;

	need(asprintf(&path, "%s/%s", folder, name) > 0);
	(void)unlink(path);
}

static void remove_folder(void)
{
	(void)!tree_remove(folder, NULL);
	free(folder);
}

static void silent(void *data, int prio, const char *file, int line,
		   const char *fn, const char *format, va_list args)
{
	(void)data;
	(void)prio;
	(void)file;
	(void)line;
	(void)fn;
	(void)format;
	(void)args;
}

/* Every list that a function fills: reads all of it, and gives it up. */
#define WALK(get, free_list, text)                                           \
	do {                                                                  \
		struct kmod_list *l_ = NULL, *i_;                              \
		int n_ = 0, r_ = get(mod, &l_);                                \
		kmod_list_foreach(i_, l_)                                      \
			n_ += !!text(i_);                                      \
		need(r_ < 0 ? !l_ : n_ == r_);                                 \
		free_list(l_);                                                 \
	} while (0)

static void ask_module(struct kmod_module *mod)
{
	struct kmod_list *pre = NULL, *post = NULL, *weak = NULL;

	need(kmod_module_get_name(mod) != NULL);
	(void)kmod_module_get_path(mod);
	(void)kmod_module_get_options(mod);
	(void)kmod_module_unref_list(kmod_module_get_dependencies(mod));
	(void)kmod_module_get_softdeps(mod, &pre, &post);
	(void)kmod_module_get_weakdeps(mod, &weak);
	(void)kmod_module_unref_list(pre);
	(void)kmod_module_unref_list(post);
	(void)kmod_module_unref_list(weak);
	WALK(kmod_module_get_info, kmod_module_info_free_list,
	     kmod_module_info_get_value);
	WALK(kmod_module_get_versions, kmod_module_versions_free_list,
	     kmod_module_version_get_symbol);
	WALK(kmod_module_get_symbols, kmod_module_symbols_free_list,
	     kmod_module_symbol_get_symbol);
	WALK(kmod_module_get_dependency_symbols,
	     kmod_module_dependency_symbols_free_list,
	     kmod_module_dependency_symbol_get_symbol);
	/* Only ever dry: commands of the configuration are not run. */
	(void)kmod_module_probe_insert_module(
		mod, KMOD_PROBE_DRY_RUN | KMOD_PROBE_IGNORE_LOADED, NULL, NULL,
		NULL, NULL);
}

static void ask(struct kmod_ctx *ctx, const char *name)
{
	struct kmod_list *list = NULL, *i;
	struct kmod_module *mod;
	unsigned n = 0;

	(void)kmod_module_new_from_lookup(ctx, name, &list);
	kmod_list_foreach(i, list) {
		mod = kmod_module_get_module(i);
		if (n++ < 4)
			ask_module(mod);
		(void)kmod_module_unref(mod);
	}
	(void)kmod_module_unref_list(list);
}

static void ask_conf(struct kmod_ctx *ctx)
{
	struct kmod_config_iter *i = kmod_config_get_softdeps(ctx);

	while (kmod_config_iter_next(i))
		need(kmod_config_iter_get_key(i) &&
		     kmod_config_iter_get_value(i));
	kmod_config_iter_free_iter(i);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char dep[] = "a.ko: b.ko\nb.ko:\n";
	const char *role = roles[size ? data[0] % ROLES : 0];
	_cleanup_free_ char *conf = NULL;

	if (!folder) {
		need(!dir_temp("fuzz-libkmod", &folder, NULL));
		need(!atexit(remove_folder));
		put("b.ko", "", 0);
		/* What kmod_new() complains about, nobody wants to read. */
		need(!setenv("KMOD_LOG", "0", 1));
	}
	put("a.ko", "", 0);
	put("modules.dep", dep, sizeof(dep) - 1);
	put(role, size ? data + 1 : data, size ? size - 1 : 0);
	need(asprintf(&conf, "%s/x.conf", folder) > 0);

	const char *paths[] = { conf, NULL };
	struct kmod_ctx *ctx = kmod_new(folder, paths);

	need(ctx != NULL);
	kmod_set_log_fn(ctx, silent, NULL);
	kmod_set_log_priority(ctx, 7);
	ask_conf(ctx);
	ask(ctx, "a");
	ask(ctx, "pci:v00008086d0000100Ebc02sc00i00");
	(void)kmod_load_resources(ctx);
	ask(ctx, "symbol:a");
	ask(ctx, "*");
	need(!kmod_unref(ctx));
	take(role);
	return 0;
}
