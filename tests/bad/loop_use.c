// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * loop_use: show of the file /proc/loop_use never returns: an endless loop.
 *
 * A judge must say: passed without use; failed with one: the test does not end,
 * and the place is loop_use_show.
 */
#include <linux/init.h>
#include <linux/module.h>
#include <linux/proc_fs.h>
#include <linux/sched.h>
#include <linux/seq_file.h>

static int loop_use_show(struct seq_file *m, void *v)
{
	for (;;)
		cpu_relax();
	return 0;
}

static int __init loop_use_init(void)
{
	return proc_create_single("loop_use", 0444, NULL, loop_use_show) ?
		       0 :
		       -ENOMEM;
}
module_init(loop_use_init);

static void __exit loop_use_exit(void)
{
	remove_proc_entry("loop_use", NULL);
}
module_exit(loop_use_exit);

MODULE_DESCRIPTION("bad on purpose: loop_use");
MODULE_LICENSE("GPL");
