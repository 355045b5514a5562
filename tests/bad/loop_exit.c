// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * loop_exit: exit never returns: an endless loop.
 *
 * A judge must say: failed: no end of remove within the time limit; the stack
 * shows loop_exit_exit.
 */
#include <linux/init.h>
#include <linux/module.h>
#include <linux/sched.h>

static int __init loop_exit_init(void)
{
	return 0;
}
module_init(loop_exit_init);

static void __exit loop_exit_exit(void)
{
	for (;;)
		cpu_relax();
}
module_exit(loop_exit_exit);

MODULE_DESCRIPTION("bad on purpose: loop_exit");
MODULE_LICENSE("GPL");
