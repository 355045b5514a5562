// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * sleep_atomic: init sleeps while it holds a spinlock.
 *
 * A judge must say: failed while inserting: scheduling while atomic.
 */
#include <linux/delay.h>
#include <linux/init.h>
#include <linux/module.h>
#include <linux/spinlock.h>

static DEFINE_SPINLOCK(lock);

static int __init sleep_atomic_init(void)
{
	spin_lock(&lock);
	msleep(20);
	spin_unlock(&lock);
	return 0;
}
module_init(sleep_atomic_init);

static void __exit sleep_atomic_exit(void)
{
}
module_exit(sleep_atomic_exit);

MODULE_DESCRIPTION("bad on purpose: sleep_atomic");
MODULE_LICENSE("GPL");
