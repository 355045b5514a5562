/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Other machines: see arch.h. */
#include "lab/arch.h"

#include <stddef.h>

/*
 * The kernel may put modules anywhere within 2 GiB, as it does on real
 * machines, so that branches to it go by way of a .plt. Nobody can ask a guest
 * that hangs where it is (there is no NMI), so that it has to notice by itself.
 */
const struct lab_arch lab_arm64 = {
	.qemu = "qemu-system-aarch64",
	.machine = "virt,memory-backend=ram",
	.cpu = "max,pauth-impdef=on",
	.parameters = "console=ttyAMA0 quiet loglevel=3 panic=-1 "
		      "printk.devkmsg=on cryptomgr.notests random.trust_cpu=on "
		      "softlockup_panic=1",
};
