// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * poweroff_init: init switches the machine off.
 *
 * A judge must say: failed while inserting: the guest powered off.
 */
#include <linux/init.h>
#include <linux/module.h>
#include <linux/reboot.h>

static int __init poweroff_init_init(void)
{
	kernel_power_off();
	return 0;
}
module_init(poweroff_init_init);

static void __exit poweroff_init_exit(void)
{
}
module_exit(poweroff_init_exit);

MODULE_DESCRIPTION("bad on purpose: poweroff_init");
MODULE_LICENSE("GPL");
