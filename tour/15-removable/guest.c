// SPDX-License-Identifier: GPL-2.0-or-later
#include <linux/module.h>

static int __init guest_init(void)
{
	return 0;
}
module_init(guest_init);

static void __exit guest_exit(void)
{
}
module_exit(guest_exit);

MODULE_LICENSE("GPL");
