// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * left_region: exit does not give back the char device numbers that init took.
 *
 * A judge must say: failed: a line "left_region" stays in /proc/devices.
 */
#include <linux/fs.h>
#include <linux/init.h>
#include <linux/module.h>

static dev_t number;

static int __init left_region_init(void)
{
	return alloc_chrdev_region(&number, 0, 1, "left_region");
}
module_init(left_region_init);

static void __exit left_region_exit(void)
{
}
module_exit(left_region_exit);

MODULE_DESCRIPTION("bad on purpose: left_region");
MODULE_LICENSE("GPL");
