/* SPDX-License-Identifier: GPL-2.0-or-later */
/* No exit function: [permanent]. */
#include <linux/module.h>

static int __init noexit_init(void)
{
	return 0;
}

module_init(noexit_init);
MODULE_DESCRIPTION("cannot be unloaded");
MODULE_LICENSE("GPL");
