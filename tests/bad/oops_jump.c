// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * oops_jump: init calls an address where there is no code.
 *
 * A judge must say: failed while inserting: oops or general protection fault.
 */
#include <linux/init.h>
#include <linux/module.h>

static int __init oops_jump_init(void)
{
	void (*f)(void) = (void (*)(void))0xdead4ead00000000UL;

	OPTIMIZER_HIDE_VAR(f);
	f();
	return 0;
}
module_init(oops_jump_init);

static void __exit oops_jump_exit(void)
{
}
module_exit(oops_jump_exit);

MODULE_DESCRIPTION("bad on purpose: oops_jump");
MODULE_LICENSE("GPL");
