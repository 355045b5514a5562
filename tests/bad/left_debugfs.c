// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * left_debugfs: exit does not remove the debugfs directory that init made.
 *
 * A judge must say: failed: /sys/kernel/debug/left_debugfs is left.
 */
#include <linux/debugfs.h>
#include <linux/init.h>
#include <linux/module.h>

static struct dentry *dir;

static int __init left_debugfs_init(void)
{
	dir = debugfs_create_dir("left_debugfs", NULL);
	return 0;
}
module_init(left_debugfs_init);

static void __exit left_debugfs_exit(void)
{
}
module_exit(left_debugfs_exit);

MODULE_DESCRIPTION("bad on purpose: left_debugfs");
MODULE_LICENSE("GPL");
