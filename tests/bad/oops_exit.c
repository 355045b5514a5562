// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * oops_exit: exit writes through a NULL pointer.
 *
 * A judge must say: failed while removing: oops, with the function
 * oops_exit_exit.
 */
#include <linux/init.h>
#include <linux/module.h>

static int __init oops_exit_init(void)
{
	return 0;
}
module_init(oops_exit_init);

static void __exit oops_exit_exit(void)
{
	int *p = NULL;

	OPTIMIZER_HIDE_VAR(p);
	*p = 1;
}
module_exit(oops_exit_exit);

MODULE_DESCRIPTION("bad on purpose: oops_exit");
MODULE_LICENSE("GPL");
