// SPDX-License-Identifier: GPL-2.0-or-later
#include <linux/module.h>

static int __init blink_init(void)
{
	return 0;
}
module_init(blink_init);

static void __exit blink_exit(void)
{
}
module_exit(blink_exit);

MODULE_DESCRIPTION("A driver for nothing");
MODULE_LICENSE("GPL");
