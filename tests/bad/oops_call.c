// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * oops_call: init calls a function through a NULL pointer.
 *
 * A judge must say: failed while inserting: oops with RIP 0.
 */
#include <linux/init.h>
#include <linux/module.h>

static int __init oops_call_init(void)
{
	void (*f)(void) = NULL;

	OPTIMIZER_HIDE_VAR(f);
	f();
	return 0;
}
module_init(oops_call_init);

static void __exit oops_call_exit(void)
{
}
module_exit(oops_call_exit);

MODULE_DESCRIPTION("bad on purpose: oops_call");
MODULE_LICENSE("GPL");
