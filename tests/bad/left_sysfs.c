// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * left_sysfs: exit does not remove the directory /sys/kernel/left_sysfs that
 * init made.
 *
 * A judge must say: failed: /sys/kernel/left_sysfs is left (and its memory,
 * made for left_sysfs_init).
 */
#include <linux/init.h>
#include <linux/kobject.h>
#include <linux/module.h>
#include <linux/sysfs.h>

static struct kobject *kobj;

static int __init left_sysfs_init(void)
{
	kobj = kobject_create_and_add("left_sysfs", kernel_kobj);
	return kobj ? 0 : -ENOMEM;
}
module_init(left_sysfs_init);

static void __exit left_sysfs_exit(void)
{
}
module_exit(left_sysfs_exit);

MODULE_DESCRIPTION("bad on purpose: left_sysfs");
MODULE_LICENSE("GPL");
