// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * loop_irqoff: init never returns: an endless loop with interrupts off, so
 * that the whole (one-processor) machine stands still.
 *
 * A judge must say: failed: the guest stopped while inserting; only the host
 * can see it.
 */
#include <linux/init.h>
#include <linux/irqflags.h>
#include <linux/module.h>

static int __init loop_irqoff_init(void)
{
	local_irq_disable();
	for (;;)
		cpu_relax();
	return 0;
}
module_init(loop_irqoff_init);

static void __exit loop_irqoff_exit(void)
{
}
module_exit(loop_irqoff_exit);

MODULE_DESCRIPTION("bad on purpose: loop_irqoff");
MODULE_LICENSE("GPL");
