// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * netpair: two network devices with a cable between them.
 *
 * What goes out of netpair0 comes in at netpair1, and the other way round. To
 * the kernel both are Ethernet cards: they have addresses, counters and a link
 * that is there when both are up. One of them may be moved into another network
 * namespace; then the cable leads there.
 *
 *	lkm try examples/netdev
 */

#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/build_bug.h>
#include <linux/etherdevice.h>
#include <linux/ethtool.h>
#include <linux/module.h>
#include <linux/netdevice.h>
#include <linux/rtnetlink.h>
#include <linux/skbuff.h>

/* What a device has of its own; the kernel puts it behind struct net_device. */
struct netpair {
	struct net_device *peer;
	/* Several processors send at a time. */
	atomic64_t packets;
	atomic64_t bytes;
	atomic64_t dropped; /* the other side did not take it */
};

static struct net_device *netpair_devs[2];

static struct netpair *netpair_of(const struct net_device *dev)
{
	return netdev_priv(dev);
}

/*
 * The kernel hands over a frame. It is ours from here on: sent or dropped, it
 * is not to be touched after. A card would be told to fetch it, and by an
 * interrupt would tell when it has; here it only changes sides.
 */
static netdev_tx_t netpair_xmit(struct sk_buff *skb, struct net_device *dev)
{
	struct netpair *np = netpair_of(dev);
	unsigned int len = skb->len;

	/* For whoever wants to know when it was sent: that is now. */
	skb_tx_timestamp(skb);

	/*
	 * This takes off what only concerns the sender, and acts as if the
	 * frame had come from outside. It is refused if it is too long, or the
	 * other side is down.
	 */
	if (dev_forward_skb(np->peer, skb) == NET_RX_SUCCESS) {
		atomic64_inc(&np->packets);
		atomic64_add(len, &np->bytes);
	} else {
		atomic64_inc(&np->dropped);
	}
	return NETDEV_TX_OK;
}

/* `ip link set netpair0 up`. The link is there as soon as both are. */
static int netpair_open(struct net_device *dev)
{
	struct net_device *peer = netpair_of(dev)->peer;

	netif_start_queue(dev);
	if (netif_running(peer)) {
		netif_carrier_on(dev);
		netif_carrier_on(peer);
	}
	return 0;
}

static int netpair_stop(struct net_device *dev)
{
	netif_stop_queue(dev);
	netif_carrier_off(dev);
	netif_carrier_off(netpair_of(dev)->peer);
	return 0;
}

/* /sys/class/net/netpair0/statistics. What one sent is what the other got. */
static void netpair_get_stats64(struct net_device *dev,
				struct rtnl_link_stats64 *st)
{
	struct netpair *tx = netpair_of(dev), *rx = netpair_of(tx->peer);

	st->tx_packets = atomic64_read(&tx->packets);
	st->tx_bytes = atomic64_read(&tx->bytes);
	st->tx_dropped = atomic64_read(&tx->dropped);
	st->rx_packets = atomic64_read(&rx->packets);
	st->rx_bytes = atomic64_read(&rx->bytes);
}

static const struct net_device_ops netpair_ops = {
	.ndo_open = netpair_open,
	.ndo_stop = netpair_stop,
	.ndo_start_xmit = netpair_xmit,
	.ndo_get_stats64 = netpair_get_stats64,
	.ndo_validate_addr = eth_validate_addr,
	.ndo_set_mac_address = eth_mac_addr,
};

/* `ethtool -i`: who is behind the device. */
static void netpair_get_drvinfo(struct net_device *dev,
				struct ethtool_drvinfo *info)
{
	strscpy(info->driver, KBUILD_MODNAME, sizeof(info->driver));
}

static const struct ethtool_ops netpair_ethtool_ops = {
	.get_drvinfo = netpair_get_drvinfo,
	.get_link = ethtool_op_get_link,
};

static void netpair_setup(struct net_device *dev)
{
	ether_setup(dev);
	eth_hw_addr_random(dev);
	dev->netdev_ops = &netpair_ops;
	dev->ethtool_ops = &netpair_ethtool_ops;
	/* There is never a reason to wait: frames need not queue. */
	dev->priv_flags |= IFF_NO_QUEUE;
	dev->max_mtu = ETH_MAX_MTU;
}

/* alloc_netdev() takes a name that is too long for a bug, and stops there. */
static_assert(sizeof(KBUILD_MODNAME "%d") <= IFNAMSIZ,
	      "names of network devices have at most 15 letters");

static struct net_device *netpair_alloc(void)
{
	/* The kernel puts the first number that is free in place of %d. */
	return alloc_netdev(sizeof(struct netpair), KBUILD_MODNAME "%d",
			    NET_NAME_ENUM, netpair_setup);
}

/*
 * Both appear at once, and both go at once: the lock of all network devices
 * (rtnl) is held, so that none is ever seen with a peer that is not there.
 */
static int netpair_register(void)
{
	int err;

	rtnl_lock();
	err = register_netdevice(netpair_devs[0]);
	if (err)
		goto out;
	err = register_netdevice(netpair_devs[1]);
	if (err) {
		unregister_netdevice(netpair_devs[0]);
		goto out;
	}
	netif_carrier_off(netpair_devs[0]);
	netif_carrier_off(netpair_devs[1]);
out:
	rtnl_unlock();
	return err;
}

static void netpair_unregister(void)
{
	LIST_HEAD(both);

	rtnl_lock();
	unregister_netdevice_queue(netpair_devs[0], &both);
	unregister_netdevice_queue(netpair_devs[1], &both);
	unregister_netdevice_many(&both);
	/* On unlocking, the kernel waits until nobody uses them any more. */
	rtnl_unlock();
}

/* Those that there are. */
static void netpair_free(void)
{
	if (netpair_devs[0])
		free_netdev(netpair_devs[0]);
	if (netpair_devs[1])
		free_netdev(netpair_devs[1]);
}

static int __init netpair_init(void)
{
	int err;

	netpair_devs[0] = netpair_alloc();
	netpair_devs[1] = netpair_alloc();
	if (!netpair_devs[0] || !netpair_devs[1]) {
		netpair_free();
		return -ENOMEM;
	}
	netpair_of(netpair_devs[0])->peer = netpair_devs[1];
	netpair_of(netpair_devs[1])->peer = netpair_devs[0];

	err = netpair_register();
	if (err)
		netpair_free();
	return err;
}

/*
 * Neither counts as a use of the module, even if it is up: what uses a device
 * is told when it goes.
 */
static void __exit netpair_exit(void)
{
	netpair_unregister();
	netpair_free();
}

module_init(netpair_init);
module_exit(netpair_exit);

MODULE_LICENSE("GPL");
MODULE_AUTHOR("The lkm authors");
MODULE_DESCRIPTION("Two network devices with a cable between them");
