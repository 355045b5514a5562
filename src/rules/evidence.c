/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Which checks does this kernel have? Version numbers do not tell, for
 * distributions backport: its own words, types and options do.
 */
#include <elf.h>
#include <stdio.h>

#include "rules/run.h"

#define SAYS(r, format) kern_says((r)->k, format)

/*
 * An option, from the configuration, else from a line that only a kernel with
 * it holds.
 */
enum kern_known run_option(const struct run *r, const char *name,
			   const char *says)
{
	switch (kern_option(r->k, name)) {
	case KERN_OPT_Y:
	case KERN_OPT_M:
		return KERN_YES;
	case KERN_OPT_N:
		return KERN_NO;
	default:
		return says ? SAYS(r, says) : KERN_UNKNOWN;
	}
}

bool run_release_before(const struct run *r, unsigned major, unsigned minor)
{
	const struct run_has *h = &r->has;

	return h->release_known &&
	       (h->major < major || (h->major == major && h->minor < minor));
}

/* An option that leaves a word in vermagic. */
static enum kern_known option_or_word(const struct run *r, const char *name,
				      const char *word)
{
	enum kern_known v = run_option(r, name, NULL);
	const char *magic = kern_vermagic(r->k);

	if (v == KERN_UNKNOWN && magic)
		return strstr(magic, word) ? KERN_YES : KERN_NO;
	return v;
}

static enum kern_known either(enum kern_known a, enum kern_known b)
{
	return a == KERN_YES || b == KERN_YES ? KERN_YES
	       : a == KERN_NO || b == KERN_NO ? KERN_NO
					      : KERN_UNKNOWN;
}

static void which_release(const struct run *r, struct run_has *h)
{
	h->release_known = sscanf(kern_release(r->k), "%u.%u", &h->major,
				  &h->minor) == 2;
}

static void which_elf(const struct run *r, struct run_has *h)
{
	h->one_check = SAYS(r, "Only one .modinfo section must exist.");
	h->split_check = SAYS(
		r,
		"module %s: Exactly one .gnu.linkonce.this_module section must exist.");
	h->strtab = SAYS(r, "empty symbol string table");
	h->shstr_type = SAYS(r, "Invalid ELF section name table type: %u");
	h->str_type = SAYS(r, "Invalid ELF symbol string table type: %u");
}

/*
 * Two changes of 6.16 left no trace of their own: .static_call_sites becomes
 * read-only, and per-CPU data is relocated. What 6.14 brought was never given
 * to older kernels.
 */
static bool since_6_16(const struct run *r, const struct run_has *h)
{
	const char *release = kern_release(r->k);

	return h->ext_versions == KERN_YES && !str_starts(release, "6.14.") &&
	       !str_starts(release, "6.15.");
}

static void which_versions(const struct run *r, struct run_has *h)
{
	h->modversions = option_or_word(r, "MODVERSIONS", " modversions ");
	h->ext_versions =
		SAYS(r, "extended version crc+name presence does not match");
	h->module_ns =
		SAYS(r, "%s: module tries to import module namespace: %s");
	h->since_6_16 = since_6_16(r, h);
	h->flagstab = SAYS(r, "%s: no flags for exported symbols");
}

static void which_layout(const struct run *r, struct run_has *h)
{
	struct kern_member m;

	h->seven_parts = kern_member(r->k, "mem", &m);
	if (h->seven_parts == KERN_UNKNOWN)
		h->seven_parts = h->one_check;
	h->strict_rwx = run_option(
		r, "STRICT_MODULE_RWX",
		"%s: section %s (index %d) has invalid WRITE|EXEC flags");
	h->kallsyms = run_option(r, "KALLSYMS", NULL);
	h->kallsyms_all = run_option(r, "KALLSYMS_ALL", NULL);
}

/*
 * x86-64: modules are put behind the kernel, 1 GiB less 16 MiB for all, and
 * data of each processor has addresses from 0 on. arm64: where its image says,
 * at a multiple of more than it ever takes; modules within 2 GiB of it.
 */
static void which_map(struct run *r)
{
	struct kern_export e = { 0 };
	struct run_map *m = &r->map;

	*m = (struct run_map){
		.kernel = UINT64_C(0xffffffff81000000),
		.kernel_end = UINT64_C(0xffffffff88000000),
		.modules = UINT64_C(0xffffffffc0400000),
		.modules_len = UINT64_C(0x3f000000),
		.others = UINT64_C(0xffffffffe0000000),
		.others_end = UINT64_C(0xfffffffff0000000),
		.percpu = 0x40000,
	};
	if (r->machine != EM_AARCH64)
		return;
	m->kernel = UINT64_C(0xffff800080000000);
	for (size_t i = 0; kern_export_next(r->k, &i, &e);)
		if (e.value) {
			m->kernel = e.value & ~UINT64_C(0x7ffffff);
			break;
		}
	m->kernel_end = m->kernel + 0x8000000;
	m->percpu = m->kernel_end - 0x100000;
	m->others = m->kernel_end;
	m->others_end = m->others + 0x8000000;
	m->modules = m->others_end;
	m->modules_len = 0x70000000;
}

void run_evidence(struct run *r)
{
	struct run_has *h = &r->has;
	const char *banner = kern_banner(r->k);
	uint16_t machine = kern_machine(r->k);

	r->machine = machine ? machine : EM_X86_64;
	which_map(r);

	which_release(r, h);
	which_elf(r, h);
	which_versions(r, h);
	which_layout(r, h);
	h->sig = run_option(
		r, "MODULE_SIG",
		"%s: module verification failed: signature and/or required key missing - tainting kernel");
	h->sig_force = run_option(r, "MODULE_SIG_FORCE", NULL);
	h->force_load = run_option(r, "MODULE_FORCE_LOAD",
				   "%s: %s: kernel tainted.");
	h->unload = option_or_word(r, "MODULE_UNLOAD", " mod_unload ");
	h->livepatch = either(
		run_option(r, "LIVEPATCH", NULL),
		SAYS(r, "%s: tainting kernel with TAINT_LIVEPATCH"));
	h->smp = option_or_word(r, "SMP", " SMP ");
	h->debian = banner && strstr(banner, "debian-kernel@");
	if (r->machine == EM_AARCH64)
		run_evidence_arm64(r);
}
