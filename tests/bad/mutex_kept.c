// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * mutex_kept: show of the file /proc/mutex_kept takes a mutex and never gives
 * it back. The next reader waits for it, and so does exit.
 *
 * A judge must say: passed without use; failed with one: exit, or a second
 * reader, waits for a mutex that is never unlocked.
 */
#include <linux/init.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/proc_fs.h>
#include <linux/seq_file.h>

static DEFINE_MUTEX(lock);
static int reads;

static int mutex_kept_show(struct seq_file *m, void *v)
{
	mutex_lock(&lock);
	seq_printf(m, "%d\n", ++reads);
	return 0;
}

static int __init mutex_kept_init(void)
{
	return proc_create_single("mutex_kept", 0444, NULL, mutex_kept_show) ?
		       0 :
		       -ENOMEM;
}
module_init(mutex_kept_init);

static void __exit mutex_kept_exit(void)
{
	remove_proc_entry("mutex_kept", NULL);
	mutex_lock(&lock);
	reads = 0;
	mutex_unlock(&lock);
}
module_exit(mutex_kept_exit);

MODULE_DESCRIPTION("bad on purpose: mutex_kept");
MODULE_LICENSE("GPL");
