// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * undefined: it calls a function that no kernel has; builds only with
 * KBUILD_MODPOST_WARN=1.
 *
 * A judge must say: built without that: modpost's "undefined!"; inserted:
 * ENOENT, Unknown symbol.
 */
#include <linux/init.h>
#include <linux/module.h>

void no_kernel_has_this_function(void);

static int __init undefined_init(void)
{
	no_kernel_has_this_function();
	return 0;
}
module_init(undefined_init);

static void __exit undefined_exit(void)
{
}
module_exit(undefined_exit);

MODULE_DESCRIPTION("bad on purpose: undefined");
MODULE_LICENSE("GPL");
