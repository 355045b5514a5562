// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * oops_locked: show of the file /proc/oops_locked goes through a NULL pointer
 * while it holds a mutex. Who reads next waits for ever.
 *
 * A judge must say: passed without use; failed with one: an oops, not the wait
 * that follows from it.
 */
#include <linux/init.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/proc_fs.h>
#include <linux/seq_file.h>

static DEFINE_MUTEX(lock);

static int oops_locked_show(struct seq_file *m, void *v)
{
	int *p = NULL;

	OPTIMIZER_HIDE_VAR(p);
	mutex_lock(&lock);
	seq_printf(m, "%d\n", *p);
	mutex_unlock(&lock);
	return 0;
}

static int __init oops_locked_init(void)
{
	return proc_create_single("oops_locked", 0444, NULL,
				  oops_locked_show) ? 0 : -ENOMEM;
}
module_init(oops_locked_init);

static void __exit oops_locked_exit(void)
{
	remove_proc_entry("oops_locked", NULL);
}
module_exit(oops_locked_exit);

MODULE_DESCRIPTION("bad on purpose: oops_locked");
MODULE_LICENSE("GPL");
