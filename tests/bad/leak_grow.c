// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * leak_grow: a work item that runs every 10 ms leaks 40 bytes each time; exit
 * stops it cleanly.
 *
 * A judge must say: failed: several allocations of 40 bytes are left, made in
 * leak_grow_fn, more of them the longer it stays loaded.
 */
#include <linux/init.h>
#include <linux/module.h>
#include <linux/slab.h>
#include <linux/workqueue.h>

static void leak_grow_fn(struct work_struct *w);
static DECLARE_DELAYED_WORK(work, leak_grow_fn);

static void leak_grow_fn(struct work_struct *w)
{
	if (kmalloc(40, GFP_KERNEL))
		schedule_delayed_work(&work, msecs_to_jiffies(10));
}

static int __init leak_grow_init(void)
{
	schedule_delayed_work(&work, 0);
	return 0;
}
module_init(leak_grow_init);

static void __exit leak_grow_exit(void)
{
	cancel_delayed_work_sync(&work);
}
module_exit(leak_grow_exit);

MODULE_DESCRIPTION("bad on purpose: leak_grow");
MODULE_LICENSE("GPL");
