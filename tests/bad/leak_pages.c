// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * leak_pages: every load leaks four pages from alloc_pages().
 *
 * A judge must say: failed: 4 pages (order 2) per round are left, made for
 * leak_pages_init.
 */
#include <linux/gfp.h>
#include <linux/init.h>
#include <linux/mm.h>
#include <linux/module.h>

static int __init leak_pages_init(void)
{
	if (!alloc_pages(GFP_KERNEL, 2))
		return -ENOMEM;
	return 0;
}
module_init(leak_pages_init);

static void __exit leak_pages_exit(void)
{
}
module_exit(leak_pages_exit);

MODULE_DESCRIPTION("bad on purpose: leak_pages");
MODULE_LICENSE("GPL");
