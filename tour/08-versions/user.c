// SPDX-License-Identifier: GPL-2.0-or-later
#include <linux/module.h>

int base_value(void);

static int __init user_init(void)
{
	pr_info("user: the value is %d\n", base_value());
	return 0;
}
module_init(user_init);

static void __exit user_exit(void)
{
}
module_exit(user_exit);

MODULE_DESCRIPTION("Uses the function of base");
MODULE_LICENSE("GPL");
