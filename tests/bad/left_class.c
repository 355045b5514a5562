// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * left_class: exit does not destroy the device class that init made.
 *
 * A judge must say: failed: /sys/class/left_class is left.
 */
#include <linux/device.h>
#include <linux/device/class.h>
#include <linux/err.h>
#include <linux/init.h>
#include <linux/module.h>
#include <linux/version.h>

#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 4, 0)
#define CLASS_CREATE(name) class_create(THIS_MODULE, name)
#else
#define CLASS_CREATE(name) class_create(name)
#endif

static struct class *class;

static int __init left_class_init(void)
{
	class = CLASS_CREATE("left_class");
	return PTR_ERR_OR_ZERO(class);
}
module_init(left_class_init);

static void __exit left_class_exit(void)
{
}
module_exit(left_class_exit);

MODULE_DESCRIPTION("bad on purpose: left_class");
MODULE_LICENSE("GPL");
