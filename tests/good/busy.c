// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * busy: a timer, an hrtimer, plain and delayed work on its own workqueue, a
 * kernel thread and a /proc entry, all of them active and all stopped in exit.
 *
 * A judge must say: passed, nothing left, in every round.
 */
#include <linux/delay.h>
#include <linux/err.h>
#include <linux/hrtimer.h>
#include <linux/init.h>
#include <linux/jiffies.h>
#include <linux/kthread.h>
#include <linux/ktime.h>
#include <linux/module.h>
#include <linux/proc_fs.h>
#include <linux/seq_file.h>
#include <linux/timer.h>
#include <linux/version.h>
#include <linux/workqueue.h>

static atomic_t ticks, works, turns;

static void busy_tick(struct timer_list *t);
static DEFINE_TIMER(timer, busy_tick);

static void busy_tick(struct timer_list *t)
{
	atomic_inc(&ticks);
	mod_timer(&timer, jiffies + 1);
}

static struct hrtimer far;

static enum hrtimer_restart busy_far(struct hrtimer *t)
{
	return HRTIMER_NORESTART;
}

static struct workqueue_struct *wq;
static void busy_work(struct work_struct *w);
static DECLARE_DELAYED_WORK(work, busy_work);

static void busy_work(struct work_struct *w)
{
	atomic_inc(&works);
	queue_delayed_work(wq, &work, 1);
}

static struct task_struct *task;

static int busy_thread(void *data)
{
	while (!kthread_should_stop()) {
		atomic_inc(&turns);
		usleep_range(2000, 4000);
	}
	return 0;
}

static int busy_show(struct seq_file *m, void *v)
{
	seq_printf(m, "%d %d %d\n", atomic_read(&ticks), atomic_read(&works),
		   atomic_read(&turns));
	return 0;
}

static int __init busy_init(void)
{
	wq = alloc_workqueue("busy", WQ_UNBOUND | WQ_MEM_RECLAIM, 0);
	if (!wq)
		return -ENOMEM;
	task = kthread_run(busy_thread, NULL, "busy");
	if (IS_ERR(task))
		goto no_task;
	if (!proc_create_single("busy", 0444, NULL, busy_show))
		goto no_proc;
#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 13, 0)
	hrtimer_init(&far, CLOCK_MONOTONIC, HRTIMER_MODE_REL);
	far.function = busy_far;
#else
	hrtimer_setup(&far, busy_far, CLOCK_MONOTONIC, HRTIMER_MODE_REL);
#endif
	hrtimer_start(&far, ktime_set(3600, 0), HRTIMER_MODE_REL);
	mod_timer(&timer, jiffies + 1);
	queue_delayed_work(wq, &work, 0);
	return 0;

no_proc:
	kthread_stop(task);
no_task:
	destroy_workqueue(wq);
	return -ENOMEM;
}
module_init(busy_init);

static void __exit busy_exit(void)
{
	remove_proc_entry("busy", NULL);
	cancel_delayed_work_sync(&work);
	timer_delete_sync(&timer);
	hrtimer_cancel(&far);
	kthread_stop(task);
	destroy_workqueue(wq);
}
module_exit(busy_exit);

MODULE_DESCRIPTION("control: busy, nothing wrong");
MODULE_LICENSE("GPL");
