// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * sleep_hidden: init takes a mutex while it holds a spinlock; nobody else
 * holds the mutex, so it does not really sleep.
 *
 * A judge must say: passed: without CONFIG_DEBUG_ATOMIC_SLEEP no stock kernel
 * can see it. With that option: failed, sleeping function called from invalid
 * context.
 */
#include <linux/init.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/spinlock.h>

static DEFINE_SPINLOCK(lock);
static DEFINE_MUTEX(mutex);

static int __init sleep_hidden_init(void)
{
	spin_lock(&lock);
	mutex_lock(&mutex);
	mutex_unlock(&mutex);
	spin_unlock(&lock);
	return 0;
}
module_init(sleep_hidden_init);

static void __exit sleep_hidden_exit(void)
{
}
module_exit(sleep_hidden_exit);

MODULE_DESCRIPTION("bad on purpose: sleep_hidden");
MODULE_LICENSE("GPL");
