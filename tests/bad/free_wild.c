// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * free_wild: init gives kfree() an address inside a block instead of its
 * start.
 *
 * A judge must say: failed: invalid free.
 */
#include <linux/init.h>
#include <linux/module.h>
#include <linux/slab.h>

static int __init free_wild_init(void)
{
	char *p = kmalloc(120, GFP_KERNEL);

	if (!p)
		return -ENOMEM;
	OPTIMIZER_HIDE_VAR(p);
	kfree(p + 8);
	return 0;
}
module_init(free_wild_init);

static void __exit free_wild_exit(void)
{
}
module_exit(free_wild_exit);

MODULE_DESCRIPTION("bad on purpose: free_wild");
MODULE_LICENSE("GPL");
