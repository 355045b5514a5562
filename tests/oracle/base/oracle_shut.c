// SPDX-License-Identifier: GPL-2.0-or-later
/* oracle_shut: not free, with a module's own exports. */
#include <linux/init.h>
#include <linux/module.h>

int oracle_shut_one(void);

int oracle_shut_one(void)
{
	return 1;
}
EXPORT_SYMBOL(oracle_shut_one);

static int __init oracle_shut_init(void)
{
	return 0;
}
module_init(oracle_shut_init);

static void __exit oracle_shut_exit(void)
{
}
module_exit(oracle_shut_exit);

MODULE_DESCRIPTION("oracle: not free");
MODULE_LICENSE("Proprietary");
