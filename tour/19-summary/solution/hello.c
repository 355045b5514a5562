// SPDX-License-Identifier: GPL-2.0-or-later
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/module.h>
#include <linux/proc_fs.h>
#include <linux/seq_file.h>

static int hello_show(struct seq_file *m, void *v)
{
	seq_puts(m, "hello from the kernel\n");
	return 0;
}

static int __init hello_init(void)
{
	if (!proc_create_single("hello", 0444, NULL, hello_show))
		return -ENOMEM;
	pr_info("ready\n");
	return 0;
}
module_init(hello_init);

static void __exit hello_exit(void)
{
	remove_proc_entry("hello", NULL);
	pr_info("gone\n");
}
module_exit(hello_exit);

MODULE_DESCRIPTION("A file in /proc that greets");
MODULE_LICENSE("GPL");
