// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * platform_lamp: a device, and the driver for it.
 *
 * In Linux these are two things, brought together by a bus. The bus knows
 * devices and drivers, and where a name (or another mark) of one fits the
 * other it calls the driver's probe(): here is a device for you. When device or
 * driver goes, remove() undoes what probe() did. A driver may have any number
 * of devices, so nothing of a device is kept in a variable of the module.
 *
 * The platform bus is for what cannot be found by looking, unlike PCI and USB:
 * its devices are named by the firmware (a device tree, ACPI) or, as here, by
 * a module. The lamp is make-believe; all else is real:
 *
 *	cd /sys/bus/platform/devices/platform_lamp.0
 *	echo 200 >brightness
 *	echo platform_lamp.0 >driver/unbind
 */
#include <linux/device.h>
#include <linux/err.h>
#include <linux/init.h>
#include <linux/kernel.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/platform_device.h>
#include <linux/slab.h>
#include <linux/sysfs.h>
#include <linux/version.h>

#define PLATFORM_LAMP_MAX 255
#define PLATFORM_LAMP_DEFAULT 100

/* How often probe() was called: /sys/module/platform_lamp/parameters/probes */
static unsigned int probes;
module_param(probes, uint, 0444);
MODULE_PARM_DESC(probes, "how often a device was probed");

/* What belongs to one device. */
struct platform_lamp {
	struct mutex lock;		/* of brightness */
	unsigned int brightness;
};

/*
 * Attributes: files in the device's folder of /sys, one value each. The macro
 * below makes a file "brightness" of the functions brightness_show() and
 * brightness_store(), readable for all and writable for root.
 */
static ssize_t brightness_show(struct device *dev,
			       struct device_attribute *attr, char *buf)
{
	struct platform_lamp *lamp = dev_get_drvdata(dev);
	unsigned int brightness;

	mutex_lock(&lamp->lock);
	brightness = lamp->brightness;
	mutex_unlock(&lamp->lock);
	return sysfs_emit(buf, "%u\n", brightness);
}

static ssize_t brightness_store(struct device *dev,
				struct device_attribute *attr, const char *buf,
				size_t count)
{
	struct platform_lamp *lamp = dev_get_drvdata(dev);
	unsigned int brightness;
	int err = kstrtouint(buf, 0, &brightness);

	if (err)
		return err;
	if (brightness > PLATFORM_LAMP_MAX)
		return -ERANGE;
	mutex_lock(&lamp->lock);
	lamp->brightness = brightness;
	mutex_unlock(&lamp->lock);
	return count;
}
static DEVICE_ATTR_RW(brightness);

static struct attribute *platform_lamp_attrs[] = {
	&dev_attr_brightness.attr,
	NULL
};
ATTRIBUTE_GROUPS(platform_lamp);

/*
 * Here is a device for you. What is taken with a devm_ function is given back
 * by itself: when probe() fails, and behind remove().
 */
static int platform_lamp_probe(struct platform_device *pdev)
{
	struct platform_lamp *lamp;

	lamp = devm_kzalloc(&pdev->dev, sizeof(*lamp), GFP_KERNEL);
	if (!lamp)
		return -ENOMEM;
	mutex_init(&lamp->lock);
	lamp->brightness = PLATFORM_LAMP_DEFAULT;
	platform_set_drvdata(pdev, lamp);
	probes++;
	dev_info(&pdev->dev, "the lamp is on\n");
	return 0;
}

/*
 * The device goes. It cannot refuse: since Linux 6.11 this returns nothing at
 * all, and before that nobody looked at what it returned. By now the files in
 * /sys are gone, and whoever was reading one is through.
 */
static void platform_lamp_off(struct platform_device *pdev)
{
	struct platform_lamp *lamp = platform_get_drvdata(pdev);

	lamp->brightness = 0;
	dev_info(&pdev->dev, "the lamp is off\n");
}

#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 11, 0)
static void platform_lamp_remove(struct platform_device *pdev)
{
	platform_lamp_off(pdev);
}
#else
static int platform_lamp_remove(struct platform_device *pdev)
{
	platform_lamp_off(pdev);
	return 0;
}
#endif

/*
 * dev_groups: the attributes appear after probe() and go before remove(), so
 * they never find a device that is not ready. A driver that makes the files
 * itself, in probe(), is too late for whoever waits for the device to appear.
 */
static struct platform_driver platform_lamp_driver = {
	.probe = platform_lamp_probe,
	.remove = platform_lamp_remove,
	.driver = {
		.name = "platform_lamp",
		.dev_groups = platform_lamp_groups,
	},
};

static struct platform_device *platform_lamp_device;

/*
 * A driver for hardware has only the first half of this, and says
 * module_platform_driver(platform_lamp_driver) for it.
 */
static int __init platform_lamp_init(void)
{
	int err = platform_driver_register(&platform_lamp_driver);

	if (err)
		return err;

	/* The same name as the driver's: they fit, and probe() is called. */
	platform_lamp_device =
		platform_device_register_simple("platform_lamp", 0, NULL, 0);
	if (IS_ERR(platform_lamp_device)) {
		platform_driver_unregister(&platform_lamp_driver);
		return PTR_ERR(platform_lamp_device);
	}
	return 0;
}

static void __exit platform_lamp_exit(void)
{
	platform_device_unregister(platform_lamp_device);
	platform_driver_unregister(&platform_lamp_driver);
}

module_init(platform_lamp_init);
module_exit(platform_lamp_exit);

/* So that modprobe finds this module when such a device appears. */
MODULE_ALIAS("platform:platform_lamp");
MODULE_LICENSE("GPL");
MODULE_AUTHOR("The lkm authors");
MODULE_DESCRIPTION("A device and its driver, on the platform bus");
