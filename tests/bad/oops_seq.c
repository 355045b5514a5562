// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * oops_seq: show of the file /proc/oops_seq hands a NULL pointer to
 * seq_puts(). Its reader dies holding the lock of the open file.
 *
 * A judge must say: passed without use; failed with one: an oops that came
 * from oops_seq_show, also where others then wait for that lock.
 */
#include <linux/init.h>
#include <linux/module.h>
#include <linux/proc_fs.h>
#include <linux/seq_file.h>

static int oops_seq_show(struct seq_file *m, void *v)
{
	const char *p = NULL;

	OPTIMIZER_HIDE_VAR(p);
	seq_puts(m, p);
	return 0;
}

static int __init oops_seq_init(void)
{
	return proc_create_single("oops_seq", 0444, NULL, oops_seq_show) ?
		       0 :
		       -ENOMEM;
}
module_init(oops_seq_init);

static void __exit oops_seq_exit(void)
{
	remove_proc_entry("oops_seq", NULL);
}
module_exit(oops_seq_exit);

MODULE_DESCRIPTION("bad on purpose: oops_seq");
MODULE_LICENSE("GPL");
