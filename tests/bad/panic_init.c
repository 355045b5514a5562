// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * panic_init: init panics.
 *
 * A judge must say: failed while inserting: kernel panic, with its words.
 */
#include <linux/init.h>
#include <linux/kernel.h>
#include <linux/module.h>

static int __init panic_init_init(void)
{
	panic("panic_init: this is the fault");
	return 0;
}
module_init(panic_init_init);

static void __exit panic_init_exit(void)
{
}
module_exit(panic_init_exit);

MODULE_DESCRIPTION("bad on purpose: panic_init");
MODULE_LICENSE("GPL");
