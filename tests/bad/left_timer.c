// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * left_timer: exit leaves a timer armed that fires 10 ms later, in code that
 * is gone.
 *
 * A judge must say: failed: a timer of left_timer_fn was still armed after
 * removal, or an oops in an unknown address soon after.
 */
#include <linux/init.h>
#include <linux/jiffies.h>
#include <linux/module.h>
#include <linux/timer.h>

static void left_timer_fn(struct timer_list *t);
static DEFINE_TIMER(timer, left_timer_fn);

static void left_timer_fn(struct timer_list *t)
{
	mod_timer(&timer, jiffies + msecs_to_jiffies(10) + 1);
}

static int __init left_timer_init(void)
{
	mod_timer(&timer, jiffies + msecs_to_jiffies(10) + 1);
	return 0;
}
module_init(left_timer_init);

static void __exit left_timer_exit(void)
{
}
module_exit(left_timer_exit);

MODULE_DESCRIPTION("bad on purpose: left_timer");
MODULE_LICENSE("GPL");
