/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a kernel is, has and says: see kern.h. */
#include <elf.h>
#include <string.h>

#include "base/text.h"
#include "kern/kern_own.h"
#include "kern/says.h"

/* -------------------------------------------------------------- identity */

const char *kern_missing(const struct kern *k)
{
	return k->missing;
}

size_t kern_unknowns(const struct kern *k, char *const **ret)
{
	*ret = k->unknown.v;
	return k->unknown.n;
}

const char *kern_release(const struct kern *k)
{
	return k->release;
}

const char *kern_banner(const struct kern *k)
{
	return k->banner;
}

const char *kern_vermagic(const struct kern *k)
{
	return k->vermagic;
}

uint16_t kern_machine(const struct kern *k)
{
	uint16_t m = k->image.facts.info.machine;

	return m ? m : k->sample.machine;
}

bool kern_be(const struct kern *k)
{
	return k->image.facts.info.machine ? k->image.facts.info.be
					   : k->sample.be;
}

bool kern_is64(const struct kern *k)
{
	return k->image.facts.info.machine ? k->image.facts.info.is64
					   : k->sample.is64;
}

/* --------------------------------------------------------------- exports */

static struct kern_export export_of(const struct facts *f,
				    const struct fact_export *e)
{
	return (struct kern_export){
		.name = facts_str(f, e->name),
		.ns = facts_str(f, e->ns),
		.owner = "",
		.value = e->value,
		.crc = e->crc,
		.has_crc = e->flags & FACT_CRC,
		.gpl_only = e->flags & FACT_GPL,
	};
}

enum kern_known kern_find_export(const struct kern *k, const char *name,
				 struct kern_export *ret)
{
	struct fact_export e;
	size_t i;

	if (!k->has_exports)
		return KERN_UNKNOWN;
	if (!facts_find_export(&k->image.facts, name, &e, &i))
		return KERN_NO;
	*ret = export_of(&k->image.facts, &e);
	return KERN_YES;
}

bool kern_export_next(const struct kern *k, size_t *i, struct kern_export *ret)
{
	struct fact_export e;

	if (!k->has_exports ||
	    !facts_record(&k->image.facts, PART_EXPORTS, *i, &e, sizeof(e)))
		return false;
	*ret = export_of(&k->image.facts, &e);
	(*i)++;
	return true;
}

enum kern_known kern_find_provider(struct kern *k, const char *name,
				   struct kern_export *ret)
{
	return kern_provider_find(k->provider, name, ret);
}

const char *kern_module_path(struct kern *k, const char *name)
{
	return kern_folder_module(k->folder, name);
}

enum kern_known kern_module_exports(struct kern *k, const char *name,
				    struct arena *a, struct kern_export **ret,
				    size_t *ret_n)
{
	return kern_provider_exports(k->provider, name, a, ret, ret_n);
}

/* ------------------------------------------------- configuration, checks */

/* Is it one of the words behind the release? */
static enum kern_known in_vermagic(const struct kern *k, const char *word)
{
	const char *s = k->vermagic;
	size_t n = strlen(word);

	if (!s)
		return KERN_UNKNOWN;
	while (*s) {
		size_t len = strcspn(s, " ");

		if (s != k->vermagic && len == n && !memcmp(s, word, n))
			return KERN_YES;
		s += len;
		s += strspn(s, " ");
	}
	return KERN_NO;
}

