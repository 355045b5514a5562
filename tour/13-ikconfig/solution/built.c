// SPDX-License-Identifier: GPL-2.0-or-later
#include <linux/module.h>
#include <linux/proc_fs.h>
#include <generated/utsrelease.h>

static const char text[] = UTS_RELEASE "\n";

static ssize_t built_read(struct file *file, char __user *buf, size_t n,
			  loff_t *pos)
{
	return simple_read_from_buffer(buf, n, pos, text, sizeof(text) - 1);
}

static const struct proc_ops built_ops = {
	.proc_read = built_read,
	.proc_lseek = default_llseek,
};

static int __init built_init(void)
{
	if (!proc_create("built", 0444, NULL, &built_ops))
		return -ENOMEM;
	return 0;
}
module_init(built_init);

static void __exit built_exit(void)
{
	remove_proc_entry("built", NULL);
}
module_exit(built_exit);

MODULE_DESCRIPTION("Says for which kernel it was built");
MODULE_LICENSE("GPL");
