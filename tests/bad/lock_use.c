// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * lock_use: a write to /dev/lock_use that is too long returns with a spinlock
 * held.
 *
 * A judge must say: passed without use; with one that a lock was still held
 * when lock_use_write() returned to user space. The kernel sees it at the next
 * switch of tasks, and only if it counts (CONFIG_PREEMPT_COUNT).
 */
#include <linux/fs.h>
#include <linux/init.h>
#include <linux/miscdevice.h>
#include <linux/module.h>
#include <linux/spinlock.h>

static DEFINE_SPINLOCK(lock);

static ssize_t lock_use_write(struct file *f, const char __user *buf,
			      size_t n, loff_t *pos)
{
	spin_lock(&lock);
	if (n > 4)
		return -EINVAL;
	spin_unlock(&lock);
	return n;
}

static const struct file_operations fops = {
	.owner = THIS_MODULE,
	.write = lock_use_write,
};

static struct miscdevice misc = {
	.minor = MISC_DYNAMIC_MINOR,
	.name = "lock_use",
	.fops = &fops,
};

static int __init lock_use_init(void)
{
	return misc_register(&misc);
}
module_init(lock_use_init);

static void __exit lock_use_exit(void)
{
	misc_deregister(&misc);
}
module_exit(lock_use_exit);

MODULE_DESCRIPTION("bad on purpose: lock_use");
MODULE_LICENSE("GPL");
