// SPDX-License-Identifier: GPL-2.0-or-later
#include <linux/module.h>

int base_value(void);
int middle_value(void);

int middle_value(void)
{
	return base_value() / 2;
}
EXPORT_SYMBOL_GPL(middle_value);

MODULE_DESCRIPTION("Offers half of the value of base");
MODULE_LICENSE("GPL");
