// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * overrun: init writes 8 bytes past the end of a kmalloc block of 128 bytes,
 * and frees it properly at exit.
 *
 * A judge must say: failed: write past the end of an allocation (redzone
 * overwritten).
 */
#include <linux/init.h>
#include <linux/module.h>
#include <linux/slab.h>
#include <linux/string.h>

static char *block;

static int __init overrun_init(void)
{
	block = kmalloc(128, GFP_KERNEL);
	if (!block)
		return -ENOMEM;
	OPTIMIZER_HIDE_VAR(block);
	memset(block, 'x', 136);
	return 0;
}
module_init(overrun_init);

static void __exit overrun_exit(void)
{
	kfree(block);
}
module_exit(overrun_exit);

MODULE_DESCRIPTION("bad on purpose: overrun");
MODULE_LICENSE("GPL");
