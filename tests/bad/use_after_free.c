// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * use_after_free: init writes to a kmalloc block that it has just freed.
 *
 * A judge must say: failed: write to freed memory (poison overwritten).
 */
#include <linux/init.h>
#include <linux/module.h>
#include <linux/slab.h>

static int __init use_after_free_init(void)
{
	char *p = kmalloc(120, GFP_KERNEL);

	if (!p)
		return -ENOMEM;
	kfree(p);
	OPTIMIZER_HIDE_VAR(p);
	p[64] = 'x';
	return 0;
}
module_init(use_after_free_init);

static void __exit use_after_free_exit(void)
{
}
module_exit(use_after_free_exit);

MODULE_DESCRIPTION("bad on purpose: use_after_free");
MODULE_LICENSE("GPL");
