// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * oops_divide: init divides by zero.
 *
 * A judge must say: failed while inserting: divide error.
 */
#include <linux/init.h>
#include <linux/module.h>

static int __init oops_divide_init(void)
{
	int zero = 0;

	OPTIMIZER_HIDE_VAR(zero);
	pr_info("%d\n", 42 / zero);
	return 0;
}
module_init(oops_divide_init);

static void __exit oops_divide_exit(void)
{
}
module_exit(oops_divide_exit);

MODULE_DESCRIPTION("bad on purpose: oops_divide");
MODULE_LICENSE("GPL");
