// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * syntax: a statement lacks its semicolon.
 *
 * A judge must say: the build fails, with file and line of the compiler.
 */
#include <linux/init.h>
#include <linux/module.h>

static int __init syntax_init(void)
{
	pr_info("no semicolon\n")
	return 0;
}
module_init(syntax_init);

static void __exit syntax_exit(void)
{
}
module_exit(syntax_exit);

MODULE_DESCRIPTION("bad on purpose: syntax");
MODULE_LICENSE("GPL");
