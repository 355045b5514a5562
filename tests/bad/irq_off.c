// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * irq_off: init returns with interrupts switched off.
 *
 * A judge must say: failed while inserting: the kernel warns, or interrupts
 * were left disabled by init.
 */
#include <linux/init.h>
#include <linux/irqflags.h>
#include <linux/module.h>

static int __init irq_off_init(void)
{
	local_irq_disable();
	return 0;
}
module_init(irq_off_init);

static void __exit irq_off_exit(void)
{
}
module_exit(irq_off_exit);

MODULE_DESCRIPTION("bad on purpose: irq_off");
MODULE_LICENSE("GPL");
