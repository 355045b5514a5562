/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Everything that an unpacked image says: see learn.h. */
#include "kern/learn.h"

#include <errno.h>
#include <string.h>

int kern_learn(const struct ko *ko, struct facts_draft *f, struct diag *d)
{
	struct vmlinux *v = malloc(sizeof(*v));

	if (!v)
		return diag_fail(d, ENOMEM, "out of memory");
	vmlinux_init(ko, v);
	f->info.machine = ko->machine;
	f->info.be = ko->be;
	f->info.is64 = ko->is64;
	(void)facts_text(f, "");
	learn_words(v, f);
	learn_exports(v, f);
	if (!f->info.banner && f->info.no_exports) {
		free(v);
		return diag_fail(
			d, EBADMSG,
			"this is no kernel: it has neither a banner ('Linux version ...') nor exported symbols");
	}
	learn_lines(v, f);
	learn_types(v, f);
	learn_keys(v, f);
	learn_taken(v, f);
	free(v);
	return 0;
}
