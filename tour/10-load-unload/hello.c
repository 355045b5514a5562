// SPDX-License-Identifier: GPL-2.0-or-later
#include <linux/module.h>

static int __init hello_init(void)
{
	pr_info("hello: I am in\n");
	return 0;
}
module_init(hello_init);

static void __exit hello_exit(void)
{
	pr_info("hello: I am gone\n");
}
module_exit(hello_exit);

MODULE_DESCRIPTION("Says that it came and that it goes");
MODULE_LICENSE("GPL");
