// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * bug_init: init runs into BUG().
 *
 * A judge must say: failed while inserting: kernel BUG at bug_init.c.
 */
#include <linux/bug.h>
#include <linux/init.h>
#include <linux/module.h>

static int __init bug_init_init(void)
{
	BUG();
	return 0;
}
module_init(bug_init_init);

static void __exit bug_init_exit(void)
{
}
module_exit(bug_init_exit);

MODULE_DESCRIPTION("bad on purpose: bug_init");
MODULE_LICENSE("GPL");
