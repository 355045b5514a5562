// SPDX-License-Identifier: GPL-2.0-or-later
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/module.h>

static int __init greet_init(void)
{
	pr_info("hello from %s\n", __func__);
	return 0;
}
module_init(greet_init);

static void __exit greet_exit(void)
{
	pr_warn("bye from %s\n", __func__);
}
module_exit(greet_exit);

MODULE_LICENSE("GPL");
