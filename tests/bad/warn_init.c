// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * warn_init: init trips a WARN().
 *
 * A judge must say: failed while inserting: WARNING at bad/warn_init.c;
 * everything else works.
 */
#include <linux/bug.h>
#include <linux/init.h>
#include <linux/module.h>

static int __init warn_init_init(void)
{
	WARN(1, "warn_init: this is the fault\n");
	return 0;
}
module_init(warn_init_init);

static void __exit warn_init_exit(void)
{
}
module_exit(warn_init_exit);

MODULE_DESCRIPTION("bad on purpose: warn_init");
MODULE_LICENSE("GPL");
