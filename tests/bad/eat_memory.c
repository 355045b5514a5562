// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * eat_memory: init allocates all the memory there is and keeps it.
 *
 * A judge must say: failed while inserting: out of memory (the judge itself
 * must survive, or say that the guest did not).
 */
#include <linux/gfp.h>
#include <linux/init.h>
#include <linux/mm.h>
#include <linux/module.h>

static int __init eat_memory_init(void)
{
	while (alloc_page(GFP_KERNEL))
		;
	return -ENOMEM;
}
module_init(eat_memory_init);

static void __exit eat_memory_exit(void)
{
}
module_exit(eat_memory_exit);

MODULE_DESCRIPTION("bad on purpose: eat_memory");
MODULE_LICENSE("GPL");
