// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * no_exit: there is no exit function, so it can never be removed.
 *
 * A judge must say: loads; removal refused with EBUSY because it is permanent;
 * not the words "in use".
 */
#include <linux/init.h>
#include <linux/module.h>

static int __init no_exit_init(void)
{
	return 0;
}
module_init(no_exit_init);

MODULE_DESCRIPTION("bad on purpose: no_exit");
MODULE_LICENSE("GPL");
