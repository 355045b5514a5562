// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * oops_spin: show of the file /proc/oops_spin goes through a NULL pointer
 * while it holds a spinlock. Who reads next spins for ever.
 *
 * A judge must say: passed without use; failed with one: an oops, not the loop
 * that follows from it.
 */
#include <linux/init.h>
#include <linux/module.h>
#include <linux/spinlock.h>
#include <linux/proc_fs.h>
#include <linux/seq_file.h>

static DEFINE_SPINLOCK(lock);

static int oops_spin_show(struct seq_file *m, void *v)
{
	int *p = NULL;

	OPTIMIZER_HIDE_VAR(p);
	spin_lock(&lock);
	seq_printf(m, "%d\n", *p);
	spin_unlock(&lock);
	return 0;
}

static int __init oops_spin_init(void)
{
	return proc_create_single("oops_spin", 0444, NULL,
				  oops_spin_show) ? 0 : -ENOMEM;
}
module_init(oops_spin_init);

static void __exit oops_spin_exit(void)
{
	remove_proc_entry("oops_spin", NULL);
}
module_exit(oops_spin_exit);

MODULE_DESCRIPTION("bad on purpose: oops_spin");
MODULE_LICENSE("GPL");
