// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * loop_init: init never returns: an endless loop that the scheduler can still
 * interrupt.
 *
 * A judge must say: failed: no end of insert within the time limit; the stack
 * shows loop_init_init.
 */
#include <linux/init.h>
#include <linux/module.h>
#include <linux/sched.h>

static int __init loop_init_init(void)
{
	for (;;)
		cpu_relax();
	return 0;
}
module_init(loop_init_init);

static void __exit loop_init_exit(void)
{
}
module_exit(loop_init_exit);

MODULE_DESCRIPTION("bad on purpose: loop_init");
MODULE_LICENSE("GPL");
