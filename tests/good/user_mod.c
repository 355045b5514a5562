// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * user_mod: uses the function that base_mod exports.
 *
 * A judge must say: passed when base_mod is loaded first; alone: refused,
 * ENOENT, Unknown symbol base_mod_value.
 */
#include <linux/init.h>
#include <linux/module.h>

int base_mod_value(void);

static int __init user_mod_init(void)
{
	pr_info("user_mod: %d\n", base_mod_value());
	return 0;
}
module_init(user_mod_init);

static void __exit user_mod_exit(void)
{
}
module_exit(user_mod_exit);

MODULE_DESCRIPTION("control: user_mod, nothing wrong");
MODULE_LICENSE("GPL");
