// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * vermagic: it says that it was made for another kernel: a vermagic of its own
 * stands before the build's.
 *
 * A judge must say: refused: ENOEXEC, version magic differs.
 */
#include <linux/init.h>
#include <linux/module.h>

/*
 * The first vermagic in .modinfo counts, and that of the build's own
 * vermagic.mod.c is linked after this one.
 */
MODULE_INFO(vermagic, "2.6.18 SMP preempt mod_unload i386 ");

static int __init vermagic_init(void)
{
	return 0;
}
module_init(vermagic_init);

static void __exit vermagic_exit(void)
{
}
module_exit(vermagic_exit);

MODULE_DESCRIPTION("bad on purpose: vermagic");
MODULE_LICENSE("GPL");
