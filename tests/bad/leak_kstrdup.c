// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * leak_kstrdup: every load leaks a string from kstrdup(), which allocates in
 * the name of its caller.
 *
 * A judge must say: failed: 1 allocation of 26 bytes per round is left, made
 * in leak_kstrdup_init.
 */
#include <linux/init.h>
#include <linux/module.h>
#include <linux/slab.h>
#include <linux/string.h>

static char *copy;

static int __init leak_kstrdup_init(void)
{
	copy = kstrdup("a string that nobody frees", GFP_KERNEL);
	return copy ? 0 : -ENOMEM;
}
module_init(leak_kstrdup_init);

static void __exit leak_kstrdup_exit(void)
{
}
module_exit(leak_kstrdup_exit);

MODULE_DESCRIPTION("bad on purpose: leak_kstrdup");
MODULE_LICENSE("GPL");
