/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What .modinfo says: vermagic, where the module comes from, licence. A tag
 * counts the first time it stands there.
 *
 * Up to 6.3 check_modinfo() does all of it, before anything is allocated, and
 * a module that is refused later has tainted the kernel all the same. Since
 * 6.4 the taints come when the module is in the list of modules
 * (module_augment_kernel_taints()).
 *
 * Kernel: kernel/module/main.c.
 */
#include <errno.h>

#include "live/load.h"
#include "rules/anatomy.h"
#include "rules/run.h"

/* The bytes of .modinfo, the first of which is always looked at. */
static bool info_bytes(struct run *r, uint64_t *ret_at, struct span *ret)
{
	const struct run_sec *s = &r->sec[r->i_info];
	uint64_t n = s->size ? s->size : 1;

	*ret_at = r->copy + s->offset;
	if (space_view(&r->space, *ret_at, n, ret))
		return true;

	/* Only with sections whose bounds nobody has checked. */
	uint8_t *p = n <= r->len ? arena_alloc(r->a, n) : NULL;

	if (!p || !space_read(&r->space, *ret_at, p, n))
		return false;
	*ret = (struct span){ p, n };
	return true;
}

/* next_string(): the start of the one behind @i; @n where there is none. */
static size_t next_string(struct span s, size_t i, size_t n)
{
	while (i < n && s.p[i])
		i++;
	while (i < n && !s.p[i])
		i++;
	return i;
}

static void read_info(struct run *r)
{
	struct span s;
	uint64_t at;
	size_t n;

	r->info_read = true;
	if (!info_bytes(r, &at, &s))
		return;
	n = r->sec[r->i_info].size;
	for (size_t i = 0; !r->n_info || i < n; i = next_string(s, i, n)) {
		const char *str = space_str(&r->space, at + i);
		const char **v = arena_more(r->a, r->info, r->n_info,
					    sizeof(*v));

		if (!v)
			r->oom = true;
		if (!v || !str)
			return;
		r->info = v;
		v[r->n_info++] = str;
	}
}

const char *run_modinfo_nth(struct run *r, const char *tag, size_t nth)
{
	size_t n = strlen(tag);

	if (!r->info_read)
		read_info(r);
	for (size_t i = 0; i < r->n_info; i++)
		if (!strncmp(r->info[i], tag, n) && r->info[i][n] == '=' &&
		    !nth--)
			return r->info[i] + n + 1;
	return NULL;
}

static bool flag(const struct run *r, unsigned flag)
{
	return !r->q->from_memory && r->q->flags & flag;
}

bool run_force_load(struct run *r, const char *row, const char *reason)
{
	if (!run_is(r, r->has.force_load, "CONFIG_MODULE_FORCE_LOAD", true))
		return false;
	if (!run_tainted(r, TAINT_F))
		run_say(r, row,
			reason ? PLACES(r->mod_name, reason)
			       : PLACES(r->mod_name));
	run_taint(r, TAINT_F);
	return true;
}

/* With versions the release, up to the first space, does not count. */
static const char *behind_release(const struct run *r, const char *magic)
{
	if (r->has.modversions == KERN_NO || !r->i_vers)
		return magic;
	return magic + strcspn(magic, " ");
}

static bool vermagic_ok(struct run *r)
{
	const char *have = run_modinfo_tag(r, "vermagic");
	const char *want = kern_vermagic(r->k);

	if (!have || flag(r, LIVE_IGNORE_VERMAGIC))
		return run_force_load(r, "note.force.vermagic", NULL) ||
		       run_refuse(r, "load.vermagic.none", PLACES(NULL), NULL);
	if (!want) {
		run_unknown(r, "the kernel's vermagic");
		return true;
	}
	if (str_eq(behind_release(r, have), behind_release(r, want)))
		return true;
	return run_refuse(r, "load.vermagic", PLACES(r->name, have, want),
			  NULL);
}

void run_know_built_for(struct run *r)
{
	const char *have = run_modinfo_tag(r, "vermagic");
	const char *here = kern_release(r->k);
	size_t n = have ? strcspn(have, " ") : 0;

	if (n && *here && (strlen(here) != n || strncmp(have, here, n) != 0))
		run_know(r, RULE_OTHER_KERNEL, RULE_BUILT,
			 run_text(r, "%.*s", (int)n, have));
}

static void out_of_tree(struct run *r)
{
	if (run_modinfo_tag(r, "intree"))
		return;
	if (!run_tainted(r, TAINT_O) && !(r->s->said & KERN_SAID_OOT))
		run_remark(r, "note.outoftree", PLACES(r->mod_name), NULL);
	r->s->said |= KERN_SAID_OOT;
	run_taint(r, TAINT_O);
}

static void retpoline(struct run *r)
{
	if (run_modinfo_tag(r, "retpoline") || !r->s->spectre_v2_mitigated)
		return;
	if (kern_says(r->k,
		      "%s: loading module not compiled with retpoline compiler.") ==
	    KERN_NO)
		return;
	run_say(r, "note.spectre", PLACES(NULL));
	run_remark(r, "note.retpoline", PLACES(r->mod_name), NULL);
}

