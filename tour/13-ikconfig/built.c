// SPDX-License-Identifier: GPL-2.0-or-later
#include <linux/module.h>
#include <linux/proc_fs.h>
#include <generated/utsrelease.h>

static const char text[] = UTS_RELEASE "\n";

static int __init built_init(void)
{
	return 0;
}
module_init(built_init);

static void __exit built_exit(void)
{
}
module_exit(built_exit);

MODULE_DESCRIPTION("Says for which kernel it was built");
MODULE_LICENSE("GPL");
