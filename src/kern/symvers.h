/* SPDX-License-Identifier: GPL-2.0-or-later */
/**
 * DOC: symvers - Module.symvers, what a kernel's build exported
 *
 *	0xd7d280ad <tab> name <tab> vmlinux <tab> EXPORT_SYMBOL_GPL <tab> NS
 *
 * The file comes with the headers that modules are built against.
 */
#ifndef LKM_KERN_SYMVERS_H
#define LKM_KERN_SYMVERS_H

#include "base/diag.h"
#include "base/macros.h"
#include "kern/facts.h"

/**
 * symvers_learn() - read one, raw or compressed
 * @kernel:  gets the exports of vmlinux; NULL: leave them out
 * @modules: gets those of modules; NULL: leave them out
 *
 * A line that is none is left out. A kernel built without versions has 0 as
 * every CRC.
 *
 * Return: 0; the errno of reading it; -EFBIG; -EBADMSG; -ENOPKG; -ENOMEM.
 */
_must_check_ int symvers_learn(const char *path, struct facts_draft *kernel,
			       struct facts_draft *modules, struct diag *d);

#endif
