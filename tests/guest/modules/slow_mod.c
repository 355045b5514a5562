// SPDX-License-Identifier: GPL-2.0-or-later
/* Takes its time to come and to go, and may fail after it. */
#include <linux/delay.h>
#include <linux/module.h>

static int init_ms;
module_param(init_ms, int, 0444);
static int exit_ms;
module_param(exit_ms, int, 0444);
static int ret;
module_param(ret, int, 0444);

static int __init slow_init(void)
{
	msleep(init_ms);
	return ret;
}

static void __exit slow_exit(void)
{
	msleep(exit_ms);
}

module_init(slow_init);
module_exit(slow_exit);
MODULE_DESCRIPTION("is slow");
MODULE_LICENSE("GPL");
