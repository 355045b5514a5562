// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * left_irq: exit does not free the interrupt that init requested.
 *
 * A judge must say: failed: left_irq stays in /proc/interrupts.
 */
#include <linux/init.h>
#include <linux/interrupt.h>
#include <linux/module.h>

static int cookie;

static irqreturn_t left_irq_fn(int irq, void *data)
{
	return IRQ_NONE;
}

static int __init left_irq_init(void)
{
	/* Line 5 has no device in the machine that the tests use. */
	return request_irq(5, left_irq_fn, IRQF_SHARED, "left_irq", &cookie);
}
module_init(left_irq_init);

static void __exit left_irq_exit(void)
{
}
module_exit(left_irq_exit);

MODULE_DESCRIPTION("bad on purpose: left_irq");
MODULE_LICENSE("GPL");
