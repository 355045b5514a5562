// SPDX-License-Identifier: GPL-2.0-or-later
#include <linux/module.h>
#include <linux/slab.h>

static int *table;

static int __init leaks_init(void)
{
	table = kmalloc(1000, GFP_KERNEL);
	return table ? 0 : -ENOMEM;
}
module_init(leaks_init);

static void __exit leaks_exit(void)
{
}
module_exit(leaks_exit);

MODULE_LICENSE("GPL");
