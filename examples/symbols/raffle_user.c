// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * raffle_user: uses what raffle_base exports.
 *
 * The build writes "depends=raffle_base" into this module, and modprobe loads
 * that one first. insmod does not: without raffle_base the kernel refuses
 * this one with ENOENT, and "Unknown symbol raffle_ticket" in its log.
 */
#include <linux/init.h>
#include <linux/module.h>
#include <linux/moduleparam.h>
#include <linux/sysfs.h>

#include "raffle.h"

static unsigned int raffle_user_last;

/*
 * Writing anything into /sys/module/raffle_user/parameters/ticket draws one,
 * and reading tells which. Reading must not draw: files in /sys are read by
 * whoever wants to have a look, and nobody expects that to change a thing.
 */
static int raffle_user_draw(const char *val, const struct kernel_param *kp)
{
	raffle_user_last = raffle_ticket();
	return 0;
}

static int raffle_user_show(char *buffer, const struct kernel_param *kp)
{
	return sysfs_emit(buffer, "%u\n", raffle_user_last);
}

static const struct kernel_param_ops raffle_user_ops = {
	.set = raffle_user_draw,
	.get = raffle_user_show,
};

module_param_cb(ticket, &raffle_user_ops, NULL, 0644);
MODULE_PARM_DESC(ticket, "the last ticket; written, the next one is drawn");

static int __init raffle_user_init(void)
{
	raffle_user_last = raffle_ticket();
	return 0;
}

static void __exit raffle_user_exit(void)
{
	pr_info("%s: %u tickets were drawn\n", KBUILD_MODNAME,
		raffle_drawn());
}

module_init(raffle_user_init);
module_exit(raffle_user_exit);

MODULE_IMPORT_NS(RAFFLE_NS);
MODULE_LICENSE("GPL");
MODULE_AUTHOR("The lkm authors");
MODULE_DESCRIPTION("Draws tickets of another module");
