// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * leak_vmalloc: every load leaks 10,000 bytes of vmalloc memory.
 *
 * A judge must say: failed: 12 KiB of vmalloc memory per round are left, made
 * in leak_vmalloc_init.
 */
#include <linux/init.h>
#include <linux/module.h>
#include <linux/vmalloc.h>

static int __init leak_vmalloc_init(void)
{
	if (!vmalloc(10000))
		return -ENOMEM;
	return 0;
}
module_init(leak_vmalloc_init);

static void __exit leak_vmalloc_exit(void)
{
}
module_exit(leak_vmalloc_exit);

MODULE_DESCRIPTION("bad on purpose: leak_vmalloc");
MODULE_LICENSE("GPL");
