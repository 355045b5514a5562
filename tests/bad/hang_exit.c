// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * hang_exit: exit sleeps for ever, uninterruptible.
 *
 * A judge must say: failed: no end of remove within the time limit, state D in
 * hang_exit_exit.
 */
#include <linux/completion.h>
#include <linux/init.h>
#include <linux/module.h>

static DECLARE_COMPLETION(done);

static int __init hang_exit_init(void)
{
	return 0;
}
module_init(hang_exit_init);

static void __exit hang_exit_exit(void)
{
	wait_for_completion(&done);
}
module_exit(hang_exit_exit);

MODULE_DESCRIPTION("bad on purpose: hang_exit");
MODULE_LICENSE("GPL");
