// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * unlink_self: init takes the module off the kernel's list of modules, as
 * hiding modules do.
 *
 * A judge must say: failed: loaded, but not in /proc/modules; it cannot be
 * removed.
 */
#include <linux/init.h>
#include <linux/list.h>
#include <linux/module.h>

static int __init unlink_self_init(void)
{
	list_del_init(&THIS_MODULE->list);
	return 0;
}
module_init(unlink_self_init);

static void __exit unlink_self_exit(void)
{
}
module_exit(unlink_self_exit);

MODULE_DESCRIPTION("bad on purpose: unlink_self");
MODULE_LICENSE("GPL");
