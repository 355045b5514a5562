// SPDX-License-Identifier: GPL-2.0-or-later
#include <linux/fs.h>
#include <linux/miscdevice.h>
#include <linux/module.h>

static const char text[] = "you have called memo_read()\n";

static ssize_t memo_read(struct file *file, char __user *buf, size_t n,
			 loff_t *pos)
{
	pr_info("memo: read of %zu bytes at %lld, for process %d\n", n, *pos,
		current->pid);
	return simple_read_from_buffer(buf, n, pos, text, sizeof(text) - 1);
}

static const struct file_operations memo_fops = {
	.owner = THIS_MODULE,
	.read = memo_read,
};

static struct miscdevice memo_dev = {
	.minor = MISC_DYNAMIC_MINOR,
	.name = "memo",
	.fops = &memo_fops,
};

static int __init memo_init(void)
{
	return misc_register(&memo_dev);
}
module_init(memo_init);

static void __exit memo_exit(void)
{
	misc_deregister(&memo_dev);
}
module_exit(memo_exit);

MODULE_DESCRIPTION("A device that can be read");
MODULE_LICENSE("GPL");
