// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * leak_kasprintf: every load leaks a string from kasprintf(), whose allocation
 * is made inside the kernel.
 *
 * A judge must say: failed: 1 allocation per round is left, made for
 * leak_kasprintf_init.
 */
#include <linux/init.h>
#include <linux/kernel.h>
#include <linux/module.h>
#include <linux/slab.h>

static char *copy;

static int __init leak_kasprintf_init(void)
{
	copy = kasprintf(GFP_KERNEL, "%s at %d", "formatted", 42);
	return copy ? 0 : -ENOMEM;
}
module_init(leak_kasprintf_init);

static void __exit leak_kasprintf_exit(void)
{
}
module_exit(leak_kasprintf_exit);

MODULE_DESCRIPTION("bad on purpose: leak_kasprintf");
MODULE_LICENSE("GPL");
