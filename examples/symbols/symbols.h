/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What symbols_base offers to other modules: see symbols_base.c.
 */
#ifndef SYMBOLS_H
#define SYMBOLS_H

#include <linux/export.h>
#include <linux/module.h>
#include <linux/version.h>

/*
 * A namespace keeps symbols apart: only who says MODULE_IMPORT_NS() may use
 * them, and the build tells who forgot. Since Linux 6.13 its name is a string;
 * before, it was a bare word.
 */
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 13, 0)
#define SYMBOLS_NS "SYMBOLS"
#else
#define SYMBOLS_NS SYMBOLS
#endif

/**
 * symbols_ticket() - draw the next ticket
 *
 * Return: a number that nobody else has got: 1, 2, 3 and so on.
 */
unsigned int symbols_ticket(void);

/* How many were drawn. */
unsigned int symbols_drawn(void);

#endif
