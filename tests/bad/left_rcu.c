// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * left_rcu: exit does not wait for an RCU callback that it has just queued, in
 * code that goes away with it.
 *
 * A judge must say: failed: an RCU callback left_rcu_fn was pending after
 * removal, or an oops at a bad address soon after.
 */
#include <linux/init.h>
#include <linux/module.h>
#include <linux/rcupdate.h>
#include <linux/slab.h>

static struct rcu_head head;

static void left_rcu_fn(struct rcu_head *h)
{
}

static int __init left_rcu_init(void)
{
	return 0;
}
module_init(left_rcu_init);

static void __exit left_rcu_exit(void)
{
	call_rcu(&head, left_rcu_fn);
}
module_exit(left_rcu_exit);

MODULE_DESCRIPTION("bad on purpose: left_rcu");
MODULE_LICENSE("GPL");
