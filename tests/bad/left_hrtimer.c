// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * left_hrtimer: exit leaves a high-resolution timer armed that would fire an
 * hour later.
 *
 * A judge must say: failed: an hrtimer of left_hrtimer_fn was still armed
 * after removal.
 */
#include <linux/hrtimer.h>
#include <linux/init.h>
#include <linux/ktime.h>
#include <linux/module.h>
#include <linux/version.h>

static struct hrtimer timer;

static enum hrtimer_restart left_hrtimer_fn(struct hrtimer *t)
{
	return HRTIMER_NORESTART;
}

static int __init left_hrtimer_init(void)
{
#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 13, 0)
	hrtimer_init(&timer, CLOCK_MONOTONIC, HRTIMER_MODE_REL);
	timer.function = left_hrtimer_fn;
#else
	hrtimer_setup(&timer, left_hrtimer_fn, CLOCK_MONOTONIC,
		      HRTIMER_MODE_REL);
#endif
	hrtimer_start(&timer, ktime_set(3600, 0), HRTIMER_MODE_REL);
	return 0;
}
module_init(left_hrtimer_init);

static void __exit left_hrtimer_exit(void)
{
}
module_exit(left_hrtimer_exit);

MODULE_DESCRIPTION("bad on purpose: left_hrtimer");
MODULE_LICENSE("GPL");
