// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * rcu_free: frees through RCU. exit waits for its own callback, but what it
 * gave to kfree_rcu() belongs to the kernel, which may free it a good while
 * after the module has gone.
 *
 * A judge must say: passed, no leak.
 */
#include <linux/init.h>
#include <linux/module.h>
#include <linux/rcupdate.h>
#include <linux/slab.h>

struct item {
	struct rcu_head rcu;
	char room[100];
};

static struct item *first, *second;

static void rcu_free_item(struct rcu_head *h)
{
	kfree(container_of(h, struct item, rcu));
}

static int __init rcu_free_init(void)
{
	first = kmalloc(sizeof(*first), GFP_KERNEL);
	second = kmalloc(sizeof(*second), GFP_KERNEL);
	if (first && second)
		return 0;
	kfree(first);
	kfree(second);
	return -ENOMEM;
}
module_init(rcu_free_init);

static void __exit rcu_free_exit(void)
{
	call_rcu(&first->rcu, rcu_free_item);
	kfree_rcu(second, rcu);
	rcu_barrier();
}
module_exit(rcu_free_exit);

MODULE_DESCRIPTION("control: rcu_free, nothing wrong");
MODULE_LICENSE("GPL");
