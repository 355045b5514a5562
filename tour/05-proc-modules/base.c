// SPDX-License-Identifier: GPL-2.0-or-later
#include <linux/module.h>

int base_value(void);

int base_value(void)
{
	return 42;
}
EXPORT_SYMBOL_GPL(base_value);

static int __init base_init(void)
{
	return 0;
}
module_init(base_init);

static void __exit base_exit(void)
{
}
module_exit(base_exit);

MODULE_DESCRIPTION("Offers a function to other modules");
MODULE_LICENSE("GPL");
