/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The order of it all: load_module() of kernel/module/main.c, as up to 6.3
 * and as since 6.4, where what can be told from the file alone is asked before
 * any memory is allocated.
 */
#include <elf.h>
#include <errno.h>
#include <limits.h>

#include "rules/run.h"

const char *rule_verdict_name(enum rule_verdict v)
{
	static const char *const names[] = {
		[RULE_LOADS] = "loads",
		[RULE_REFUSED] = "refused",
		[RULE_UNDEFINED] = "undefined",
		[RULE_INIT_DECIDES] = "init-decides",
		[RULE_UNKNOWN] = "unknown",
	};

	return names[v];
}

typedef bool step_fn(struct run *r);

/* Up to 6.3: load_module(), with layout_and_allocate() spelt out. */
static step_fn *const steps_old[] = {
	run_entry,	run_signature,	run_elf,
	run_setup_info, run_blacklist,	run_headers,
	run_struct_module, run_layout_version, run_modinfo, run_arch_sections,
	run_wx,		run_layout,	run_move,	run_duplicate,
	run_unsigned,	run_percpu,	run_find_sections,
	run_license_names, run_export_versions, run_setup_modinfo,
};

/* Since 6.4: early_mod_check() comes first, taints when it is in the list. */
static step_fn *const steps_new[] = {
	run_entry,	run_signature,	run_elf,
	run_setup_info, run_blacklist,	run_headers,
	run_struct_module, run_layout_version, run_modinfo, run_duplicate,
	run_arch_sections, run_wx,	run_layout,	run_move,
	run_kernel_taints, run_percpu,	run_find_sections,
	run_export_versions, run_setup_modinfo,
};

/* The rest, which has kept its order. */
static step_fn *const steps_rest[] = {
	run_symbols,   run_relocate,	   run_tables,	  run_exports,
	run_formation, run_livepatch_name, run_notifiers, run_btf,
	run_params,    run_sysfs,	   run_init,
};

static bool walk(struct run *r, step_fn *const *steps, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (!steps[i](r) || r->oom)
			return false;
	return true;
}

/* Is this a machine whose loader is known here? */
static bool machine_known(struct run *r)
{
	if (r->machine == EM_X86_64 || r->machine == EM_AARCH64)
		return true;
	run_unknown(r, "how the loader of this processor relocates");
	return false;
}

static void load(struct run *r)
{
	bool in;

	if (r->has.one_check == KERN_YES)
		in = walk(r, steps_new, ARRAY_SIZE(steps_new));
	else
		in = walk(r, steps_old, ARRAY_SIZE(steps_old));
	in = in && machine_known(r) &&
	     walk(r, steps_rest, ARRAY_SIZE(steps_rest));
	/* Where they would be is worth knowing of a refused one, too. */
	if (r->r->n_parts)
		run_sections(r);
	if (in)
		run_kallsyms(r);
}

/* The module is in: what comes after it finds it there. */
static void leave_in_state(struct run *r)
{
	struct kern_loaded *v = kern_state_more(r->s, r->a);

	if (!v) {
		r->oom = true;
		return;
	}
	*v = (struct kern_loaded){
		.name = r->r->name,
		.state = KERN_LIVE,
		.taints = r->r->taints,
		.exports = r->r->exports,
		.n_exports = r->r->n_exports,
		.exports_known = true,
		.base = 0,
	};
}

static void conclude(struct run *r)
{
	struct rule_result *res = r->r;

	res->name = r->mod_name ? r->mod_name
		    : r->name   ? run_text(r, "%s", r->name)
				: "";
	if (r->decided)
		res->decided = &res->findings[r->decided - 1];
	if (res->verdict == RULE_LOADS && res->unknown)
		res->verdict = RULE_UNKNOWN;
	if (res->verdict == RULE_LOADS || res->verdict == RULE_INIT_DECIDES ||
	    (res->verdict == RULE_UNKNOWN && res->n_parts))
		leave_in_state(r);
}

int rule_load(struct kern *k, struct kern_state *s,
	      const struct rule_request *q, struct arena *a,
	      struct rule_result *ret, struct diag *d)
{
	struct rule_result res = { 0 };
	_cleanup_(run_fini) struct run r = { .k = k, .s = s, .q = q, .a = a,
					     .r = &res };

	if (*kern_release(k))
		r.word[RULE_KERNEL] = kern_release(k);
	run_evidence(&r);
	load(&r);
	conclude(&r);
	if (r.oom)
		return diag_fail(d, ENOMEM, "out of memory");
	*ret = res;
	return 0;
}
