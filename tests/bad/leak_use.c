// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * leak_use: every write to the device /dev/leak_use leaks a copy of what was
 * written.
 *
 * A judge must say: passed without use; failed with one: 1 allocation per
 * write is left, made for leak_use_write.
 */
#include <linux/err.h>
#include <linux/fs.h>
#include <linux/init.h>
#include <linux/miscdevice.h>
#include <linux/module.h>
#include <linux/string.h>

static ssize_t leak_use_write(struct file *f, const char __user *buf,
			      size_t n, loff_t *pos)
{
	char *copy = memdup_user(buf, min_t(size_t, n, 1000));

	return IS_ERR(copy) ? PTR_ERR(copy) : n;
}

static const struct file_operations fops = {
	.owner = THIS_MODULE,
	.write = leak_use_write,
};

static struct miscdevice misc = {
	.minor = MISC_DYNAMIC_MINOR,
	.name = "leak_use",
	.fops = &fops,
};

static int __init leak_use_init(void)
{
	return misc_register(&misc);
}
module_init(leak_use_init);

static void __exit leak_use_exit(void)
{
	misc_deregister(&misc);
}
module_exit(leak_use_exit);

MODULE_DESCRIPTION("bad on purpose: leak_use");
MODULE_LICENSE("GPL");
