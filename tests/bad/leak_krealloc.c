// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * leak_krealloc: every load leaks a block that krealloc() has moved from 64 to
 * 4000 bytes.
 *
 * A judge must say: failed: 1 allocation of 4000 bytes per round is left; the
 * block of 64 bytes was freed by krealloc().
 */
#include <linux/init.h>
#include <linux/module.h>
#include <linux/slab.h>

static int __init leak_krealloc_init(void)
{
	void *p = kmalloc(64, GFP_KERNEL);
	void *q;

	if (!p)
		return -ENOMEM;
	q = krealloc(p, 4000, GFP_KERNEL);
	if (!q)
		kfree(p);
	return q ? 0 : -ENOMEM;
}
module_init(leak_krealloc_init);

static void __exit leak_krealloc_exit(void)
{
}
module_exit(leak_krealloc_exit);

MODULE_DESCRIPTION("bad on purpose: leak_krealloc");
MODULE_LICENSE("GPL");
