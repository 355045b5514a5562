// SPDX-License-Identifier: GPL-2.0-or-later
/* Breaks something when it is loaded, in the way that is asked for. */
#include <linux/bug.h>
#include <linux/module.h>

static char *how = "";
module_param(how, charp, 0444);

static int __init damage_init(void)
{
	volatile int *p = NULL;

	if (!strcmp(how, "fault"))
		p = (void *)0xffffc12345678000ul;
	else if (!strcmp(how, "gp"))
		p = (void *)0x1234567812345678ul;
	else if (!strcmp(how, "bug"))
		BUG();
	else if (!strcmp(how, "warn"))
		return WARN_ON(1) ? 0 : -EINVAL;
	return *p;
}

static void __exit damage_exit(void)
{
}

module_init(damage_init);
module_exit(damage_exit);
MODULE_DESCRIPTION("breaks something");
MODULE_LICENSE("GPL");
