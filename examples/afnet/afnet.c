// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * afnet: an address family of one's own: socket(AFNET_FAMILY, SOCK_DGRAM, 0).
 *
 * Its sockets send each other messages within this machine, from port to port,
 * whole and in order. One that nobody waits for is refused, not lost.
 *
 * There are two halves of a socket. What the file descriptor leads to is a
 * struct socket; the system calls on it end in a table, struct proto_ops. What
 * the network knows is a struct sock: queues, buffers, who waits. Ours begins
 * with one, so that a pointer to one is a pointer to the other.
 *
 *	lkm try examples/afnet
 */

#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/module.h>
#include <linux/net.h>
#include <linux/skbuff.h>
#include <linux/spinlock.h>
#include <linux/version.h>
#include <net/net_namespace.h>
#include <net/sock.h>

#include "afnet.h"

struct afnet_sock {
	struct sock sk; /* must come first */
	u16 port; /* 0: not bound */
	u16 peer; /* of connect(2); 0: none */
	struct hlist_node node; /* in afnet_bound, if it is bound */
};

static struct afnet_sock *afnet_of(struct socket *sock)
{
	return container_of(sock->sk, struct afnet_sock, sk);
}

/* What travels with each message, in the part of an skb that is free for it. */
struct afnet_control {
	u16 from;
};

static struct afnet_control *afnet_control(struct sk_buff *skb)
{
	BUILD_BUG_ON(sizeof(struct afnet_control) > sizeof(skb->cb));
	return (struct afnet_control *)skb->cb;
}

/* All sockets that have a port, of all network namespaces. */
static HLIST_HEAD(afnet_bound);
static DEFINE_SPINLOCK(afnet_lock);

/* ------------------------------------------------------- what changed */

/*
 * Since Linux 6.19 an address is of a type that does not pretend to know how
 * long it is.
 */
#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 19, 0)
#define afnet_address sockaddr
#else
#define afnet_address sockaddr_unsized
#endif

/* Since 5.19, "do not wait" is one of the flags. */
static struct sk_buff *afnet_dequeue(struct sock *sk, int flags, int *err)
{
#if LINUX_VERSION_CODE < KERNEL_VERSION(5, 19, 0)
	return skb_recv_datagram(sk, flags & ~MSG_DONTWAIT,
				 flags & MSG_DONTWAIT, err);
#else
	return skb_recv_datagram(sk, flags, err);
#endif
}

/* --------------------------------------------------------------- ports */

/* Under afnet_lock. */
static struct afnet_sock *afnet_find(struct net *net, u16 port)
{
	struct afnet_sock *as;

	hlist_for_each_entry(as, &afnet_bound, node) {
		if (as->port == port && net_eq(sock_net(&as->sk), net))
			return as;
	}
	return NULL;
}

/* Under afnet_lock. 0: all are taken. */
static u16 afnet_free_port(struct net *net)
{
	unsigned int port;

	for (port = 32768; port <= U16_MAX; port++) {
		if (!afnet_find(net, port))
			return port;
	}
	return 0;
}

/* @port: 0 for any that is free. */
static int afnet_bind_port(struct afnet_sock *as, u16 port)
{
	struct net *net = sock_net(&as->sk);
	int err = 0;

	spin_lock(&afnet_lock);
	if (as->port) {
		err = -EINVAL; /* it has one */
	} else if (port && afnet_find(net, port)) {
		err = -EADDRINUSE;
	} else {
		port = port ?: afnet_free_port(net);
		if (port) {
			as->port = port;
			hlist_add_head(&as->node, &afnet_bound);
		} else {
			err = -EADDRNOTAVAIL;
		}
	}
	spin_unlock(&afnet_lock);
	return err;
}

/* Who has the port, with a reference that is to be given back; or NULL. */
static struct sock *afnet_get(struct net *net, u16 port)
{
	struct afnet_sock *as;

	spin_lock(&afnet_lock);
	as = afnet_find(net, port);
	if (as)
		sock_hold(&as->sk);
	spin_unlock(&afnet_lock);
	return as ? &as->sk : NULL;
}

