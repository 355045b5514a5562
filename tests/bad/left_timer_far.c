// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * left_timer_far: exit leaves a timer armed that would fire an hour later.
 *
 * A judge must say: failed: a timer of left_timer_far_fn was still armed after
 * removal; nothing else ever shows it.
 */
#include <linux/init.h>
#include <linux/jiffies.h>
#include <linux/module.h>
#include <linux/timer.h>

static void left_timer_far_fn(struct timer_list *t)
{
}
static DEFINE_TIMER(timer, left_timer_far_fn);

static int __init left_timer_far_init(void)
{
	mod_timer(&timer, jiffies + 3600 * HZ);
	return 0;
}
module_init(left_timer_far_init);

static void __exit left_timer_far_exit(void)
{
}
module_exit(left_timer_far_exit);

MODULE_DESCRIPTION("bad on purpose: left_timer_far");
MODULE_LICENSE("GPL");
