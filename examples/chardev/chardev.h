/* SPDX-License-Identifier: GPL-2.0-or-later WITH Linux-syscall-note */
/*
 * What programs and the module must agree on: the ioctls of /dev/chardev.
 */
#ifndef CHARDEV_H
#define CHARDEV_H

#include <linux/ioctl.h>
#include <linux/types.h>

/* What CHARDEV_GET_STATE tells. Fixed sizes, so that all programs agree. */
struct chardev_state {
	__u32 length;	/* bytes that were written */
	__u32 size;	/* bytes that there is room for */
	__u32 openers;	/* how many have it open */
	__u32 finished;	/* no more will come */
};

/*
 * A number says which way the data goes, how much it is, and whose ioctl it
 * is, so that one that was meant for another device is not taken for ours. The
 * letter is free to choose; Documentation/userspace-api/ioctl/ioctl-number.rst
 * lists the ones that are taken.
 */
#define CHARDEV_GET_STATE	_IOR('L', 1, struct chardev_state)
#define CHARDEV_FINISH		_IO('L', 2)
#define CHARDEV_CLEAR		_IO('L', 3)

#endif
