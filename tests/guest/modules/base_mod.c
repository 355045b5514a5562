/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Exports a value; user_mod needs it. */
#include <linux/module.h>

int base_value(void);
int base_value(void)
{
	return 42;
}
EXPORT_SYMBOL(base_value);

static int __init base_init(void)
{
	return 0;
}

static void __exit base_exit(void)
{
}

module_init(base_init);
module_exit(base_exit);
MODULE_DESCRIPTION("exports a symbol");
MODULE_LICENSE("GPL");
