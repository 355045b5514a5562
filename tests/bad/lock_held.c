// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * lock_held: init returns with a spinlock held.
 *
 * A judge must say: failed while inserting: preemption count wrong after init
 * (the kernel warns and repairs it).
 */
#include <linux/init.h>
#include <linux/module.h>
#include <linux/spinlock.h>

static DEFINE_SPINLOCK(lock);

static int __init lock_held_init(void)
{
	spin_lock(&lock);
	return 0;
}
module_init(lock_held_init);

static void __exit lock_held_exit(void)
{
}
module_exit(lock_held_exit);

MODULE_DESCRIPTION("bad on purpose: lock_held");
MODULE_LICENSE("GPL");
