/* SPDX-License-Identifier: GPL-2.0-or-later */
/* All that can be asked about one module: see abi.h. */
#include <stdlib.h>
#include <string.h>

#include "abi.h"

static void ask_info(const struct kmod_module *mod)
{
	struct kmod_list *list = NULL, *i;

	printf("info = %d\n", kmod_module_get_info(mod, &list));
	kmod_list_foreach(i, list)
		printf("info: %s=%s\n", kmod_module_info_get_key(i),
		       kmod_module_info_get_value(i));
	kmod_module_info_free_list(list);
}

static void ask_versions(const struct kmod_module *mod)
{
	struct kmod_list *list = NULL, *i;

	printf("versions = %d\n", kmod_module_get_versions(mod, &list));
	kmod_list_foreach(i, list)
		printf("version: %s 0x%" PRIx64 "\n",
		       kmod_module_version_get_symbol(i),
		       kmod_module_version_get_crc(i));
	kmod_module_versions_free_list(list);
}

static void ask_symbols(const struct kmod_module *mod)
{
	struct kmod_list *list = NULL, *i;

	printf("symbols = %d\n", kmod_module_get_symbols(mod, &list));
	kmod_list_foreach(i, list)
		printf("symbol: %s 0x%" PRIx64 "\n",
		       kmod_module_symbol_get_symbol(i),
		       kmod_module_symbol_get_crc(i));
	kmod_module_symbols_free_list(list);
}

static void ask_needs(const struct kmod_module *mod)
{
	struct kmod_list *list = NULL, *i;

	printf("needs = %d\n", kmod_module_get_dependency_symbols(mod, &list));
	kmod_list_foreach(i, list)
		printf("need: %s 0x%" PRIx64 " %c\n",
		       kmod_module_dependency_symbol_get_symbol(i),
		       kmod_module_dependency_symbol_get_crc(i),
		       kmod_module_dependency_symbol_get_bind(i));
	kmod_module_dependency_symbols_free_list(list);
}

static int by_text(const void *a, const void *b)
{
	return strcmp(a, b);
}

/* The order is that of a folder: sorted here. */
static void ask_sections(const struct kmod_module *mod)
{
	struct kmod_list *list = kmod_module_get_sections(mod), *i;
	char text[64][64] = { { 0 } };
	size_t n = 0;

	kmod_list_foreach(i, list)
		if (n < 64)
			(void)snprintf(text[n++], 64, "%s 0x%lx",
				       kmod_module_section_get_name(i),
				       kmod_module_section_get_address(i));
	qsort(text, n, 64, by_text);
	for (size_t k = 0; k < n; k++)
		printf("section: %s\n", text[k]);
	kmod_module_section_free_list(list);
}

static void ask_live(const struct kmod_module *mod)
{
	int state = kmod_module_get_initstate(mod);

	printf("state %d %s\n", state,
	       state < 0 ? "" :
			   str(kmod_module_initstate_str(
				   (enum kmod_module_initstate)state)));
	ASK(kmod_module_get_refcnt(mod));
	ASK(kmod_module_get_size(mod));
	print_list("holders", kmod_module_get_holders(mod));
	ask_sections(mod);
}

void ask_module(struct kmod_module *mod)
{
	struct kmod_list *pre = NULL, *post = NULL;

	ASK_STR(kmod_module_get_name(mod));
	ASK_STR(kmod_module_get_path(mod));
	ASK_STR(kmod_module_get_options(mod));
	ASK_STR(kmod_module_get_install_commands(mod));
	ASK_STR(kmod_module_get_remove_commands(mod));
	ask_live(mod);
	print_list("dependencies", kmod_module_get_dependencies(mod));
	ASK(kmod_module_get_softdeps(mod, &pre, &post));
	print_list("pre", pre);
	print_list("post", post);
	ask_info(mod);
	ask_versions(mod);
	ask_symbols(mod);
	ask_needs(mod);
}
