// SPDX-License-Identifier: GPL-2.0-or-later
/* oracle_base: exports of every kind, for others to use. */
#include <linux/module.h>
#include <linux/version.h>

int oracle_base_one(void);
int oracle_base_gpl(void);
int oracle_base_ns(void);

int oracle_base_one(void)
{
	return 1;
}
EXPORT_SYMBOL(oracle_base_one);

int oracle_base_gpl(void)
{
	return 2;
}
EXPORT_SYMBOL_GPL(oracle_base_gpl);

int oracle_base_ns(void)
{
	return 3;
}
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 13, 0)
EXPORT_SYMBOL_NS_GPL(oracle_base_ns, "ORACLE");
#else
EXPORT_SYMBOL_NS_GPL(oracle_base_ns, ORACLE);
#endif

MODULE_DESCRIPTION("oracle: exports");
MODULE_LICENSE("GPL");
