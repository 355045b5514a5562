// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * ref_leak: init takes a reference on its own module and nobody gives it back.
 *
 * A judge must say: failed while removing: EAGAIN, reference count 1 with no
 * user to be seen.
 */
#include <linux/init.h>
#include <linux/module.h>

static int __init ref_leak_init(void)
{
	return try_module_get(THIS_MODULE) ? 0 : -EBUSY;
}
module_init(ref_leak_init);

static void __exit ref_leak_exit(void)
{
}
module_exit(ref_leak_exit);

MODULE_DESCRIPTION("bad on purpose: ref_leak");
MODULE_LICENSE("GPL");
