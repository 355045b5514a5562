// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * retprobe: looks on while calls return, and goes while one of them still
 * runs: process 1 of the guest waits in rt_sigtimedwait() nearly all the time.
 * What the kernel keeps for that call it frees when the call returns, a good
 * while after the module has gone.
 *
 * A judge must say: passed, no leak.
 */
#include <linux/completion.h>
#include <linux/init.h>
#include <linux/jiffies.h>
#include <linux/kprobes.h>
#include <linux/module.h>

static DECLARE_COMPLETION(called);

static int retprobe_entry(struct kretprobe_instance *ri, struct pt_regs *regs)
{
	complete(&called);
	return 0;
}

static int retprobe_return(struct kretprobe_instance *ri, struct pt_regs *regs)
{
	return 0;
}

static struct kretprobe probe = {
	.kp.symbol_name = "__x64_sys_rt_sigtimedwait",
	.entry_handler = retprobe_entry,
	.handler = retprobe_return,
};

static int __init retprobe_init(void)
{
	int err = register_kretprobe(&probe);

	if (err)
		return err;
	if (!wait_for_completion_timeout(&called, 2 * HZ))
		pr_warn("retprobe: nobody waits\n");
	return 0;
}
module_init(retprobe_init);

static void __exit retprobe_exit(void)
{
	unregister_kretprobe(&probe);
}
module_exit(retprobe_exit);

MODULE_DESCRIPTION("control: retprobe, nothing wrong");
MODULE_LICENSE("GPL");
