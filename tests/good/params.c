// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * params: one parameter of each common type, and nothing else.
 *
 * A judge must say: passed. With nosuch=1: failed, for the kernel ignores a
 * parameter that is not there and the user thinks it was set. With
 * number=many: refused, EINVAL.
 */
#include <linux/init.h>
#include <linux/module.h>
#include <linux/moduleparam.h>

static int number = 42;
module_param(number, int, 0644);
MODULE_PARM_DESC(number, "any number");

static bool flag;
module_param(flag, bool, 0444);
MODULE_PARM_DESC(flag, "yes or no");

static char *text = "nothing";
module_param(text, charp, 0444);
MODULE_PARM_DESC(text, "any text");

static int list[4] = { 1, 2, 3 };
static int list_len = 3;
module_param_array(list, int, &list_len, 0444);
MODULE_PARM_DESC(list, "up to four numbers");

static int __init params_init(void)
{
	pr_info("params: number=%d flag=%d text=%s list[%d]=%d\n", number,
		flag, text, list_len, list[0]);
	return 0;
}
module_init(params_init);

static void __exit params_exit(void)
{
	pr_info("params: number=%d\n", number);
}
module_exit(params_exit);

MODULE_DESCRIPTION("control: params, nothing wrong");
MODULE_LICENSE("GPL");
