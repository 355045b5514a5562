// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * no_init: there is an exit function but no init; removing works.
 *
 * A judge must say: passed, with a note at most: a module may have no init.
 */
#include <linux/init.h>
#include <linux/module.h>

static void __exit no_init_exit(void)
{
	pr_info("no_init: bye\n");
}
module_exit(no_init_exit);

MODULE_DESCRIPTION("bad on purpose: no_init");
MODULE_LICENSE("GPL");
