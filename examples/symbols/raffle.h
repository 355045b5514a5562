/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What raffle_base offers to other modules: see raffle_base.c.
 */
#ifndef RAFFLE_H
#define RAFFLE_H

#include <linux/export.h>
#include <linux/module.h>
#include <linux/version.h>

/*
 * A namespace keeps symbols apart: only who says MODULE_IMPORT_NS() may use
 * them, and the build tells who forgot. Since Linux 6.13 its name is a string;
 * before, it was a bare word.
 */
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 13, 0)
#define RAFFLE_NS "RAFFLE"
#else
#define RAFFLE_NS RAFFLE
#endif

/**
 * raffle_ticket() - draw the next ticket
 *
 * Return: a number that nobody else has got: 1, 2, 3 and so on.
 */
unsigned int raffle_ticket(void);

/* How many were drawn. */
unsigned int raffle_drawn(void);

#endif
