// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * left_proc: exit does not remove the /proc entry that init made.
 *
 * A judge must say: failed: /proc/left_proc is left.
 */
#include <linux/init.h>
#include <linux/module.h>
#include <linux/proc_fs.h>

static const struct proc_ops ops = { };

static int __init left_proc_init(void)
{
	if (!proc_create("left_proc", 0444, NULL, &ops))
		return -ENOMEM;
	return 0;
}
module_init(left_proc_init);

static void __exit left_proc_exit(void)
{
}
module_exit(left_proc_exit);

MODULE_DESCRIPTION("bad on purpose: left_proc");
MODULE_LICENSE("GPL");
