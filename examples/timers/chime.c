// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * chime: all the ways to do something later, or elsewhere.
 *
 *	what		runs		may it sleep?	good for
 *	timer_list	in a soft	no		timeouts, a few
 *			interrupt			milliseconds exact
 *	hrtimer		in a hard	no		exact times
 *			interrupt
 *	work		in a thread	yes		what an interrupt cannot
 *			of the kernel			do itself
 *	kthread		in a thread	yes		what goes on all the
 *			of its own			time
 *
 * Four of them count here, each every few milliseconds, and reading
 * /dev/chime shows how far they are. Writing to it sends a request round:
 * work wakes the thread through a wait queue, and the thread wakes the writer.
 *
 * What is set up for later must be stopped before the module goes, or the
 * kernel would call code that is not there any more. The functions whose names
 * end in _sync also wait until what is running has come to its end.
 */
#include <linux/atomic.h>
#include <linux/completion.h>
#include <linux/err.h>
#include <linux/fs.h>
#include <linux/hrtimer.h>
#include <linux/init.h>
#include <linux/jiffies.h>
#include <linux/kernel.h>
#include <linux/kthread.h>
#include <linux/ktime.h>
#include <linux/miscdevice.h>
#include <linux/module.h>
#include <linux/timer.h>
#include <linux/uaccess.h>
#include <linux/version.h>
#include <linux/wait.h>
#include <linux/workqueue.h>

static unsigned int period = 10;
module_param(period, uint, 0444);
MODULE_PARM_DESC(period, "milliseconds between two counts (default: 10)");

/* Names that changed: old kernels get the new ones. */
#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 2, 0)
#define timer_delete_sync(timer) del_timer_sync(timer)
#endif

static void chime_set_up_exact(struct hrtimer *timer,
			       enum hrtimer_restart (*fn)(struct hrtimer *))
{
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 13, 0)
	hrtimer_setup(timer, fn, CLOCK_MONOTONIC, HRTIMER_MODE_REL);
#else
	hrtimer_init(timer, CLOCK_MONOTONIC, HRTIMER_MODE_REL);
	timer->function = fn;
#endif
}

static atomic_t chime_coarse_count, chime_exact_count, chime_work_count;
static atomic_t chime_thread_count;

/* ------------------------------------------------------------- timer_list */

static void chime_coarse_tick(struct timer_list *timer)
{
	atomic_inc(&chime_coarse_count);
	/* It runs once; who wants it again says so. */
	mod_timer(timer, jiffies + msecs_to_jiffies(period));
}

static DEFINE_TIMER(chime_coarse, chime_coarse_tick);

/* ---------------------------------------------------------------- hrtimer */

static struct hrtimer chime_exact;

/* Forward from when it should have been, so that no delay adds up. */
static enum hrtimer_restart chime_exact_tick(struct hrtimer *timer)
{
	atomic_inc(&chime_exact_count);
	hrtimer_forward_now(timer, ms_to_ktime(period));
	return HRTIMER_RESTART;
}

/* ------------------------------------------------------------------- work */

/*
 * A queue of our own, so that we need not wait for the work of others when we
 * go. Work that is not urgent may as well go to the kernel's: schedule_work().
 */
static struct workqueue_struct *chime_queue;
static struct delayed_work chime_work;

static void chime_work_run(struct work_struct *work)
{
	atomic_inc(&chime_work_count);
	queue_delayed_work(chime_queue, to_delayed_work(work),
			   msecs_to_jiffies(period));
}

/* ---------------------------------- a request: writer, work, thread, writer */

static atomic_t chime_wanted, chime_done;
static DECLARE_WAIT_QUEUE_HEAD(chime_request);
static DECLARE_WAIT_QUEUE_HEAD(chime_answer);

static void chime_hand_over(struct work_struct *work)
{
	wake_up(&chime_request);
}

static DECLARE_WORK(chime_request_work, chime_hand_over);

static struct task_struct *chime_thread;
static DECLARE_COMPLETION(chime_thread_runs);

