// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * left_kthread: exit does not stop the kernel thread that init started; it
 * sleeps in the module's code.
 *
 * A judge must say: failed: the kernel thread left_kthread is left (and will
 * fault when it wakes up).
 */
#include <linux/delay.h>
#include <linux/err.h>
#include <linux/init.h>
#include <linux/kthread.h>
#include <linux/module.h>

static struct task_struct *task;

static int left_kthread_fn(void *data)
{
	while (!kthread_should_stop())
		msleep(3600 * 1000);
	return 0;
}

static int __init left_kthread_init(void)
{
	task = kthread_run(left_kthread_fn, NULL, "left_kthread");
	return PTR_ERR_OR_ZERO(task);
}
module_init(left_kthread_init);

static void __exit left_kthread_exit(void)
{
}
module_exit(left_kthread_exit);

MODULE_DESCRIPTION("bad on purpose: left_kthread");
MODULE_LICENSE("GPL");
