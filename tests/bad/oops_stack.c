// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * oops_stack: init recurses until the kernel stack is used up.
 *
 * A judge must say: failed while inserting: stack guard page hit (the kernel
 * may panic).
 */
#include <linux/init.h>
#include <linux/limits.h>
#include <linux/module.h>

static noinline int stack_eat(int n)
{
	volatile char room[512];

	if (n == INT_MAX)
		return 0;
	room[n % 512] = (char)n;
	return stack_eat(n + 1) + room[n % 512];
}

static int __init oops_stack_init(void)
{
	return stack_eat(1);
}
module_init(oops_stack_init);

static void __exit oops_stack_exit(void)
{
}
module_exit(oops_stack_exit);

MODULE_DESCRIPTION("bad on purpose: oops_stack");
MODULE_LICENSE("GPL");
