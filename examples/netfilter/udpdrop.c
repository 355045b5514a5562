// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * udpdrop: a firewall with one rule: what comes by UDP to one port is dropped.
 *
 * On its way through the kernel each packet passes five places where others may
 * look at it: when it has come in, before it is handed to a program, and so on.
 * That is netfilter; iptables and nftables are users of it, as this module is.
 * It counts what it sees and what it drops, in each network namespace apart:
 *
 *	echo 4000 > /sys/module/udpdrop/parameters/port
 *	cat /proc/net/udpdrop
 *
 *	lkm try examples/netfilter
 */

#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/in.h>
#include <linux/ip.h>
#include <linux/ipv6.h>
#include <linux/module.h>
#include <linux/moduleparam.h>
#include <linux/netfilter.h>
#include <linux/netfilter_ipv4.h>
#include <linux/proc_fs.h>
#include <linux/seq_file.h>
#include <linux/skbuff.h>
#include <linux/udp.h>
#include <net/ip.h>
#include <net/ipv6.h>
#include <net/net_namespace.h>
#include <net/netns/generic.h>

/* May change while packets are looked at: read once for each. */
static ushort port;
module_param(port, ushort, 0644);
MODULE_PARM_DESC(port, "UDP port that gets nothing (default: 0, none)");

/* Hooks run on all processors at a time. */
struct udpdrop_net {
	atomic_long_t seen;
	atomic_long_t dropped;
};

static unsigned int udpdrop_net_id;

static struct udpdrop_net *udpdrop_of(struct net *net)
{
	return net_generic(net, udpdrop_net_id);
}

/*
 * What is to become of a packet whose UDP header begins at an offset. The
 * header need not lie in one piece: if it does not, it is copied.
 */
static unsigned int udpdrop_judge(const struct sk_buff *skb, int offset,
				  const struct nf_hook_state *state)
{
	struct udpdrop_net *counters = udpdrop_of(state->net);
	struct udphdr copy;
	const struct udphdr *udp = skb_header_pointer(skb, offset,
						      sizeof(copy), &copy);
	ushort wanted = READ_ONCE(port);

	/* A header that is not whole: UDP itself will say what it thinks. */
	if (!udp)
		return NF_ACCEPT;
	atomic_long_inc(&counters->seen);
	if (!wanted || udp->dest != htons(wanted))
		return NF_ACCEPT;
	atomic_long_inc(&counters->dropped);
	return NF_DROP; /* netfilter frees it */
}

/*
 * A hook is called in a soft interrupt or with a lock held: it must not sleep.
 * That the IP header is whole and makes sense has been seen to; fragments have
 * been put together.
 */
static unsigned int udpdrop_ipv4(void *priv, struct sk_buff *skb,
				 const struct nf_hook_state *state)
{
	if (ip_hdr(skb)->protocol != IPPROTO_UDP)
		return NF_ACCEPT;
	return udpdrop_judge(skb, skb_network_offset(skb) + ip_hdrlen(skb),
			     state);
}

#if IS_ENABLED(CONFIG_IPV6)
/* In IPv6, any number of other headers may stand before UDP's. */
static unsigned int udpdrop_ipv6(void *priv, struct sk_buff *skb,
				 const struct nf_hook_state *state)
{
	unsigned int offset = 0;
	unsigned short fragment = 0;

	if (ipv6_find_hdr(skb, &offset, IPPROTO_UDP, &fragment, NULL) < 0 ||
	    fragment)
		return NF_ACCEPT;
	return udpdrop_judge(skb, offset, state);
}
#endif

/*
 * LOCAL_IN: what is for this machine, on its last step to a program. Of several
 * hooks at one place the one with the lowest priority comes first.
 */
static const struct nf_hook_ops udpdrop_hooks[] = {
	{
		.hook = udpdrop_ipv4,
		.pf = NFPROTO_IPV4,
		.hooknum = NF_INET_LOCAL_IN,
		.priority = NF_IP_PRI_FILTER,
	},
#if IS_ENABLED(CONFIG_IPV6)
	{
		.hook = udpdrop_ipv6,
		.pf = NFPROTO_IPV6,
		.hooknum = NF_INET_LOCAL_IN,
		.priority = NF_IP_PRI_FILTER,
	},
#endif
};

static int udpdrop_show(struct seq_file *m, void *unused)
{
	struct udpdrop_net *c = udpdrop_of(seq_file_single_net(m));

	seq_printf(m, "seen %ld\n", atomic_long_read(&c->seen));
	seq_printf(m, "dropped %ld\n", atomic_long_read(&c->dropped));
	return 0;
}

/* For each network namespace, those that are made later, too. */
static int __net_init udpdrop_net_init(struct net *net)
{
	int err;

	if (!proc_create_net_single(KBUILD_MODNAME, 0444, net->proc_net,
				    udpdrop_show, NULL))
		return -ENOMEM;
	err = nf_register_net_hooks(net, udpdrop_hooks,
				    ARRAY_SIZE(udpdrop_hooks));
	if (err)
		remove_proc_entry(KBUILD_MODNAME, net->proc_net);
	return err;
}

/* The kernel waits until no processor is in a hook before the module goes. */
static void __net_exit udpdrop_net_exit(struct net *net)
{
	nf_unregister_net_hooks(net, udpdrop_hooks, ARRAY_SIZE(udpdrop_hooks));
	remove_proc_entry(KBUILD_MODNAME, net->proc_net);
}

static struct pernet_operations udpdrop_net_ops = {
	.init = udpdrop_net_init,
	.exit = udpdrop_net_exit,
	.id = &udpdrop_net_id,
	.size = sizeof(struct udpdrop_net),
};

static int __init udpdrop_init(void)
{
	return register_pernet_subsys(&udpdrop_net_ops);
}

static void __exit udpdrop_exit(void)
{
	unregister_pernet_subsys(&udpdrop_net_ops);
}

module_init(udpdrop_init);
module_exit(udpdrop_exit);

MODULE_LICENSE("GPL");
MODULE_AUTHOR("The lkm authors");
MODULE_DESCRIPTION("Drops what comes by UDP to one port");
