// SPDX-License-Identifier: GPL-2.0-or-later
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/module.h>

static char *whom = "world";
module_param(whom, charp, 0444);
MODULE_PARM_DESC(whom, "whom to greet");

static int times = 1;
module_param(times, int, 0644);
MODULE_PARM_DESC(times, "how often");

static int __init greet_init(void)
{
	int i;

	for (i = 0; i < times; i++)
		pr_info("hello, %s\n", whom);
	return 0;
}
module_init(greet_init);

static void __exit greet_exit(void)
{
	pr_info("bye %d times\n", times);
}
module_exit(greet_exit);

MODULE_DESCRIPTION("Greets somebody");
MODULE_LICENSE("GPL");
