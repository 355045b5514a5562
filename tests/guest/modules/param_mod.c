/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Parameters of three types; init returns what `ret` says. */
#include <linux/module.h>

static int ret;
module_param(ret, int, 0444);
MODULE_PARM_DESC(ret, "what init returns");

static bool flag;
module_param(flag, bool, 0644);
MODULE_PARM_DESC(flag, "a yes or no");

static unsigned char small;
module_param(small, byte, 0444);
MODULE_PARM_DESC(small, "0 to 255");

static char who[8] = "you";
module_param_string(who, who, sizeof(who), 0444);
MODULE_PARM_DESC(who, "up to seven letters");

static int __init param_init(void)
{
	pr_info("param_mod: ret %d flag %d small %d who %s\n", ret, flag,
		small, who);
	return ret;
}

static void __exit param_exit(void)
{
}

module_init(param_init);
module_exit(param_exit);
MODULE_DESCRIPTION("has parameters");
MODULE_LICENSE("GPL");
