/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What is missing, wrong or unknown: see abi.h. (kmod 30 dies of
 * kmod_get_dirname(NULL), of kmod_config_iter_free_iter(NULL), and of lists
 * that are not empty.)
 */
#include "abi.h"

static void null_ctx(void)
{
	ASK_NULL(kmod_ref(NULL));
	ASK_NULL(kmod_unref(NULL));
	kmod_set_log_fn(NULL, NULL, NULL);
	ASK(kmod_get_log_priority(NULL));
	kmod_set_log_priority(NULL, 3);
	ASK_NULL(kmod_get_userdata(NULL));
	kmod_set_userdata(NULL, NULL);
	ASK(kmod_load_resources(NULL));
	kmod_unload_resources(NULL);
	ASK(kmod_validate_resources(NULL));
	ASK(kmod_dump_index(NULL, KMOD_INDEX_MODULES_DEP, 1));
	ASK_NULL(kmod_list_next(NULL, NULL));
	ASK_NULL(kmod_list_prev(NULL, NULL));
	ASK_NULL(kmod_list_last(NULL));
	ASK_NULL(kmod_config_get_blacklists(NULL));
	ASK_NULL(kmod_config_get_install_commands(NULL));
	ASK_NULL(kmod_config_get_remove_commands(NULL));
	ASK_NULL(kmod_config_get_aliases(NULL));
	ASK_NULL(kmod_config_get_options(NULL));
	ASK_NULL(kmod_config_get_softdeps(NULL));
	ASK_NULL(kmod_config_iter_get_key(NULL));
	ASK_NULL(kmod_config_iter_get_value(NULL));
	ASK(kmod_config_iter_next(NULL));
}

static void null_make(struct kmod_ctx *c)
{
	struct kmod_module *m = NULL;
	struct kmod_list *l = NULL, *full = (struct kmod_list *)&m;

	ASK(kmod_module_new_from_name(NULL, "x", &m));
	ASK(kmod_module_new_from_name(c, NULL, &m));
	ASK(kmod_module_new_from_name(c, "x", NULL));
	ASK(kmod_module_new_from_path(NULL, "/", &m));
	ASK(kmod_module_new_from_path(c, NULL, &m));
	ASK(kmod_module_new_from_path(c, "/", NULL));
	ASK(kmod_module_new_from_path(c, "", &m));
	ASK(kmod_module_new_from_path(c, "/nosuch", &m));
	ASK(kmod_module_new_from_path(c, "/dev/null/x", &m));
	ASK(kmod_module_new_from_lookup(NULL, "x", &l));
	ASK(kmod_module_new_from_lookup(c, NULL, &l));
	ASK(kmod_module_new_from_lookup(c, "x", NULL));
	ASK(kmod_module_new_from_lookup(c, "x", &full));
	ASK(kmod_module_new_from_lookup(c, "a[b", &l));
	ASK(kmod_module_new_from_lookup(c, "a]b", &l));
	ASK(kmod_module_new_from_name_lookup(NULL, "x", &m));
	ASK(kmod_module_new_from_name_lookup(c, NULL, &m));
	ASK(kmod_module_new_from_name_lookup(c, "x", NULL));
	ASK(kmod_module_new_from_name_lookup(c, "a[b", &m));
	ASK(kmod_module_new_from_loaded(NULL, &l));
	ASK(kmod_module_new_from_loaded(c, NULL));
	ASK_NULL(kmod_module_ref(NULL));
	ASK_NULL(kmod_module_unref(NULL));
	ASK(kmod_module_unref_list(NULL));
	ASK_NULL(kmod_module_get_module(NULL));
	ASK_NULL(m);
	ASK_NULL(l);
}

static void null_module(struct kmod_ctx *c)
{
	struct kmod_module *m = NULL;
	struct kmod_list *l = NULL, *k = NULL;

	(void)kmod_module_new_from_name(c, "x", &m);
	ASK(kmod_module_remove_module(NULL, 0));
	ASK(kmod_module_insert_module(NULL, 0, NULL));
	ASK(kmod_module_probe_insert_module(NULL, 0, NULL, NULL, NULL, NULL));
	ASK_STR(kmod_module_get_name(NULL));
	ASK_STR(kmod_module_get_path(NULL));
	ASK_STR(kmod_module_get_options(NULL));
	ASK_STR(kmod_module_get_install_commands(NULL));
	ASK_STR(kmod_module_get_remove_commands(NULL));
	ASK_NULL(kmod_module_get_dependencies(NULL));
	ASK(kmod_module_get_softdeps(NULL, &l, &k));
	ASK(kmod_module_get_softdeps(m, NULL, &k));
	ASK(kmod_module_get_softdeps(m, &l, NULL));
	ASK(kmod_module_apply_filter(NULL, KMOD_FILTER_BUILTIN, NULL, &l));
	ASK(kmod_module_apply_filter(c, KMOD_FILTER_BUILTIN, NULL, NULL));
	ASK(kmod_module_apply_filter(c, KMOD_FILTER_BUILTIN, NULL, &l));
	ASK(kmod_module_get_filtered_blacklist(NULL, NULL, &l));
	ASK(kmod_module_get_filtered_blacklist(c, NULL, NULL));
	ASK(kmod_module_get_filtered_blacklist(c, NULL, &l));
	ASK(kmod_module_get_initstate(NULL));
	for (int i = -1; i < 6; i++)
		ASK_STR(kmod_module_initstate_str(
			(enum kmod_module_initstate)i));
	ASK(kmod_module_get_refcnt(NULL));
	ASK(kmod_module_get_size(NULL));
	ASK_NULL(kmod_module_get_holders(NULL));
	ASK_NULL(kmod_module_get_sections(NULL));
	(void)kmod_module_unref(m);
}

static void null_content(struct kmod_ctx *c)
{
	struct kmod_module *m = NULL;
	struct kmod_list *l = NULL;

	(void)kmod_module_new_from_name(c, "x", &m);
	ASK_STR(kmod_module_section_get_name(NULL));
	ASK((long)kmod_module_section_get_address(NULL));
	kmod_module_section_free_list(NULL);
	ASK(kmod_module_get_info(NULL, &l));
	ASK(kmod_module_get_info(m, NULL));
	ASK_STR(kmod_module_info_get_key(NULL));
	ASK_STR(kmod_module_info_get_value(NULL));
	kmod_module_info_free_list(NULL);
	ASK(kmod_module_get_versions(NULL, &l));
	ASK(kmod_module_get_versions(m, NULL));
	ASK_STR(kmod_module_version_get_symbol(NULL));
	ASK(kmod_module_version_get_crc(NULL));
	kmod_module_versions_free_list(NULL);
	ASK(kmod_module_get_symbols(NULL, &l));
	ASK(kmod_module_get_symbols(m, NULL));
	ASK_STR(kmod_module_symbol_get_symbol(NULL));
	ASK(kmod_module_symbol_get_crc(NULL));
	kmod_module_symbols_free_list(NULL);
	ASK(kmod_module_get_dependency_symbols(NULL, &l));
	ASK(kmod_module_get_dependency_symbols(m, NULL));
	ASK_STR(kmod_module_dependency_symbol_get_symbol(NULL));
	ASK(kmod_module_dependency_symbol_get_crc(NULL));
	ASK(kmod_module_dependency_symbol_get_bind(NULL));
	kmod_module_dependency_symbols_free_list(NULL);
	(void)kmod_module_unref(m);
}

void ask_null(struct kmod_ctx *ctx)
{
	null_ctx();
	null_make(ctx);
	null_module(ctx);
	null_content(ctx);
}
