// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * hang_wait: init waits, interruptible, for a completion that nobody
 * completes.
 *
 * A judge must say: failed: no end of insert within the time limit (state S; a
 * signal ends it).
 */
#include <linux/completion.h>
#include <linux/init.h>
#include <linux/module.h>

static DECLARE_COMPLETION(done);

static int __init hang_wait_init(void)
{
	return wait_for_completion_interruptible(&done);
}
module_init(hang_wait_init);

static void __exit hang_wait_exit(void)
{
}
module_exit(hang_wait_exit);

MODULE_DESCRIPTION("bad on purpose: hang_wait");
MODULE_LICENSE("GPL");
