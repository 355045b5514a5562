// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * symbols_user: uses what symbols_base exports.
 *
 * The build writes "depends=symbols_base" into this module, and modprobe loads
 * that one first. insmod does not: without symbols_base the kernel refuses
 * this one with ENOENT, and "Unknown symbol symbols_ticket" in its log.
 */
#include <linux/init.h>
#include <linux/module.h>
#include <linux/moduleparam.h>
#include <linux/sysfs.h>

#include "symbols.h"

static unsigned int symbols_user_last;

/*
 * Writing anything into /sys/module/symbols_user/parameters/ticket draws one,
 * and reading tells which. Reading must not draw: files in /sys are read by
 * whoever wants to have a look, and nobody expects that to change a thing.
 */
static int symbols_user_draw(const char *val, const struct kernel_param *kp)
{
	symbols_user_last = symbols_ticket();
	return 0;
}

static int symbols_user_show(char *buffer, const struct kernel_param *kp)
{
	return sysfs_emit(buffer, "%u\n", symbols_user_last);
}

static const struct kernel_param_ops symbols_user_ops = {
	.set = symbols_user_draw,
	.get = symbols_user_show,
};

module_param_cb(ticket, &symbols_user_ops, NULL, 0644);
MODULE_PARM_DESC(ticket, "the last ticket; written, the next one is drawn");

static int __init symbols_user_init(void)
{
	symbols_user_last = symbols_ticket();
	return 0;
}

static void __exit symbols_user_exit(void)
{
	pr_info("%s: %u tickets were drawn\n", KBUILD_MODNAME,
		symbols_drawn());
}

module_init(symbols_user_init);
module_exit(symbols_user_exit);

MODULE_IMPORT_NS(SYMBOLS_NS);
MODULE_LICENSE("GPL");
MODULE_AUTHOR("The lkm authors");
MODULE_DESCRIPTION("Draws tickets of another module");
