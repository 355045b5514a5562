// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * flood_init: init writes 20,000 lines to the kernel log, far more than its
 * buffer holds.
 *
 * A judge must say: failed: more than the log can hold, records were lost; the
 * verdict itself must survive.
 */
#include <linux/init.h>
#include <linux/module.h>
#include <linux/printk.h>

static int __init flood_init_init(void)
{
	int i;

	for (i = 0; i < 20000; i++)
		pr_info("flood_init: line %d\n", i);
	return 0;
}
module_init(flood_init_init);

static void __exit flood_init_exit(void)
{
}
module_exit(flood_init_exit);

MODULE_DESCRIPTION("bad on purpose: flood_init");
MODULE_LICENSE("GPL");
