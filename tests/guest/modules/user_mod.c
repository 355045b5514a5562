/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Needs base_mod. */
#include <linux/module.h>

int base_value(void);

static int __init user_init(void)
{
	pr_info("user_mod: %d\n", base_value());
	return 0;
}

static void __exit user_exit(void)
{
}

module_init(user_init);
module_exit(user_exit);
MODULE_DESCRIPTION("uses a symbol of another module");
MODULE_LICENSE("GPL");
