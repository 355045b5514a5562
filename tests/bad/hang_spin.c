// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * hang_spin: init takes a spinlock twice with interrupts off.
 *
 * A judge must say: failed: the guest stopped while inserting; only the host
 * can see it.
 */
#include <linux/init.h>
#include <linux/module.h>
#include <linux/spinlock.h>

static DEFINE_SPINLOCK(lock);

static int __init hang_spin_init(void)
{
	spin_lock_irq(&lock);
	spin_lock_irq(&lock);
	spin_unlock_irq(&lock);
	return 0;
}
module_init(hang_spin_init);

static void __exit hang_spin_exit(void)
{
}
module_exit(hang_spin_exit);

MODULE_DESCRIPTION("bad on purpose: hang_spin");
MODULE_LICENSE("GPL");
