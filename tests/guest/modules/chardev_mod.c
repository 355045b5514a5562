/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A device that is open for as long as somebody likes: /dev/chardev_mod. */
#include <linux/fs.h>
#include <linux/miscdevice.h>
#include <linux/module.h>

static const struct file_operations chardev_fops = {
	.owner = THIS_MODULE,
};

static struct miscdevice chardev = {
	.minor = MISC_DYNAMIC_MINOR,
	.name = "chardev_mod",
	.fops = &chardev_fops,
};

module_misc_device(chardev);
MODULE_DESCRIPTION("a device to hold open");
MODULE_LICENSE("GPL");
