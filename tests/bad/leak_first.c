// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * leak_first: only the first load leaks: a table is published in a pointer
 * that outlives the module, and later loads find it there.
 *
 * A judge must say: a note or a failure in the first round, nothing in later
 * rounds; not the words of a leak per round.
 */
#include <linux/init.h>
#include <linux/module.h>
#include <linux/sched.h>
#include <linux/sched/task.h>
#include <linux/slab.h>

/* The idle task never uses its journal_info. */

static int __init leak_first_init(void)
{
	if (init_task.journal_info)
		return 0;
	init_task.journal_info = kzalloc(321, GFP_KERNEL);
	return init_task.journal_info ? 0 : -ENOMEM;
}
module_init(leak_first_init);

static void __exit leak_first_exit(void)
{
}
module_exit(leak_first_exit);

MODULE_DESCRIPTION("bad on purpose: leak_first");
MODULE_LICENSE("GPL");
