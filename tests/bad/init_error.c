// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * init_error: init refuses with whatever number the parameter ret= gives it
 * (default -EINVAL).
 *
 * A judge must say: failed while inserting: init returned that number;
 * positive numbers load with a complaint of the kernel, 0 passes.
 */
#include <linux/init.h>
#include <linux/module.h>
#include <linux/moduleparam.h>

static int ret = -EINVAL;
module_param(ret, int, 0444);
MODULE_PARM_DESC(ret, "what init returns");

static int __init init_error_init(void)
{
	return ret;
}
module_init(init_error_init);

static void __exit init_error_exit(void)
{
}
module_exit(init_error_exit);

MODULE_DESCRIPTION("bad on purpose: init_error");
MODULE_LICENSE("GPL");
