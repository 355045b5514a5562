/* SPDX-License-Identifier: GPL-2.0-or-later */
/**
 * DOC: boot - wait for a guest to be ready, and say why it is not
 */
#ifndef LKM_LAB_BOOT_H
#define LKM_LAB_BOOT_H

#include "lab/machine.h"

/*
 * Return: 0 when the guest waits for its request; -ETIME; -ENOTSUP if it
 * said that it cannot work; -EIO if it died; -EINTR. The machine goes on.
 */
_must_check_ int lab_boot_wait(struct lab_machine *m,
			       const struct lab_config *c, unsigned boot_ms,
			       struct diag *d);

/* "/dev/kvm" may be used: it opens, and nothing speaks against it. */
bool lab_kvm_possible(const char **why_not);

/* What is remembered of KVM on this boot of the host: 1 works, 0 does not,
 * -1 nobody tried. */
int lab_kvm_known(void);
void lab_kvm_remember(bool works);

/* /proc/sys/kernel/random/boot_id, or "". */
const char *lab_boot_id(void);

#endif
