// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * no_owner: the operations of its device have no owner, so it can be removed
 * while somebody reads; and who reads /dev/no_owner waits for ever.
 *
 * A judge must say: passed without use; failed with one: the test does not
 * end, and is a process that stays behind when the module is gone.
 */
#include <linux/fs.h>
#include <linux/init.h>
#include <linux/miscdevice.h>
#include <linux/module.h>
#include <linux/wait.h>

static DECLARE_WAIT_QUEUE_HEAD(queue);
static bool data;

static ssize_t no_owner_read(struct file *f, char __user *buf, size_t n,
			     loff_t *pos)
{
	wait_event(queue, READ_ONCE(data));
	return 0;
}

static const struct file_operations fops = {
	.read = no_owner_read,
};

static struct miscdevice misc = {
	.minor = MISC_DYNAMIC_MINOR,
	.name = "no_owner",
	.fops = &fops,
};

static int __init no_owner_init(void)
{
	return misc_register(&misc);
}
module_init(no_owner_init);

static void __exit no_owner_exit(void)
{
	misc_deregister(&misc);
}
module_exit(no_owner_exit);

MODULE_DESCRIPTION("bad on purpose: no_owner");
MODULE_LICENSE("GPL");
