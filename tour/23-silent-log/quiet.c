// SPDX-License-Identifier: GPL-2.0-or-later
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/module.h>

static int __init quiet_init(void)
{
	pr_debug("debugging\n");
	pr_info("informing");
	return 0;
}
module_init(quiet_init);

static void __exit quiet_exit(void)
{
}
module_exit(quiet_exit);

MODULE_DESCRIPTION("Is not heard");
MODULE_LICENSE("GPL");
