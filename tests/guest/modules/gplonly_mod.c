// SPDX-License-Identifier: GPL-2.0-or-later
/* Uses a symbol that is for GPL modules only. */
#include <linux/kobject.h>
#include <linux/module.h>

static struct kobject *folder;

static int __init gplonly_init(void)
{
	folder = kobject_create_and_add("gplonly", kernel_kobj);
	return folder ? 0 : -ENOMEM;
}

static void __exit gplonly_exit(void)
{
	kobject_put(folder);
}

module_init(gplonly_init);
module_exit(gplonly_exit);
MODULE_DESCRIPTION("uses a GPL-only symbol");
MODULE_LICENSE("GPL");