/* Something that happens once is a completion: here, that the thread runs. */
static int chime_thread_fn(void *unused)
{
	complete(&chime_thread_runs);
	while (!kthread_should_stop()) {
		int wanted;

		/* The condition is asked before sleeping, and when woken. */
		wait_event_idle(chime_request,
				kthread_should_stop() ||
				atomic_read(&chime_wanted) !=
				atomic_read(&chime_done));
		wanted = atomic_read(&chime_wanted);
		if (wanted == atomic_read(&chime_done))
			continue;
		atomic_inc(&chime_thread_count);
		atomic_set(&chime_done, wanted);
		wake_up_all(&chime_answer);
	}
	return 0;
}

/* Numbers wrap around, differences do not. */
static bool chime_is_done(int number)
{
	return atomic_read(&chime_done) - number >= 0;
}

static ssize_t chime_write(struct file *file, const char __user *buf,
			   size_t count, loff_t *pos)
{
	int number = atomic_inc_return(&chime_wanted);
	int err;

	queue_work(chime_queue, &chime_request_work);
	err = wait_event_interruptible(chime_answer, chime_is_done(number));
	return err ? err : count;
}

static ssize_t chime_read(struct file *file, char __user *buf, size_t count,
			  loff_t *pos)
{
	char line[100];
	int n = scnprintf(line, sizeof(line),
			  "timer %d\nhrtimer %d\nwork %d\nthread %d\n",
			  atomic_read(&chime_coarse_count),
			  atomic_read(&chime_exact_count),
			  atomic_read(&chime_work_count),
			  atomic_read(&chime_thread_count));

	return simple_read_from_buffer(buf, count, pos, line, n);
}

static const struct file_operations chime_fops = {
	.owner = THIS_MODULE,
	.read = chime_read,
	.write = chime_write,
	.llseek = default_llseek,
};

static struct miscdevice chime_misc = {
	.minor = MISC_DYNAMIC_MINOR,
	.name = KBUILD_MODNAME,
	.fops = &chime_fops,
};

/* ------------------------------------------------------------ init and exit */

static void chime_start(void)
{
	mod_timer(&chime_coarse, jiffies + msecs_to_jiffies(period));
	chime_set_up_exact(&chime_exact, chime_exact_tick);
	hrtimer_start(&chime_exact, ms_to_ktime(period), HRTIMER_MODE_REL);
	INIT_DELAYED_WORK(&chime_work, chime_work_run);
	queue_delayed_work(chime_queue, &chime_work,
			   msecs_to_jiffies(period));
}

/* Those that start themselves again: _sync deals with that, too. */
static void chime_stop(void)
{
	timer_delete_sync(&chime_coarse);
	hrtimer_cancel(&chime_exact);
	cancel_delayed_work_sync(&chime_work);
}

static int __init chime_init(void)
{
	int err;

	if (!period || period > 10000) {
		pr_err("%s: period is %u, and must be from 1 to 10000\n",
		       KBUILD_MODNAME, period);
		return -EINVAL;
	}
	chime_queue = alloc_workqueue("%s", WQ_UNBOUND, 0, KBUILD_MODNAME);
	if (!chime_queue)
		return -ENOMEM;
	chime_thread = kthread_run(chime_thread_fn, NULL, KBUILD_MODNAME);
	if (IS_ERR(chime_thread)) {
		err = PTR_ERR(chime_thread);
		goto destroy_queue;
	}
	wait_for_completion(&chime_thread_runs);
	chime_start();
	err = misc_register(&chime_misc);
	if (err)
		goto stop;
	return 0;

stop:
	chime_stop();
	kthread_stop(chime_thread);
destroy_queue:
	destroy_workqueue(chime_queue);
	return err;
}

/*
 * First those that ask for more, then those that do it: what is queued wakes
 * the thread's wait queue, so the thread goes when the queue is empty.
 */
static void __exit chime_exit(void)
{
	misc_deregister(&chime_misc);
	chime_stop();
	destroy_workqueue(chime_queue);
	kthread_stop(chime_thread);
}

module_init(chime_init);
module_exit(chime_exit);

MODULE_LICENSE("GPL");
MODULE_AUTHOR("The lkm authors");
MODULE_DESCRIPTION("Timers, work, a thread, and waiting");
