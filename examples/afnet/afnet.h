/* SPDX-License-Identifier: GPL-2.0-or-later WITH Linux-syscall-note */
/* What programs need to use afnet's sockets. */
#ifndef AFNET_H
#define AFNET_H

#include <linux/socket.h>
#include <linux/types.h>

/*
 * Numbers of address families are given out by the kernel's own headers. 19
 * was Econet's, which was removed with Linux 3.5; nobody has it since.
 */
#define AFNET_FAMILY 19

/* Ports are numbers. 0 is none: bind(2) to it means any that is free. */
struct sockaddr_afnet {
	__kernel_sa_family_t family; /* AFNET_FAMILY */
	__u16 port;
};

/* The most that fits into one message. */
#define AFNET_MAX 32768

#endif
