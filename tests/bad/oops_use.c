// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * oops_use: a write to the device /dev/oops_use goes through a NULL pointer.
 *
 * A judge must say: passed without use; failed in the use stage with one.
 */
#include <linux/fs.h>
#include <linux/init.h>
#include <linux/miscdevice.h>
#include <linux/module.h>

static ssize_t oops_use_write(struct file *f, const char __user *buf,
			      size_t n, loff_t *pos)
{
	int *p = NULL;

	OPTIMIZER_HIDE_VAR(p);
	*p = 1;
	return n;
}

static const struct file_operations fops = {
	.owner = THIS_MODULE,
	.write = oops_use_write,
};

static struct miscdevice misc = {
	.minor = MISC_DYNAMIC_MINOR,
	.name = "oops_use",
	.fops = &fops,
};

static int __init oops_use_init(void)
{
	return misc_register(&misc);
}
module_init(oops_use_init);

static void __exit oops_use_exit(void)
{
	misc_deregister(&misc);
}
module_exit(oops_use_exit);

MODULE_DESCRIPTION("bad on purpose: oops_use");
MODULE_LICENSE("GPL");
