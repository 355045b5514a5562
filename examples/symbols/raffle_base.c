// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * raffle_base: functions for other modules.
 *
 * A function that is not static is still nobody else's: only what is exported
 * can be used by other modules: by all with EXPORT_SYMBOL(), by those under a
 * compatible licence with EXPORT_SYMBOL_GPL(). The NS in between adds a
 * namespace, see raffle.h.
 *
 * While raffle_user is loaded this module cannot be removed: the kernel
 * counts it as a user, and shows it in the fourth field of /proc/modules. That
 * is all taken care of; nothing here counts anything.
 */
#include <linux/atomic.h>
#include <linux/init.h>
#include <linux/module.h>

#include "raffle.h"

/* Several processors may draw at once, so this is no plain number. */
static atomic_t raffle_last = ATOMIC_INIT(0);

unsigned int raffle_ticket(void)
{
	return atomic_inc_return(&raffle_last);
}
EXPORT_SYMBOL_NS_GPL(raffle_ticket, RAFFLE_NS);

unsigned int raffle_drawn(void)
{
	return atomic_read(&raffle_last);
}
EXPORT_SYMBOL_NS_GPL(raffle_drawn, RAFFLE_NS);

/* There is nothing to set up, but a module without exit could not go. */
static int __init raffle_base_init(void)
{
	return 0;
}

static void __exit raffle_base_exit(void)
{
}

module_init(raffle_base_init);
module_exit(raffle_base_exit);

MODULE_LICENSE("GPL");
MODULE_AUTHOR("The lkm authors");
MODULE_DESCRIPTION("Tickets, for other modules");
