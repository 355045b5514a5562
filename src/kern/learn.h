/* SPDX-License-Identifier: GPL-2.0-or-later */
/**
 * DOC: learn - everything that an unpacked image says
 *
 * Each of these looks for one kind of thing and adds it to the draft. The
 * image is not trusted; what cannot be made out is left unknown, with the
 * reason. Running out of memory leaves a part of the draft failed.
 */
#ifndef LKM_KERN_LEARN_H
#define LKM_KERN_LEARN_H

#include "base/diag.h"
#include "base/macros.h"
#include "kern/facts.h"
#include "kern/vmlinux.h"

/**
 * kern_learn() - all of it
 * @f: zeroed; facts_draft_fini() it, also on failure; borrows from @ko
 *
 * Return: 0; -EBADMSG if it is no kernel: neither tables nor a banner;
 * -ENOMEM.
 */
_must_check_ int kern_learn(const struct ko *ko, struct facts_draft *f,
			    struct diag *d);

/* Banner, release, vermagic, the configuration in the image. */
void learn_words(const struct vmlinux *v, struct facts_draft *f);

/* __ksymtab and what goes with it; sorted and with a table to find them. */
void learn_exports(const struct vmlinux *v, struct facts_draft *f);

/* What printk() may say. */
void learn_lines(const struct vmlinux *v, struct facts_draft *f);

/* .BTF: struct module, sizes of all structures. */
void learn_types(const struct vmlinux *v, struct facts_draft *f);

/* X.509 certificates. */
void learn_keys(const struct vmlinux *v, struct facts_draft *f);

/* Built-in modules that have a folder in /sys/module. */
void learn_taken(const struct vmlinux *v, struct facts_draft *f);

#endif
