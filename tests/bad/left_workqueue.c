// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * left_workqueue: exit does not destroy the workqueue that init made.
 *
 * A judge must say: failed: the workqueue left_workqueue is left (its rescuer
 * thread and its memory show it).
 */
#include <linux/init.h>
#include <linux/module.h>
#include <linux/workqueue.h>

static struct workqueue_struct *wq;

static int __init left_workqueue_init(void)
{
	wq = alloc_workqueue("left_workqueue", WQ_UNBOUND | WQ_MEM_RECLAIM,
			     0);
	return wq ? 0 : -ENOMEM;
}
module_init(left_workqueue_init);

static void __exit left_workqueue_exit(void)
{
}
module_exit(left_workqueue_exit);

MODULE_DESCRIPTION("bad on purpose: left_workqueue");
MODULE_LICENSE("GPL");
