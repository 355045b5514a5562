// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * loop_rcu: init stays in an RCU read-side section for ever.
 *
 * A judge must say: failed: no end of insert within the time limit; an RCU
 * stall warning if one waits long enough.
 */
#include <linux/init.h>
#include <linux/module.h>
#include <linux/rcupdate.h>
#include <linux/sched.h>

static int __init loop_rcu_init(void)
{
	rcu_read_lock();
	for (;;)
		cpu_relax();
	rcu_read_unlock();
	return 0;
}
module_init(loop_rcu_init);

static void __exit loop_rcu_exit(void)
{
}
module_exit(loop_rcu_exit);

MODULE_DESCRIPTION("bad on purpose: loop_rcu");
MODULE_LICENSE("GPL");
