/* SPDX-License-Identifier: GPL-2.0-or-later */
/**
 * DOC: boot - a guest that is ready, or why it is not
 */
#ifndef LKM_LAB_BOOT_H
#define LKM_LAB_BOOT_H

#include "lab/machine.h"

/**
 * lab_boot() - start a machine, and wait until its guest is ready
 * @m: LAB_MACHINE_NONE; to be ended by the caller, whatever comes of it
 *
 * An emulated machine that gives no sign at all, no bell and no word on its
 * console, is started once more: the next one most often does.
 *
 * Return: 0 when the guest waits for its request; -ETIME; -ENOTSUP if it
 * said that it cannot work; -EIO if it died; as lab_machine_start().
 */
_must_check_ int lab_boot(struct lab_machine *m, const struct lab_start *s,
			  unsigned boot_ms, struct diag *d);

/* "/dev/kvm" may be used: it opens, and nothing speaks against it. */
bool lab_kvm_possible(const char **why_not);

/* What is remembered of KVM on this boot of the host: 1 works, 0 does not,
 * -1 nobody tried. */
int lab_kvm_known(void);
void lab_kvm_remember(bool works);

/* /proc/sys/kernel/random/boot_id, or "". */
const char *lab_boot_id(void);

#endif
