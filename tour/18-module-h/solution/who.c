// SPDX-License-Identifier: GPL-2.0-or-later
#include <linux/module.h>

static int __init who_init(void)
{
	pr_info("who: %s, %d, %s\n", THIS_MODULE->name,
		THIS_MODULE->state, THIS_MODULE->version);
	return 0;
}
module_init(who_init);

static void __exit who_exit(void)
{
}
module_exit(who_exit);

MODULE_VERSION("1.5");
MODULE_DESCRIPTION("Says who it is");
MODULE_LICENSE("GPL");
