// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * halt_init: init halts the machine: processors stop, power stays on.
 *
 * A judge must say: failed while inserting: the guest stopped.
 */
#include <linux/init.h>
#include <linux/module.h>
#include <linux/reboot.h>

static int __init halt_init_init(void)
{
	kernel_halt();
	return 0;
}
module_init(halt_init_init);

static void __exit halt_init_exit(void)
{
}
module_exit(halt_init_exit);

MODULE_DESCRIPTION("bad on purpose: halt_init");
MODULE_LICENSE("GPL");
