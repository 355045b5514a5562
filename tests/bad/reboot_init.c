// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * reboot_init: init restarts the machine at once.
 *
 * A judge must say: failed while inserting: the guest was reset.
 */
#include <linux/init.h>
#include <linux/module.h>
#include <linux/reboot.h>

static int __init reboot_init_init(void)
{
	emergency_restart();
	return 0;
}
module_init(reboot_init_init);

static void __exit reboot_init_exit(void)
{
}
module_exit(reboot_init_exit);

MODULE_DESCRIPTION("bad on purpose: reboot_init");
MODULE_LICENSE("GPL");
