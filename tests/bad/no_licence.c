// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * no_licence: there is no MODULE_LICENSE().
 *
 * A judge must say: the build fails, modpost misses MODULE_LICENSE().
 */
#include <linux/init.h>
#include <linux/module.h>

static int __init no_licence_init(void)
{
	return 0;
}
module_init(no_licence_init);

static void __exit no_licence_exit(void)
{
}
module_exit(no_licence_exit);

MODULE_DESCRIPTION("bad on purpose: no_licence");
