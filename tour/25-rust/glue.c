// SPDX-License-Identifier: GPL-2.0-or-later
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/module.h>

u32 rust_sum(u32 n);

static int __init rusty_init(void)
{
	pr_info("the sum of 1 to 10 is %u\n", rust_sum(10));
	return 0;
}
module_init(rusty_init);

static void __exit rusty_exit(void)
{
}
module_exit(rusty_exit);

MODULE_DESCRIPTION("C around a function in Rust");
MODULE_LICENSE("GPL");
