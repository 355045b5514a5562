// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * gpl_symbol: its licence is proprietary but it uses a symbol that is for GPL
 * modules only.
 *
 * A judge must say: the build fails: modpost names the GPL-only symbol
 * synchronize_rcu.
 */
#include <linux/init.h>
#include <linux/module.h>
#include <linux/rcupdate.h>

static int __init gpl_symbol_init(void)
{
	synchronize_rcu();
	return 0;
}
module_init(gpl_symbol_init);

static void __exit gpl_symbol_exit(void)
{
}
module_exit(gpl_symbol_exit);

MODULE_DESCRIPTION("bad on purpose: gpl_symbol");
MODULE_LICENSE("Proprietary");
