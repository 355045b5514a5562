// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * oops_init: init writes through a NULL pointer.
 *
 * A judge must say: failed while inserting: oops, with the function
 * oops_init_init.
 */
#include <linux/init.h>
#include <linux/module.h>

static int __init oops_init_init(void)
{
	int *p = NULL;

	OPTIMIZER_HIDE_VAR(p);
	*p = 1;
	return 0;
}
module_init(oops_init_init);

static void __exit oops_init_exit(void)
{
}
module_exit(oops_init_exit);

MODULE_DESCRIPTION("bad on purpose: oops_init");
MODULE_LICENSE("GPL");
