/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * act FOLDER: loads and unloads modules of tests/guest/modules in a real
 * kernel, through libkmod, and prints what came of it. Leaves none loaded. Run
 * twice, with kmod's own library and with ours.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "abi.h"

__attribute__((format(printf, 6, 0))) static void
print_log(void *data, int prio, const char *file, int line, const char *fn,
	  const char *format, va_list args)
{
	(void)data;
	(void)file;
	(void)line;
	printf("log %d %s: ", prio, fn);
	(void)vprintf(format, args);
}

void print_list(const char *what, struct kmod_list *list)
{
	struct kmod_list *i;

	printf("%s:", what);
	kmod_list_foreach(i, list) {
		struct kmod_module *m = kmod_module_get_module(i);

		printf(" %s", kmod_module_get_name(m));
		(void)kmod_module_unref(m);
	}
	printf("\n");
	(void)kmod_module_unref_list(list);
}

static void show(struct kmod_module *m, bool install, const char *options)
{
	printf("%s %s [%s]\n", install ? "install" : "insert",
	       kmod_module_get_name(m), str(options));
}

static void ask(struct kmod_ctx *ctx, const char *name)
{
	struct kmod_module *mod = NULL;
	struct kmod_list *list;
	int r = kmod_module_new_from_name(ctx, name, &mod);

	if (r)
		return;
	r = kmod_module_get_initstate(mod);
	printf("%s: %d %s, refcnt %d, size %ld\n", name, r,
	       r < 0 ? "" : kmod_module_initstate_str(
				    (enum kmod_module_initstate)r),
	       kmod_module_get_refcnt(mod), kmod_module_get_size(mod));
	print_list("holders", kmod_module_get_holders(mod));
	list = kmod_module_get_sections(mod);
	printf("sections: %s\n", list ? "some" : "none");
	kmod_module_section_free_list(list);
	(void)kmod_module_unref(mod);
}

static void probe(struct kmod_ctx *ctx, const char *name, unsigned flags,
		  const char *options)
{
	struct kmod_list *list = NULL, *i;

	(void)kmod_module_new_from_lookup(ctx, name, &list);
	kmod_list_foreach(i, list) {
		struct kmod_module *mod = kmod_module_get_module(i);

		printf("probe %s %x = %d\n", name, flags,
		       kmod_module_probe_insert_module(mod, flags, options,
						       NULL, NULL, show));
		(void)kmod_module_unref(mod);
	}
	(void)kmod_module_unref_list(list);
}

static void drop(struct kmod_ctx *ctx, const char *name, unsigned flags)
{
	struct kmod_module *mod = NULL;

	(void)kmod_module_new_from_name(ctx, name, &mod);
	printf("remove %s %x = %d\n", name, flags,
	       kmod_module_remove_module(mod, flags));
	(void)kmod_module_unref(mod);
}

static void insert(struct kmod_ctx *ctx, const char *name, unsigned flags,
		   const char *options)
{
	struct kmod_module *mod = NULL;

	(void)kmod_module_new_from_name(ctx, name, &mod);
	printf("insert %s %x [%s] = %d\n", name, flags, str(options),
	       kmod_module_insert_module(mod, flags, options));
	(void)kmod_module_unref(mod);
}

static void loaded(struct kmod_ctx *ctx)
{
	struct kmod_list *list = NULL;

	printf("loaded = %d\n", kmod_module_new_from_loaded(ctx, &list));
	print_list("loaded", list);
}

int main(int argc, char **argv)
{
	const char *paths[] = { "/dev/null", NULL };
	struct kmod_ctx *ctx = argc == 2 ? kmod_new(argv[1], paths) : NULL;

	if (!ctx)
		return 2;
	kmod_set_log_fn(ctx, print_log, NULL);
	loaded(ctx);
	insert(ctx, "user_mod", 0, NULL);
	insert(ctx, "base_mod", 0, NULL);
	insert(ctx, "base_mod", 0, NULL);
	ask(ctx, "base_mod");
	drop(ctx, "base_mod", 0);
	drop(ctx, "base_mod", 0);
	drop(ctx, "base_mod", KMOD_REMOVE_NOLOG);
	probe(ctx, "user_mod", 0, NULL);
	loaded(ctx);
	ask(ctx, "base_mod");
	ask(ctx, "user_mod");
	drop(ctx, "base_mod", 0);
	probe(ctx, "user_mod", 0, NULL);
	probe(ctx, "user_mod", KMOD_PROBE_FAIL_ON_LOADED, NULL);
	probe(ctx, "user_mod", KMOD_PROBE_IGNORE_LOADED, NULL);
	drop(ctx, "user_mod", 0);
	drop(ctx, "base_mod", 0);
	probe(ctx, "param_mod", 0, "flag=y small=0x7f who=abc");
	ask(ctx, "param_mod");
	drop(ctx, "param_mod", 0);
	probe(ctx, "param_mod", 0, "ret=-12");
	probe(ctx, "param_mod", 0, "small=256");
	insert(ctx, "param_mod", 0, "who=muchtoolong");
	insert(ctx, "base_mod", KMOD_INSERT_FORCE_VERMAGIC, "");
	insert(ctx, "user_mod", KMOD_INSERT_FORCE_MODVERSION, "");
	drop(ctx, "user_mod", KMOD_REMOVE_FORCE);
	drop(ctx, "base_mod", 0);
	loaded(ctx);
	ASK_NULL(kmod_unref(ctx));
	return fflush(stdout) ? 1 : 0;
}
