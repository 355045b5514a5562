// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * symbols_base: functions for other modules.
 *
 * A function that is not static is still nobody else's: only what is exported
 * can be used by other modules: by all with EXPORT_SYMBOL(), by those under a
 * compatible licence with EXPORT_SYMBOL_GPL(). The NS in between adds a
 * namespace, see symbols.h.
 *
 * While symbols_user is loaded this module cannot be removed: the kernel
 * counts it as a user, and shows it in the fourth field of /proc/modules. That
 * is all taken care of; nothing here counts anything.
 */
#include <linux/atomic.h>
#include <linux/init.h>
#include <linux/module.h>

#include "symbols.h"

/* Several processors may draw at once, so this is no plain number. */
static atomic_t symbols_last = ATOMIC_INIT(0);

unsigned int symbols_ticket(void)
{
	return atomic_inc_return(&symbols_last);
}
EXPORT_SYMBOL_NS_GPL(symbols_ticket, SYMBOLS_NS);

unsigned int symbols_drawn(void)
{
	return atomic_read(&symbols_last);
}
EXPORT_SYMBOL_NS_GPL(symbols_drawn, SYMBOLS_NS);

/* There is nothing to set up, but a module without exit could not go. */
static int __init symbols_base_init(void)
{
	return 0;
}

static void __exit symbols_base_exit(void)
{
}

module_init(symbols_base_init);
module_exit(symbols_base_exit);

MODULE_LICENSE("GPL");
MODULE_AUTHOR("The lkm authors");
MODULE_DESCRIPTION("Tickets, for other modules");
