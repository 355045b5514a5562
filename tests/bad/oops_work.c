// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * oops_work: a work item writes through a NULL pointer, after init has
 * returned 0.
 *
 * A judge must say: failed after insert: oops in oops_work_fn. Removing it
 * would wait for ever for the work that died.
 */
#include <linux/init.h>
#include <linux/module.h>
#include <linux/workqueue.h>

static void oops_work_fn(struct work_struct *w)
{
	int *p = NULL;

	OPTIMIZER_HIDE_VAR(p);
	*p = 1;
}
static DECLARE_WORK(work, oops_work_fn);

static int __init oops_work_init(void)
{
	schedule_work(&work);
	return 0;
}
module_init(oops_work_init);

static void __exit oops_work_exit(void)
{
	cancel_work_sync(&work);
}
module_exit(oops_work_exit);

MODULE_DESCRIPTION("bad on purpose: oops_work");
MODULE_LICENSE("GPL");
