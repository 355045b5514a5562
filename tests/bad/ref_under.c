// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * ref_under: init drops a reference on its own module that it never took.
 *
 * A judge must say: failed: reference count below what the kernel expects
 * (removal refused or a warning in module_put).
 */
#include <linux/init.h>
#include <linux/module.h>

static int __init ref_under_init(void)
{
	module_put(THIS_MODULE);
	return 0;
}
module_init(ref_under_init);

static void __exit ref_under_exit(void)
{
}
module_exit(ref_under_exit);

MODULE_DESCRIPTION("bad on purpose: ref_under");
MODULE_LICENSE("GPL");
