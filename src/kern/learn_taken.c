/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Names that a module cannot have, because the kernel itself made a folder
 * /sys/module/NAME at boot: for parameters "NAME.x" that can be seen, and for
 * versions.
 *
 *	__param   name, module, ops, u16 perm, s8 level, u8 flags, argument
 *	__modver  an attribute called "version", of seven words, then module
 *	          and version; or, up to v5.10, a pointer to one
 *
 * Kernel: param_sysfs_builtin() and version_sysfs_builtin(), kernel/params.c.
 */
#include <string.h>

#include "kern/learn.h"

static bool has_name(const struct text *t, const char *name, size_t n)
{
	for (size_t at = 0; at < t->n; at += strlen(t->p + at) + 1)
		if (strlen(t->p + at) == n && !memcmp(t->p + at, name, n))
			return true;
	return false;
}

static void add(struct facts_draft *f, const char *name, size_t n)
{
	struct text *t = &f->part[PART_TAKEN];

	if (!n || n > 256 || has_name(t, name, n))
		return;
	text_add_bytes(t, name, n);
	text_add_bytes(t, "", 1);
}

static void learn_params(const struct vmlinux *v, struct facts_draft *f)
{
	struct vm_part p = vm_part(v, "__param");
	size_t size = 4 * v->word + (v->word == 8 ? 8 : 4);

	for (uint64_t i = 0; i + size <= p.bytes.n; i += size) {
		const char *name =
			vm_str(v, vm_uint(v, p.bytes, i, v->word));
		uint64_t perm =
			vm_uint(v, p.bytes, i + 3 * v->word, 2);
		const char *dot = name ? strchr(name, '.') : NULL;

		if (!perm || !name)
			continue;
		/* Those without a dot belong to the core: "kernel". */
		if (dot)
			add(f, name, (size_t)(dot - name));
		else
			add(f, "kernel", 6);
	}
}

/* The module of a version attribute at the start of @s; NULL: it is none. */
static const char *version_of(const struct vmlinux *v, struct span s)
{
	const char *what = vm_str(v, vm_uint(v, s, 0, v->word));

	return what && !strcmp(what, "version")
		       ? vm_str(v, vm_uint(v, s, 7 * v->word, v->word))
		       : NULL;
}

static void learn_versions(const struct vmlinux *v, struct facts_draft *f)
{
	struct vm_part p = vm_part(v, "__modver");

	for (uint64_t i = 0; i < p.bytes.n;) {
		struct span s = { p.bytes.p + i, p.bytes.n - (size_t)i }, at;
		const char *name = version_of(v, s);

		if (name) {
			i += 9 * v->word;
		} else {
			if (vm_at(v, vm_uint(v, s, 0, v->word), &at))
				name = version_of(v, at);
			i += v->word;
		}
		if (name)
			add(f, name, strlen(name));
	}
}

void learn_taken(const struct vmlinux *v, struct facts_draft *f)
{
	learn_params(v, f);
	learn_versions(v, f);
}
