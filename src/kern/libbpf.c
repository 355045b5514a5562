/* SPDX-License-Identifier: GPL-2.0-or-later */
/* libbpf, opened when it is needed: see libbpf.h. */
#include "kern/libbpf.h"

#include <bpf/libbpf.h>
#include <stddef.h>

#include "base/dso.h"

/* So long a chain of names and qualifiers is followed, and no longer. */
#define HOPS 32

__typeof__(&(btf__free)) dso_btf__free;
__typeof__(&(btf__name_by_offset)) dso_btf__name_by_offset;
__typeof__(&(btf__new)) dso_btf__new;
__typeof__(&(btf__parse_raw_split)) dso_btf__parse_raw_split;
__typeof__(&(btf__resolve_size)) dso_btf__resolve_size;
__typeof__(&(btf__type_by_id)) dso_btf__type_by_id;
__typeof__(&(btf__type_cnt)) dso_btf__type_cnt;
DSO_FN(libbpf_set_print);

static struct dso libbpf = {
	.soname = "libbpf.so.1",
	.package = "libbpf1",
	.fns = (const struct dso_fn[]){ DSO_ENTRY(btf__free),
					DSO_ENTRY(btf__name_by_offset),
					DSO_ENTRY(btf__new),
					DSO_ENTRY(btf__parse_raw_split),
					DSO_ENTRY(btf__resolve_size),
					DSO_ENTRY(btf__type_by_id),
					DSO_ENTRY(btf__type_cnt),
					DSO_ENTRY(libbpf_set_print),
					{ 0 } },
	.lock = PTHREAD_MUTEX_INITIALIZER,
};
DSO_NOTE("libbpf.so.1", "btf", "structures of a kernel, from its BTF");

int libbpf_need(struct diag *d)
{
	int r = dso_need(&libbpf, d);

	if (r < 0)
		return r;
	(void)dso_libbpf_set_print(NULL);
	return 0;
}

const struct btf_type *btf_bare(const struct btf *b, uint32_t id)
{
	for (unsigned i = 0; id && i < HOPS; i++) {
		const struct btf_type *t = dso_btf__type_by_id(b, id);

		if (!t)
			return NULL;
		switch (BTF_INFO_KIND(t->info)) {
		case BTF_KIND_TYPEDEF:
		case BTF_KIND_CONST:
		case BTF_KIND_VOLATILE:
		case BTF_KIND_RESTRICT:
		case BTF_KIND_TYPE_TAG:
			id = t->type;
			continue;
		default:
			return t;
		}
	}
	return NULL;
}
