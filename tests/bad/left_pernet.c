// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * left_pernet: exit forgets unregister_pernet_subsys(), so its /proc/net entry
 * stays as well, and the next network namespace calls code that is gone.
 *
 * A judge must say: failed: what register_pernet_subsys() registered was left
 * behind.
 */
#include <linux/init.h>
#include <linux/module.h>
#include <linux/proc_fs.h>
#include <linux/seq_file.h>
#include <net/net_namespace.h>

static int left_pernet_show(struct seq_file *m, void *v)
{
	seq_puts(m, "hello\n");
	return 0;
}

static int __net_init left_pernet_net_init(struct net *net)
{
	return proc_create_single("left_pernet", 0444, net->proc_net,
				  left_pernet_show) ? 0 : -ENOMEM;
}

static void __net_exit left_pernet_net_exit(struct net *net)
{
	remove_proc_entry("left_pernet", net->proc_net);
}

static struct pernet_operations ops = {
	.init = left_pernet_net_init,
	.exit = left_pernet_net_exit,
};

static int __init left_pernet_init(void)
{
	return register_pernet_subsys(&ops);
}
module_init(left_pernet_init);

static void __exit left_pernet_exit(void)
{
}
module_exit(left_pernet_exit);

MODULE_DESCRIPTION("bad on purpose: left_pernet");
MODULE_LICENSE("GPL");
