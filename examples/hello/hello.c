// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * hello: the smallest module that is of any use to look at.
 *
 * It says a word when it is loaded and another when it is removed. Build and
 * try it, without root and without touching the running kernel:
 *
 *	lkm try examples/hello/hello.c
 *	lkm try examples/hello/hello.c whom=moon
 */

/* Puts "hello: " in front of every line that this file prints. */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/init.h>
#include <linux/module.h>
#include <linux/moduleparam.h>

/*
 * A parameter: `insmod hello.ko whom=moon`. 0444 makes it readable for all
 * in /sys/module/hello/parameters/whom; nobody may write it.
 */
static char *whom = "world";
module_param(whom, charp, 0444);
MODULE_PARM_DESC(whom, "whom to greet (default: world)");

/*
 * The kernel calls this once, when the module is loaded. A module whose init
 * returns anything below zero is thrown out again at once, so what has been
 * set up by then must be undone first. __init: this code is needed once, and
 * its memory is given back afterwards.
 */
static int __init hello_init(void)
{
	pr_info("Hello, %s\n", whom);
	return 0;
}

/*
 * The kernel calls this once, before the module is removed. It cannot fail,
 * and it must undo all that init has done. A module without it can never be
 * removed.
 */
static void __exit hello_exit(void)
{
	pr_info("Goodbye, %s\n", whom);
}

module_init(hello_init);
module_exit(hello_exit);

/*
 * Without a licence the module does not build; with one that is not
 * compatible with the GPL it cannot use the kernel's GPL-only functions.
 */
MODULE_LICENSE("GPL");
MODULE_AUTHOR("The lkm authors");
MODULE_DESCRIPTION("Greets, and says goodbye");
