/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Everything that an unpacked image says: see learn.h. */
#include "kern/learn.h"

#include <errno.h>
#include <string.h>

/* Return: 0; -EBADMSG: this is no kernel. */
static int learn_all(const struct vmlinux *v, struct facts_draft *f,
		     struct diag *d)
{
	f->info.machine = v->machine;
	f->info.be = v->ko->be;
	f->info.is64 = v->word == 8;
	(void)facts_text(f, "");
	learn_words(v, f);
	learn_exports(v, f);
	if (!f->info.banner && f->info.no_exports)
		return diag_fail(
			d, EBADMSG,
			"this is no kernel: it has neither a banner ('Linux version ...') nor exported symbols");
	learn_lines(v, f);
	learn_types(v, f);
	learn_keys(v, f);
	learn_taken(v, f);
	return 0;
}

int kern_learn(const struct ko *ko, struct facts_draft *f, struct diag *d)
{
	struct vmlinux *v = malloc(sizeof(*v));
	int r;

	if (!v)
		return diag_fail(d, ENOMEM, "out of memory");
	r = vmlinux_init(ko, v);
	if (r < 0)
		diag_fail(d, -r, "out of memory");
	else
		r = learn_all(v, f, d);
	vmlinux_fini(v);
	free(v);
	return r;
}
