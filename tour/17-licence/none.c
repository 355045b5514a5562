// SPDX-License-Identifier: GPL-2.0-or-later
#include <linux/module.h>

static int __init none_init(void)
{
	pr_info("hello from %s\n", __func__);
	return 0;
}
module_init(none_init);

static void __exit none_exit(void)
{
	pr_info("bye from %s\n", __func__);
}
module_exit(none_exit);
