// SPDX-License-Identifier: GPL-2.0-or-later
#include <linux/module.h>

int middle_value(void);

static int __init top_init(void)
{
	pr_info("top: the value is %d\n", middle_value());
	return 0;
}
module_init(top_init);

static void __exit top_exit(void)
{
}
module_exit(top_exit);

MODULE_DESCRIPTION("Uses the value of middle");
MODULE_LICENSE("GPL");