/* Options that show themselves elsewhere. */
static const struct mark {
	const char *option;
	const char *word;   /* of vermagic */
	const char *format; /* of a line in the image */
	bool is;	    /* what the line tells */
	bool only;	    /* its absence tells nothing: others lack it, too */
} marks[] = {
	{ "SMP", "SMP", NULL, true, false },
	{ "MODULE_UNLOAD", "mod_unload", NULL, true, false },
	{ "MODVERSIONS", "modversions", NULL, true, false },
	{ "PREEMPT_RT", "preempt_rt", NULL, true, false },
	{ "MODULE_SIG", NULL,
	  "%s: module verification failed: signature and/or required key missing - tainting kernel",
	  true, false },
	{ "MODULE_FORCE_LOAD", NULL, "%s: %s: kernel tainted.", true, false },
	{ "LIVEPATCH", NULL, "%s: tainting kernel with TAINT_LIVEPATCH", true,
	  true },
	{ "LIVEPATCH", NULL,
	  "%s: module is marked as livepatch module, but livepatch support is disabled",
	  false, true },
	{ "STRICT_MODULE_RWX", NULL,
	  "%s: section %s (index %d) has invalid WRITE|EXEC flags", true,
	  true },
	{ "DEBUG_INFO_BTF_MODULES", NULL,
	  "failed to validate module [%s] BTF: %ld", true, true },
};

static enum kern_option by_mark(const struct kern *k, const char *name)
{
	for (size_t i = 0; i < ARRAY_SIZE(marks); i++) {
		const struct mark *m = &marks[i];

		if (!str_eq(m->option, name))
			continue;

		enum kern_known is = m->word ? in_vermagic(k, m->word)
					     : kern_says(k, m->format);

		if (is == KERN_UNKNOWN || (is == KERN_NO && m->only))
			continue;
		return (is == KERN_YES) == m->is ? KERN_OPT_Y : KERN_OPT_N;
	}
	return KERN_OPT_UNKNOWN;
}

enum kern_option kern_option(const struct kern *k, const char *name)
{
	const char *v;

	if (!k->has_config)
		return by_mark(k, name);
	v = kern_config_get(&k->config, name);
	/* What a configuration does not mention, its kernel does not have. */
	return v && str_eq(v, "y")   ? KERN_OPT_Y
	       : v && str_eq(v, "m") ? KERN_OPT_M
				     : KERN_OPT_N;
}

const char *kern_option_text(const struct kern *k, const char *name)
{
	return kern_config_get(&k->config, name);
}

enum kern_known kern_says(const struct kern *k, const char *format)
{
	uint64_t h = facts_hash(format, strlen(format)) & ~UINT64_C(3);

	if (!k->has_image || !k->image.facts.part[PART_LINES].n)
		return KERN_UNKNOWN;
	for (size_t i = 0; i < 8; i++) {
		_Atomic(uint64_t) *slot = &k->memo->v[(h / 4 + i) % MEMO];
		uint64_t is = atomic_load(slot);

		if (is && (is & ~UINT64_C(3)) == h)
			return (enum kern_known)(is & 3);
		if (is)
			continue;

		enum kern_known answer =
			says_has(&k->image.facts, format) ? KERN_YES : KERN_NO;

		(void)atomic_compare_exchange_strong(slot, &is,
						     h | (unsigned)answer);
		return answer;
	}
	return says_has(&k->image.facts, format) ? KERN_YES : KERN_NO;
}

/* ---------------------------------------------------- keys and built-ins */

enum kern_known kern_keys(struct kern *k, const struct kern_key **ret,
			  size_t *ret_n)
{
	*ret = k->keys;
	*ret_n = k->n_keys;
	if (!k->has_image || k->image.facts.info.no_keys)
		return KERN_UNKNOWN;
	return k->n_keys ? KERN_YES : KERN_NO;
}

enum kern_known kern_builtin(struct kern *k, const char *module)
{
	return kern_folder_builtin(k->folder, module);
}

enum kern_known kern_sysfs_taken(struct kern *k, const char *name)
{
	struct span s = k->image.facts.part[PART_TAKEN];

	if (!k->has_image || !s.n)
		return KERN_UNKNOWN;
	for (size_t at = 0; at < s.n;) {
		const char *is = (const char *)s.p + at;

		if (str_eq(is, name))
			return KERN_YES;
		at += strlen(is) + 1;
	}
	return KERN_NO;
}
