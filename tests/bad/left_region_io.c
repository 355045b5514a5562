// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * left_region_io: exit does not release the I/O ports that init requested.
 *
 * A judge must say: failed: left_region_io stays in /proc/ioports.
 */
#include <linux/init.h>
#include <linux/ioport.h>
#include <linux/module.h>

static int __init left_region_io_init(void)
{
	return request_region(0x4e10, 8, "left_region_io") ? 0 : -EBUSY;
}
module_init(left_region_io_init);

static void __exit left_region_io_exit(void)
{
}
module_exit(left_region_io_exit);

MODULE_DESCRIPTION("bad on purpose: left_region_io");
MODULE_LICENSE("GPL");
