// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * overrun_slack: init writes 4 bytes past the end of a kmalloc block of 120
 * bytes, into what is left of its slot of 128.
 *
 * A judge must say: failed on 6.2 and later (kmalloc redzone overwritten);
 * before that a stock kernel cannot see it, and the judge passes it.
 */
#include <linux/init.h>
#include <linux/module.h>
#include <linux/slab.h>
#include <linux/string.h>

static char *block;

static int __init overrun_slack_init(void)
{
	block = kmalloc(120, GFP_KERNEL);
	if (!block)
		return -ENOMEM;
	OPTIMIZER_HIDE_VAR(block);
	memset(block, 'x', 124);
	return 0;
}
module_init(overrun_slack_init);

static void __exit overrun_slack_exit(void)
{
	kfree(block);
}
module_exit(overrun_slack_exit);

MODULE_DESCRIPTION("bad on purpose: overrun_slack");
MODULE_LICENSE("GPL");
