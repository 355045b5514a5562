// SPDX-License-Identifier: GPL-2.0-or-later
#include <linux/module.h>
#include <linux/platform_device.h>

static int __init closed_init(void)
{
	struct platform_device *dev;

	dev = platform_device_register_simple("closed", -1, NULL, 0);
	return PTR_ERR_OR_ZERO(dev);
}
module_init(closed_init);

MODULE_LICENSE("Proprietary");