static void staging(struct run *r)
{
	if (!run_modinfo_tag(r, "staging"))
		return;
	run_taint(r, TAINT_C);
	run_remark(r, "note.staging", PLACES(r->mod_name), NULL);
}

static void say_livepatch(struct run *r)
{
	run_taint(r, TAINT_K);
	if (!(r->s->said & KERN_SAID_LIVEPATCH))
		run_remark(r, "note.livepatch", PLACES(r->mod_name), NULL);
	r->s->said |= KERN_SAID_LIVEPATCH;
}

/* check_modinfo_livepatch() */
static bool livepatch_ok(struct run *r)
{
	if (!run_modinfo_tag(r, "livepatch"))
		return true;
	if (!run_is(r, r->has.livepatch, "CONFIG_LIVEPATCH", true))
		return run_refuse(r, "load.livepatch.off", PLACES(r->mod_name),
				  NULL);
	r->livepatch = r->livepatch_tag = true;
	return true;
}

static void license(struct run *r)
{
	const char *l = run_modinfo_tag(r, "license");

	if (!l)
		l = "unspecified";
	if (anat_gpl(l))
		return;
	if (!run_tainted(r, TAINT_P))
		run_remark(r, "note.license", PLACES(r->mod_name, l), NULL);
	r->s->said |= KERN_SAID_PROPRIETARY;
	run_taint(r, TAINT_P);
}

static void test_module(struct run *r)
{
	if (!run_modinfo_tag(r, "test") ||
	    kern_says(r->k, "%s: loading test module taints kernel.") ==
		    KERN_NO)
		return;
	if (!run_tainted(r, TAINT_N))
		run_remark(r, "note.test", PLACES(r->mod_name), NULL);
	r->s->said |= KERN_SAID_TEST;
	run_taint(r, TAINT_N);
}

/* mod->name and mod->taints, as they stand in the file's struct module. */
bool run_struct_module(struct run *r)
{
	struct kern_member m;
	uint64_t bits;

	r->mod = r->sec[r->i_mod].addr;
	if (kern_member(r->k, "name", &m) != KERN_YES) {
		r->mod_name = run_text(r, "%s", r->name);
		return true;
	}

	const char *name = space_str(&r->space, r->mod + m.offset);

	if (!name || strlen(name) >= m.size)
		return run_undefined(r, "stray.name", PLACES(NULL),
				     run_where(r, r->i_mod));
	/* It outlives the file: others will find it in the list. */
	r->mod_name = run_text(r, "%s", name);
	if (run_member(r, "taints", &bits))
		r->r->taints = bits;
	if (run_member(r, "klp", &bits) && bits)
		r->livepatch = true;
	if (run_member(r, "using_gplonly_symbols", &bits) && bits)
		r->gpl_used = true;
	return true;
}

bool run_modinfo(struct run *r)
{
	if (!vermagic_ok(r))
		return false;
	if (r->has.one_check == KERN_YES)
		return livepatch_ok(r);
	out_of_tree(r);
	retpoline(r);
	staging(r);
	if (!livepatch_ok(r))
		return false;
	if (r->livepatch_tag)
		say_livepatch(r);
	license(r);
	test_module(r);
	return true;
}

bool run_unsigned(struct run *r)
{
	if (r->sig_ok || !run_is(r, r->has.sig, "CONFIG_MODULE_SIG", false))
		return true;
	if (!(r->s->said & KERN_SAID_UNSIGNED))
		run_remark(r, "note.unsigned", PLACES(r->mod_name), NULL);
	r->s->said |= KERN_SAID_UNSIGNED;
	run_taint(r, TAINT_E);
	return true;
}

/* Modules that are known as proprietary, whatever they say. */
static void license_names(struct run *r, bool before)
{
	if (str_eq(r->mod_name, "ndiswrapper"))
		run_taint_kernel(r, TAINT_P);
	if (str_eq(r->mod_name, "driverloader") || str_eq(r->mod_name, "lve"))
		run_taint(r, TAINT_P);
	if (!before && run_tainted(r, TAINT_P))
		run_remark(r, "note.license.name", PLACES(r->mod_name), NULL);
}

bool run_license_names(struct run *r)
{
	license_names(r, run_tainted(r, TAINT_P));
	return true;
}

/* module_augment_kernel_taints() */
bool run_kernel_taints(struct run *r)
{
	/* So a licence of its own is told twice. */
	bool before = run_tainted(r, TAINT_P);

	out_of_tree(r);
	retpoline(r);
	staging(r);
	if (r->livepatch)
		say_livepatch(r);
	license(r);
	test_module(r);
	(void)run_unsigned(r);
	license_names(r, before);
	return true;
}

/* Namespaces that begin with "module:" cannot be imported. */
bool run_setup_modinfo(struct run *r)
{
	const char *ns;

	if (r->has.module_ns != KERN_YES)
		return true;
	for (size_t i = 0; (ns = run_modinfo_nth(r, "import_ns", i)); i++)
		if (str_starts(ns, "module:"))
			return run_refuse(r, "load.ns.module",
					  PLACES(r->mod_name, ns), NULL);
	return true;
}