/* The port of an address that a program gave; below zero: an errno. */
static int afnet_port_of(const void *address, int len)
{
	const struct sockaddr_afnet *a = address;

	if (len < (int)sizeof(*a))
		return -EINVAL;
	if (a->family != AFNET_FAMILY)
		return -EAFNOSUPPORT;
	return a->port;
}

/* ---------------------------------------------------- the system calls */

static int afnet_bind(struct socket *sock, struct afnet_address *address,
		      int len)
{
	int port = afnet_port_of(address, len);

	return port < 0 ? port : afnet_bind_port(afnet_of(sock), port);
}

/* Nothing is sent: connect(2) only names the peer of each later send(2). */
static int afnet_connect(struct socket *sock, struct afnet_address *address,
			 int len, int flags)
{
	int port = afnet_port_of(address, len);

	if (port < 0)
		return port;
	if (!port)
		return -EADDRNOTAVAIL;
	WRITE_ONCE(afnet_of(sock)->peer, port);
	return 0;
}

/* getsockname(2), and getpeername(2). Returns the length of the address. */
static int afnet_getname(struct socket *sock, struct sockaddr *address,
			 int peer)
{
	struct sockaddr_afnet *a = (struct sockaddr_afnet *)address;
	struct afnet_sock *as = afnet_of(sock);

	a->family = AFNET_FAMILY;
	a->port = peer ? READ_ONCE(as->peer) : READ_ONCE(as->port);
	if (peer && !a->port)
		return -ENOTCONN;
	return sizeof(*a);
}

/* Gives a message to the socket at a port. Takes the skb. */
static int afnet_deliver(struct net *net, u16 port, struct sk_buff *skb)
{
	struct sock *to = afnet_get(net, port);
	int err = -ECONNREFUSED;

	if (to) {
		/* Wakes who waits. ENOMEM: its receive buffer is full. */
		err = sock_queue_rcv_skb(to, skb);
		if (err == -ENOMEM)
			err = -ENOBUFS;
		sock_put(to);
	}
	if (err)
		kfree_skb(skb);
	return err;
}

static int afnet_sendmsg(struct socket *sock, struct msghdr *msg, size_t len)
{
	struct afnet_sock *as = afnet_of(sock);
	int port = READ_ONCE(as->peer);
	struct sk_buff *skb;
	int err;

	if (msg->msg_flags & MSG_OOB)
		return -EOPNOTSUPP;
	if (msg->msg_name)
		port = afnet_port_of(msg->msg_name, msg->msg_namelen);
	if (port < 0)
		return port;
	if (!port)
		return -EDESTADDRREQ;
	if (len > AFNET_MAX)
		return -EMSGSIZE;

	/* The receiver shall know whom to answer. EINVAL: it has a port. */
	err = afnet_bind_port(as, 0);
	if (err && err != -EINVAL)
		return err;

	/* Waits until what this socket has on its way is below its limit. */
	skb = sock_alloc_send_skb(&as->sk, len, msg->msg_flags & MSG_DONTWAIT,
				  &err);
	if (!skb)
		return err;
	afnet_control(skb)->from = as->port;
	err = memcpy_from_msg(skb_put(skb, len), msg, len);
	if (err) {
		kfree_skb(skb);
		return err;
	}
	err = afnet_deliver(sock_net(&as->sk), port, skb);
	return err ? err : (int)len;
}

static int afnet_recvmsg(struct socket *sock, struct msghdr *msg, size_t size,
			 int flags)
{
	struct sk_buff *skb;
	size_t len;
	int err;

	if (flags & MSG_OOB)
		return -EOPNOTSUPP;
	skb = afnet_dequeue(sock->sk, flags, &err);
	if (!skb)
		return err;

	len = min_t(size_t, skb->len, size);
	if (len < skb->len)
		msg->msg_flags |= MSG_TRUNC; /* the rest is lost */
	err = skb_copy_datagram_msg(skb, 0, msg, len);
	if (!err && msg->msg_name) {
		struct sockaddr_afnet *a = msg->msg_name;

		/* The kernel sees to it that there is room for any address. */
		a->family = AFNET_FAMILY;
		a->port = afnet_control(skb)->from;
		msg->msg_namelen = sizeof(*a);
	}
	if (!err)
		err = flags & MSG_TRUNC ? skb->len : len;
	skb_free_datagram(sock->sk, skb); /* with MSG_PEEK, it stays queued */
	return err;
}

