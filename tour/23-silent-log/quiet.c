// SPDX-License-Identifier: GPL-2.0-or-later
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/module.h>

/*
 * Not within init: what is said there old kernels (5.10) switch on too late,
 * when it is asked for at loading.
 */
static noinline void quiet_debug(void)
{
	pr_debug("debugging\n");
}

static int __init quiet_init(void)
{
	quiet_debug();
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
