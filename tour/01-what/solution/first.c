// SPDX-License-Identifier: GPL-2.0-or-later
#include <linux/module.h>

static int __init first_init(void)
{
	pr_info("first: good morning\n");
	return 0;
}
module_init(first_init);

static void __exit first_exit(void)
{
	pr_info("first: good night\n");
}
module_exit(first_exit);

MODULE_DESCRIPTION("Says good morning and good night");
MODULE_LICENSE("GPL");
