// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * sleep_timer: a timer function sleeps.
 *
 * A judge must say: failed: scheduling while atomic, in sleep_timer_fn (the
 * machine may not survive it).
 */
#include <linux/delay.h>
#include <linux/init.h>
#include <linux/jiffies.h>
#include <linux/module.h>
#include <linux/timer.h>

static void sleep_timer_fn(struct timer_list *t)
{
	msleep(20);
}
static DEFINE_TIMER(timer, sleep_timer_fn);

static int __init sleep_timer_init(void)
{
	mod_timer(&timer, jiffies + 1);
	return 0;
}
module_init(sleep_timer_init);

static void __exit sleep_timer_exit(void)
{
	timer_delete_sync(&timer);
}
module_exit(sleep_timer_exit);

MODULE_DESCRIPTION("bad on purpose: sleep_timer");
MODULE_LICENSE("GPL");
