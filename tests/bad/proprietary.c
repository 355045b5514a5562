// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * proprietary: its licence is proprietary, and nothing else is wrong.
 *
 * A judge must say: passed, with a note: taint P.
 */
#include <linux/init.h>
#include <linux/module.h>

static int __init proprietary_init(void)
{
	return 0;
}
module_init(proprietary_init);

static void __exit proprietary_exit(void)
{
}
module_exit(proprietary_exit);

MODULE_DESCRIPTION("bad on purpose: proprietary");
MODULE_LICENSE("Proprietary");
