// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * left_work: exit leaves delayed work queued that runs 10 ms later, in code
 * that is gone.
 *
 * A judge must say: failed: work left_work_fn was still pending after removal,
 * or an oops at a bad address soon after.
 */
#include <linux/init.h>
#include <linux/module.h>
#include <linux/workqueue.h>

static void left_work_fn(struct work_struct *w);
static DECLARE_DELAYED_WORK(work, left_work_fn);

static void left_work_fn(struct work_struct *w)
{
	schedule_delayed_work(&work, msecs_to_jiffies(10) + 1);
}

static int __init left_work_init(void)
{
	schedule_delayed_work(&work, msecs_to_jiffies(10) + 1);
	return 0;
}
module_init(left_work_init);

static void __exit left_work_exit(void)
{
}
module_exit(left_work_exit);

MODULE_DESCRIPTION("bad on purpose: left_work");
MODULE_LICENSE("GPL");
