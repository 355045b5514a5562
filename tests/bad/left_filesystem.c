// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * left_filesystem: exit does not unregister the filesystem that init
 * registered.
 *
 * A judge must say: failed: left_filesystem stays in /proc/filesystems
 * (reading that file afterwards may oops).
 */
#include <linux/fs.h>
#include <linux/init.h>
#include <linux/module.h>

static struct file_system_type type = {
	.owner = THIS_MODULE,
	.name = "left_filesystem",
};

static int __init left_filesystem_init(void)
{
	return register_filesystem(&type);
}
module_init(left_filesystem_init);

static void __exit left_filesystem_exit(void)
{
}
module_exit(left_filesystem_exit);

MODULE_DESCRIPTION("bad on purpose: left_filesystem");
MODULE_LICENSE("GPL");