/* The last descriptor is closed. Somebody may still have a reference. */
static int afnet_release(struct socket *sock)
{
	struct sock *sk = sock->sk;
	struct afnet_sock *as;

	if (!sk)
		return 0;
	as = afnet_of(sock);

	spin_lock(&afnet_lock);
	if (as->port)
		hlist_del(&as->node);
	spin_unlock(&afnet_lock);

	sock_orphan(sk); /* takes the two halves apart */
	sock->sk = NULL;
	sock_put(sk);
	return 0;
}

/*
 * The last reference is gone. What nobody fetched goes now, not before: a
 * sender that found us in afnet_bound could have queued up to here.
 */
static void afnet_destruct(struct sock *sk)
{
	skb_queue_purge(&sk->sk_receive_queue);
}

/* What is not there for this family, the kernel has refusals ready for. */
static const struct proto_ops afnet_ops = {
	.family = AFNET_FAMILY,
	.owner = THIS_MODULE,
	.release = afnet_release,
	.bind = afnet_bind,
	.connect = afnet_connect,
	.socketpair = sock_no_socketpair,
	.accept = sock_no_accept,
	.getname = afnet_getname,
	.poll = datagram_poll,
	.ioctl = sock_no_ioctl,
	.listen = sock_no_listen,
	.shutdown = sock_no_shutdown,
	.sendmsg = afnet_sendmsg,
	.recvmsg = afnet_recvmsg,
	.mmap = sock_no_mmap,
#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 5, 0)
	.sendpage = sock_no_sendpage, /* sendmsg does it since */
#endif
};

/* owner: each socket counts as a use of the module, until it is freed. */
static struct proto afnet_proto = {
	.name = "AFNET",
	.owner = THIS_MODULE,
	.obj_size = sizeof(struct afnet_sock),
};

/* socket(2): the first half is there, here comes the second. */
static int afnet_create(struct net *net, struct socket *sock, int protocol,
			int kern)
{
	struct sock *sk;

	if (sock->type != SOCK_DGRAM)
		return -ESOCKTNOSUPPORT;
	if (protocol)
		return -EPROTONOSUPPORT;

	sk = sk_alloc(net, AFNET_FAMILY, GFP_KERNEL, &afnet_proto, kern);
	if (!sk)
		return -ENOMEM;
	sock->ops = &afnet_ops;
	sock_init_data(sock, sk); /* joins the halves */
	sk->sk_destruct = afnet_destruct;
	return 0;
}

static const struct net_proto_family afnet_family = {
	.family = AFNET_FAMILY,
	.create = afnet_create,
	.owner = THIS_MODULE,
};

static int __init afnet_init(void)
{
	/* 1: a cache of its own for the sockets; /proc/slabinfo counts them. */
	int err = proto_register(&afnet_proto, 1);

	if (err)
		return err;
	/* From here on programs can make sockets. */
	err = sock_register(&afnet_family);
	if (err)
		proto_unregister(&afnet_proto);
	return err;
}

/* No socket is left, or the module would not be removed. */
static void __exit afnet_exit(void)
{
	sock_unregister(AFNET_FAMILY);
	proto_unregister(&afnet_proto);
}

module_init(afnet_init);
module_exit(afnet_exit);

/* socket(2) with a family that the kernel does not have asks for it. */
MODULE_ALIAS_NETPROTO(AFNET_FAMILY);
MODULE_LICENSE("GPL");
MODULE_AUTHOR("The lkm authors");
MODULE_DESCRIPTION("An address family: messages from port to port");
