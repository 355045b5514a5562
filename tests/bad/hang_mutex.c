// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * hang_mutex: init takes a mutex twice.
 *
 * A judge must say: failed: insert sleeps for ever, uninterruptible (state D),
 * in mutex_lock() called by hang_mutex_init.
 */
#include <linux/init.h>
#include <linux/module.h>
#include <linux/mutex.h>

static DEFINE_MUTEX(lock);

static int __init hang_mutex_init(void)
{
	mutex_lock(&lock);
	mutex_lock(&lock);
	mutex_unlock(&lock);
	return 0;
}
module_init(hang_mutex_init);

static void __exit hang_mutex_exit(void)
{
}
module_exit(hang_mutex_exit);

MODULE_DESCRIPTION("bad on purpose: hang_mutex");
MODULE_LICENSE("GPL");
