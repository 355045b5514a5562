// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * init_half: init registers a misc device, then fails and does not undo it.
 *
 * A judge must say: failed while inserting: EIO from init, and /dev/init_half
 * is left.
 */
#include <linux/fs.h>
#include <linux/init.h>
#include <linux/miscdevice.h>
#include <linux/module.h>

static const struct file_operations fops = {
	.owner = THIS_MODULE,
};

static struct miscdevice misc = {
	.minor = MISC_DYNAMIC_MINOR,
	.name = "init_half",
	.fops = &fops,
};

static int __init init_half_init(void)
{
	int err = misc_register(&misc);

	return err ? err : -EIO;
}
module_init(init_half_init);

static void __exit init_half_exit(void)
{
}
module_exit(init_half_exit);

MODULE_DESCRIPTION("bad on purpose: init_half");
MODULE_LICENSE("GPL");
