// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * platform: a platform device and its driver in one module; what probe
 * allocates, the driver core frees (devm).
 *
 * A judge must say: passed, nothing left, in every round.
 */
#include <linux/device.h>
#include <linux/err.h>
#include <linux/init.h>
#include <linux/module.h>
#include <linux/platform_device.h>
#include <linux/slab.h>

static struct platform_device *device;

static ssize_t state_show(struct device *dev, struct device_attribute *a,
			  char *buf)
{
	return sysfs_emit(buf, "%s\n", (char *)dev_get_drvdata(dev));
}
static DEVICE_ATTR_RO(state);

static struct attribute *platform_attrs[] = { &dev_attr_state.attr, NULL };
ATTRIBUTE_GROUPS(platform);

static int platform_probe_it(struct platform_device *pdev)
{
	char *state = devm_kstrdup(&pdev->dev, "probed", GFP_KERNEL);

	if (!state)
		return -ENOMEM;
	platform_set_drvdata(pdev, state);
	return 0;
}

static struct platform_driver driver = {
	.probe = platform_probe_it,
	.driver = {
		.name = "lkm_platform",
		.dev_groups = platform_groups,
	},
};

static int __init platform_init(void)
{
	int err = platform_driver_register(&driver);

	if (err)
		return err;
	device = platform_device_register_simple("lkm_platform", 0, NULL, 0);
	if (IS_ERR(device))
		platform_driver_unregister(&driver);
	return PTR_ERR_OR_ZERO(device);
}
module_init(platform_init);

static void __exit platform_exit(void)
{
	platform_device_unregister(device);
	platform_driver_unregister(&driver);
}
module_exit(platform_exit);

MODULE_DESCRIPTION("control: platform, nothing wrong");
MODULE_LICENSE("GPL");
