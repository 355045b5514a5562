/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Who has what a module needs. */
#include <errno.h>
#include <string.h>

#include "base/text.h"
#include "rules/anatomy.h"

static bool imports(const struct ko *ko, const char *ns)
{
	for (struct ko_info i = { 0 }; ko_info_next(ko, &i);)
		if (span_eq(i.key, "import_ns") && str_eq(i.value, ns))
			return true;
	return false;
}

static enum anat_fit compare(const struct anat_need *n,
			     const struct kern_export *e)
{
	if (!n->has_crc || !e->has_crc)
		return ANAT_FIT_NOT_TOLD;
	return n->crc == e->crc ? ANAT_FIT_SAME : ANAT_FIT_DIFFERS;
}

static void ask(const struct ko *ko, struct kern *k, struct anat_need *n)
{
	struct kern_export e;

	n->provided = kern_find_export(k, n->name, &e);
	if (n->provided != KERN_YES) {
		enum kern_known module = kern_find_provider(k, n->name, &e);

		/* Nobody has it only if nobody is unknown. */
		if (module == KERN_YES || n->provided == KERN_NO)
			n->provided = module;
	}
	if (n->provided != KERN_YES)
		return;
	n->owner = e.owner;
	n->ns = e.ns;
	n->gpl_only = e.gpl_only;
	/* "module:a,b" names those who may: no import is asked for. */
	n->ns_missing = *e.ns && !str_starts(e.ns, "module:") &&
			!imports(ko, e.ns);
	n->version = compare(n, &e);
	n->has = e.crc;
}

int anat_needs(const struct ko *ko, struct kern *k, struct arena *a,
	       struct anat_need **ret, size_t *ret_n, struct diag *d)
{
	struct ko_need *need;
	struct anat_need *v;
	size_t n;
	int r = ko_needs(ko, a, &need, &n, d);

	if (r)
		return r;
	v = arena_array(a, n + 1, sizeof(*v));
	if (!v)
		return diag_fail(d, ENOMEM, "out of memory");
	for (size_t i = 0; i < n; i++) {
		v[i] = (struct anat_need){ .name = need[i].name,
					   .crc = need[i].crc,
					   .has_crc = need[i].has_crc,
					   .weak = need[i].weak,
					   .ns = "" };
		if (k)
			ask(ko, k, &v[i]);
	}
	*ret = v;
	*ret_n = n;
	return 0;
}
