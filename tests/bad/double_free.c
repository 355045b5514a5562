// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * double_free: init frees a kmalloc block twice.
 *
 * A judge must say: failed: double free (object already free, or a kernel
 * BUG).
 */
#include <linux/init.h>
#include <linux/module.h>
#include <linux/slab.h>

static int __init double_free_init(void)
{
	char *p = kmalloc(120, GFP_KERNEL);

	if (!p)
		return -ENOMEM;
	kfree(p);
	OPTIMIZER_HIDE_VAR(p);
	kfree(p);
	return 0;
}
module_init(double_free_init);

static void __exit double_free_exit(void)
{
}
module_exit(double_free_exit);

MODULE_DESCRIPTION("bad on purpose: double_free");
MODULE_LICENSE("GPL");
