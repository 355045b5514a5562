// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * oops_user: init reads a user-space address directly instead of with
 * get_user().
 *
 * A judge must say: failed while inserting: oops; where the processor has
 * SMAP, the kernel names a supervisor access to a user page or an unable-to-
 * handle page fault.
 */
#include <linux/init.h>
#include <linux/mm_types.h>
#include <linux/module.h>
#include <linux/sched.h>

static int __init oops_user_init(void)
{
	volatile int *p = (int *)current->mm->start_stack;

	pr_info("read %d\n", *p);
	return 0;
}
module_init(oops_user_init);

static void __exit oops_user_exit(void)
{
}
module_exit(oops_user_exit);

MODULE_DESCRIPTION("bad on purpose: oops_user");
MODULE_LICENSE("GPL");
