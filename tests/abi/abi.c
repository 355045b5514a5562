/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * abi FOLDER CONF [NAME|/PATH...]: see abi.h. FOLDER and CONF may be "-": none
 * is given. Pointers and times are not printed; messages are.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "abi.h"

/* Whole lines, without the place in the source. */
__attribute__((format(printf, 6, 0))) static void
print_log(void *data, int prio, const char *file, int line, const char *fn,
	  const char *format, va_list args)
{
	(void)file;
	(void)line;
	printf("log %s %d %s: ", (const char *)data, prio, fn);
	(void)vprintf(format, args);
}

void print_list(const char *what, struct kmod_list *list)
{
	struct kmod_list *i;
	int n = 0;

	printf("%s:", what);
	kmod_list_foreach(i, list) {
		struct kmod_module *m = kmod_module_get_module(i);

		printf(" %s", kmod_module_get_name(m));
		(void)kmod_module_unref(m);
		n++;
	}
	printf(" (%d), backwards:", n);
	kmod_list_foreach_reverse(i, list) {
		struct kmod_module *m = kmod_module_get_module(i);

		printf(" %s", kmod_module_get_name(m));
		(void)kmod_module_unref(m);
	}
	printf("\n");
	(void)kmod_module_unref_list(list);
}

static void print_conf(const char *what, struct kmod_config_iter *iter)
{
	printf("%s before: %s %s\n", what, str(kmod_config_iter_get_key(iter)),
	       str(kmod_config_iter_get_value(iter)));
	while (kmod_config_iter_next(iter))
		printf("%s: [%s] [%s]\n", what,
		       str(kmod_config_iter_get_key(iter)),
		       str(kmod_config_iter_get_value(iter)));
	printf("%s behind: %s, again: %d\n", what,
	       str(kmod_config_iter_get_key(iter)),
	       kmod_config_iter_next(iter));
	kmod_config_iter_free_iter(iter);
}

static void ask_conf(struct kmod_ctx *ctx)
{
	print_conf("alias", kmod_config_get_aliases(ctx));
	print_conf("blacklist", kmod_config_get_blacklists(ctx));
	print_conf("options", kmod_config_get_options(ctx));
	print_conf("install", kmod_config_get_install_commands(ctx));
	print_conf("remove", kmod_config_get_remove_commands(ctx));
	print_conf("softdep", kmod_config_get_softdeps(ctx));
}

/* The order of an index is that of its file; the real one's is depmod's. */
static void ask_dump(struct kmod_ctx *ctx)
{
	for (int i = -1; i < 7; i++) {
		printf("dump %d\n", i);
		(void)fflush(stdout);
		printf("= %d\n",
		       kmod_dump_index(ctx, (enum kmod_index)i, 1));
		(void)fflush(stdout);
	}
	printf("dump to nowhere = %d\n",
	       kmod_dump_index(ctx, KMOD_INDEX_MODULES_DEP, -1));
}

static void ask_resources(struct kmod_ctx *ctx)
{
	ASK(kmod_validate_resources(ctx));
	ASK(kmod_load_resources(ctx));
	ASK(kmod_load_resources(ctx));
	ASK(kmod_validate_resources(ctx));
	ask_dump(ctx);
	kmod_unload_resources(ctx);
	ask_dump(ctx);
	kmod_unload_resources(ctx);
}

static void ask_path(struct kmod_ctx *ctx, const char *path)
{
	struct kmod_module *mod = NULL, *again = NULL;
	int r = kmod_module_new_from_path(ctx, path, &mod);

	printf("path %s = %d\n", path, r);
	if (r)
		return;
	ASK(kmod_module_new_from_path(ctx, path, &again));
	printf("same: %d\n", mod == again);
	(void)kmod_module_unref(again);
	ask_module(mod);
	ask_probe(mod);
	(void)kmod_module_unref(mod);
}

static void ask_lookup(struct kmod_ctx *ctx, const char *name)
{
	struct kmod_list *list = NULL, *i;

	printf("lookup %s = %d\n", name,
	       kmod_module_new_from_lookup(ctx, name, &list));
	kmod_list_foreach(i, list) {
		struct kmod_module *m = kmod_module_get_module(i);

		printf("found %s: %s, options %s\n", kmod_module_get_name(m),
		       str(kmod_module_get_path(m)),
		       str(kmod_module_get_options(m)));
		ask_probe(m);
		(void)kmod_module_unref(m);
	}
	for (int f = 0; f < 4; f++) {
		struct kmod_list *out = (struct kmod_list *)&f;

		printf("filter %d = %d", f,
		       kmod_module_apply_filter(ctx, (enum kmod_filter)f, list,
						&out));
		print_list("", out);
	}
	print_list("all", list);
}

static void ask_name(struct kmod_ctx *ctx, const char *name)
{
	struct kmod_module *mod = NULL, *again = NULL, *found = NULL;

	ask_lookup(ctx, name);
	printf("name lookup %s = %d", name,
	       kmod_module_new_from_name_lookup(ctx, name, &found));
	printf(" %s\n", str(kmod_module_get_name(found)));
	(void)kmod_module_unref(found);
	printf("name %s = %d\n", name,
	       kmod_module_new_from_name(ctx, name, &mod));
	ASK(kmod_module_new_from_name(ctx, name, &again));
	printf("same: %d\n", mod == again);
	(void)kmod_module_unref(again);
	ask_module(mod);
	ask_probe(mod);
	(void)kmod_module_unref(mod);
}

static void ask_loaded(struct kmod_ctx *ctx)
{
	struct kmod_list *list = NULL;

	printf("loaded = %d\n", kmod_module_new_from_loaded(ctx, &list));
	print_list("loaded", list);
}

static void ask_ctx(struct kmod_ctx *ctx)
{
	int here;

	ASK(kmod_get_log_priority(ctx));
	kmod_set_log_priority(ctx, 5);
	ASK(kmod_get_log_priority(ctx));
	ASK_NULL(kmod_get_userdata(ctx));
	kmod_set_userdata(ctx, &here);
	ASK(kmod_get_userdata(ctx) == &here);
	ASK(kmod_ref(ctx) == ctx);
	ASK(kmod_unref(ctx) == ctx);
	ASK_STR(kmod_get_dirname(ctx));
}

int main(int argc, char **argv)
{
	static const char log[] = "ours";

	if (argc < 3)
		return 2;

	const char *paths[] = { argv[2], NULL };
	struct kmod_ctx *ctx =
		kmod_new(strcmp(argv[1], "-") ? argv[1] : NULL,
			 strcmp(argv[2], "-") ? paths : NULL);

	if (!ctx)
		return 1;
	kmod_set_log_fn(ctx, print_log, log);
	ask_null(ctx);
	ask_ctx(ctx);
	ask_conf(ctx);
	ask_resources(ctx);
	ask_loaded(ctx);
	for (int i = 3; i < argc; i++)
		if (argv[i][0] == '/')
			ask_path(ctx, argv[i]);
		else
			ask_name(ctx, argv[i]);
	/* The same, with the indexes kept open. */
	ASK(kmod_load_resources(ctx));
	for (int i = 3; i < argc; i++)
		if (argv[i][0] != '/')
			ask_lookup(ctx, argv[i]);
	ASK_NULL(kmod_unref(ctx));
	return fflush(stdout) ? 1 : 0;
}
