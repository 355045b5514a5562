// SPDX-License-Identifier: GPL-2.0-or-later
#include <linux/module.h>

static int __init mine_init(void)
{
	pr_info("hello from %s\n", __func__);
	return 0;
}
module_init(mine_init);

static void __exit mine_exit(void)
{
	pr_info("bye from %s\n", __func__);
}
module_exit(mine_exit);
