// SPDX-License-Identifier: GPL-2.0-or-later
#include <linux/module.h>

int base_value(void);

int base_value(void)
{
	return 42;
}
EXPORT_SYMBOL_GPL(base_value);

MODULE_DESCRIPTION("Offers a value");
MODULE_LICENSE("GPL");
