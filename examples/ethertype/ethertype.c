// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * ethertype: a network protocol directly on top of Ethernet.
 *
 * A frame begins with two addresses and a number that says what is in it, its
 * type: 0x0800 is IPv4, 0x86dd IPv6. 0x88b5 is for local experiments, and that
 * is what this module takes from all devices: an echo, as IP's ping is one.
 *
 *	byte 0    what it is: 1 question, 2 answer
 *	byte 1    zero
 *	byte 2-3  length of what follows, most significant byte first
 *	byte 4... anything; it comes back in the answer
 *
 * A question to this machine is answered. What comes is counted, in each
 * network namespace by itself: /proc/net/ethertype.
 *
 *	lkm try examples/ethertype
 */

#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/etherdevice.h>
#include <linux/if_arp.h>
#include <linux/module.h>
#include <linux/netdevice.h>
#include <linux/proc_fs.h>
#include <linux/seq_file.h>
#include <linux/skbuff.h>
#include <net/net_namespace.h>
#include <net/netns/generic.h>

enum {
	ETHERTYPE_NUMBER = 0x88b5,
	ETHERTYPE_QUESTION = 1,
	ETHERTYPE_ANSWER = 2,
};

struct ethertype_header {
	u8 what;
	u8 zero;
	__be16 length;
} __packed;

/*
 * What each network namespace has of its own. The handler runs on all
 * processors at a time, so that counters must be atomic.
 */
struct ethertype_net {
	atomic_long_t questions;
	atomic_long_t answers;
	atomic_long_t malformed;
	atomic_long_t not_for_us;
	atomic_long_t sent;
};

/* Which of all modules' parts of a namespace is ours. */
static unsigned int ethertype_net_id;

static struct ethertype_net *ethertype_of(struct net *net)
{
	return net_generic(net, ethertype_net_id);
}

/* Sends the answer to a question. If that fails, it is lost, as frames are. */
static void ethertype_answer(struct sk_buff *question, unsigned int length)
{
	struct net_device *dev = question->dev;
	unsigned int size = sizeof(struct ethertype_header) + length;
	struct ethertype_header *h;
	struct sk_buff *skb;

	/* Room in front for the device's own header, and behind for padding. */
	skb = alloc_skb(LL_RESERVED_SPACE(dev) + size + dev->needed_tailroom,
			GFP_ATOMIC);
	if (!skb)
		return;
	skb_reserve(skb, LL_RESERVED_SPACE(dev));
	skb_reset_network_header(skb);

	h = skb_put(skb, sizeof(*h));
	h->what = ETHERTYPE_ANSWER;
	h->zero = 0;
	h->length = htons(length);
	/* What came may lie in several pieces. */
	if (skb_copy_bits(question, sizeof(*h), skb_put(skb, length), length))
		goto drop;

	skb->dev = dev;
	skb->protocol = htons(ETHERTYPE_NUMBER);
	if (dev_hard_header(skb, dev, ETHERTYPE_NUMBER,
			    eth_hdr(question)->h_source, dev->dev_addr,
			    skb->len) < 0)
		goto drop;
	dev_queue_xmit(skb); /* takes the skb, whatever comes of it */
	atomic_long_inc(&ethertype_of(dev_net(dev))->sent);
	return;

drop:
	kfree_skb(skb);
}

/* Counts what it is. Returns whether it is to be answered, and its length. */
static bool ethertype_take(struct sk_buff *skb, unsigned int *length)
{
	struct ethertype_net *counters = ethertype_of(dev_net(skb->dev));
	const struct ethertype_header *h;

	/* Frames to others come, too, if someone listens to all of them. */
	if (skb->pkt_type == PACKET_OTHERHOST) {
		atomic_long_inc(&counters->not_for_us);
		return false;
	}

	/*
	 * Nothing may be believed: a frame can be shorter than the header, or
	 * than the header says. It may well be longer, for Ethernet pads.
	 */
	if (!pskb_may_pull(skb, sizeof(*h)))
		goto malformed;
	h = (const struct ethertype_header *)skb->data;
	*length = ntohs(h->length);
	if (h->zero || *length > skb->len - sizeof(*h))
		goto malformed;

	switch (h->what) {
	case ETHERTYPE_QUESTION:
		atomic_long_inc(&counters->questions);
		/* A question to all would be answered by all. */
		return skb->pkt_type == PACKET_HOST;
	case ETHERTYPE_ANSWER:
		atomic_long_inc(&counters->answers);
		return false;
	}

malformed:
	atomic_long_inc(&counters->malformed);
	return false;
}

/*
 * A frame of our type came in. The kernel calls this in a soft interrupt: it
 * must not sleep. The skb (the frame, and what is known of it) is ours to free,
 * on every way out.
 */
static int ethertype_receive(struct sk_buff *skb, struct net_device *dev,
			     struct packet_type *type,
			     struct net_device *orig_dev)
{
	unsigned int length = 0;

	/* If others have it as well, we need one of our own. */
	skb = skb_share_check(skb, GFP_ATOMIC);
	if (!skb)
		return NET_RX_DROP;

	/* An answer needs addresses of Ethernet's kind; lo has them, too. */
	if (ethertype_take(skb, &length) &&
	    (dev->type == ARPHRD_ETHER || dev->type == ARPHRD_LOOPBACK))
		ethertype_answer(skb, length);
	consume_skb(skb);
	return NET_RX_SUCCESS;
}

static struct packet_type ethertype_packets = {
	.type = cpu_to_be16(ETHERTYPE_NUMBER),
	.func = ethertype_receive,
	/* No .dev: from all devices, in all network namespaces. */
};

static int ethertype_show(struct seq_file *m, void *unused)
{
	struct ethertype_net *c = ethertype_of(seq_file_single_net(m));

	seq_printf(m, "questions %ld\n", atomic_long_read(&c->questions));
	seq_printf(m, "answers %ld\n", atomic_long_read(&c->answers));
	seq_printf(m, "malformed %ld\n", atomic_long_read(&c->malformed));
	seq_printf(m, "not_for_us %ld\n", atomic_long_read(&c->not_for_us));
	seq_printf(m, "sent %ld\n", atomic_long_read(&c->sent));
	return 0;
}

/*
 * For each namespace that there is when the module comes, and for each that is
 * made later: zero its counters (the kernel has), make its file.
 */
static int __net_init ethertype_net_init(struct net *net)
{
	if (!proc_create_net_single(KBUILD_MODNAME, 0444, net->proc_net,
				    ethertype_show, NULL))
		return -ENOMEM;
	return 0;
}

static void __net_exit ethertype_net_exit(struct net *net)
{
	remove_proc_entry(KBUILD_MODNAME, net->proc_net);
}

static struct pernet_operations ethertype_net_ops = {
	.init = ethertype_net_init,
	.exit = ethertype_net_exit,
	.id = &ethertype_net_id,
	.size = sizeof(struct ethertype_net),
};

static int __init ethertype_init(void)
{
	/* Counters first: from dev_add_pack() on, frames come. */
	int err = register_pernet_subsys(&ethertype_net_ops);

	if (err)
		return err;
	dev_add_pack(&ethertype_packets);
	return 0;
}

static void __exit ethertype_exit(void)
{
	/* This waits until no processor is in ethertype_receive() any more. */
	dev_remove_pack(&ethertype_packets);
	unregister_pernet_subsys(&ethertype_net_ops);
}

module_init(ethertype_init);
module_exit(ethertype_exit);

MODULE_LICENSE("GPL");
MODULE_AUTHOR("The lkm authors");
MODULE_DESCRIPTION("An echo directly on top of Ethernet");
