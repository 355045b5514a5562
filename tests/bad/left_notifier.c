// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * left_notifier: exit does not unregister the reboot notifier that init
 * registered.
 *
 * A judge must say: failed in the second round: the kernel finds the callback
 * registered already (it warns), because the module lands where it was. With a
 * single round it passes; the machine oopses when it goes down.
 */
#include <linux/init.h>
#include <linux/module.h>
#include <linux/notifier.h>
#include <linux/reboot.h>

static int left_notifier_fn(struct notifier_block *b, unsigned long action,
			    void *data)
{
	return NOTIFY_DONE;
}

static struct notifier_block block = { .notifier_call = left_notifier_fn };

static int __init left_notifier_init(void)
{
	return register_reboot_notifier(&block);
}
module_init(left_notifier_init);

static void __exit left_notifier_exit(void)
{
}
module_exit(left_notifier_exit);

MODULE_DESCRIPTION("bad on purpose: left_notifier");
MODULE_LICENSE("GPL");
