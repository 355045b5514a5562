// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * leak_big: every load leaks 100,000 bytes from kmalloc(), which takes whole
 * pages for that size.
 *
 * A judge must say: failed: 1 allocation of 100000 bytes per round is left,
 * made in leak_big_init.
 */
#include <linux/init.h>
#include <linux/module.h>
#include <linux/slab.h>

static int __init leak_big_init(void)
{
	if (!kmalloc(100000, GFP_KERNEL))
		return -ENOMEM;
	return 0;
}
module_init(leak_big_init);

static void __exit leak_big_exit(void)
{
}
module_exit(leak_big_exit);

MODULE_DESCRIPTION("bad on purpose: leak_big");
MODULE_LICENSE("GPL");
