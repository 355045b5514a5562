// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * left_misc: exit does not deregister the misc device that init registered.
 *
 * A judge must say: failed: /dev/left_misc is left; the second load fails with
 * EEXIST after a sysfs complaint, or oopses.
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
	.name = "left_misc",
	.fops = &fops,
};

static int __init left_misc_init(void)
{
	return misc_register(&misc);
}
module_init(left_misc_init);

static void __exit left_misc_exit(void)
{
}
module_exit(left_misc_exit);

MODULE_DESCRIPTION("bad on purpose: left_misc");
MODULE_LICENSE("GPL");
