// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * minimal: as little as a module can be.
 *
 * One function, and two lines that say what it is. MODULE_LICENSE is the only
 * thing that the build insists on; without the function the module would load
 * and do nothing at all.
 *
 * What is missing is an exit function. Nobody could undo what init did, so
 * the kernel keeps such a module for ever: /proc/modules calls it [permanent],
 * and rmmod is told EBUSY. hello is the next step: it can be removed again.
 */
#include <linux/init.h>
#include <linux/module.h>

/*
 * The kernel calls this once, when the module is loaded. 0 is success.
 * static: its name is nobody else's business. __init: its code is needed once,
 * and its memory is given back afterwards.
 */
static int __init minimal_init(void)
{
	return 0;
}

/* Tells the kernel which function that is. */
module_init(minimal_init);

/*
 * Without it modpost, the last step of the build, refuses to go on. With a
 * licence that is not compatible with the GPL the module could not use the
 * kernel's GPL-only functions.
 */
MODULE_LICENSE("GPL");

/* Not needed, but since Linux 6.11 modpost warns where it is missing. */
MODULE_DESCRIPTION("As little as a module can be");
