// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * leak_kmalloc: every load leaks 123 bytes of kmalloc memory.
 *
 * A judge must say: failed: 1 allocation of 123 bytes per round is left, made
 * in leak_kmalloc_init.
 */
#include <linux/init.h>
#include <linux/module.h>
#include <linux/slab.h>

static int __init leak_kmalloc_init(void)
{
	if (!kmalloc(123, GFP_KERNEL))
		return -ENOMEM;
	return 0;
}
module_init(leak_kmalloc_init);

static void __exit leak_kmalloc_exit(void)
{
}
module_exit(leak_kmalloc_exit);

MODULE_DESCRIPTION("bad on purpose: leak_kmalloc");
MODULE_LICENSE("GPL");
