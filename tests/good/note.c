// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * note: its lines in the log begin as some of the kernel's own do.
 *
 * A judge must say: passed, and show its lines: "note: ", "Code: " and "CPU: "
 * begin parts of the kernel's reports of distress, too.
 */
#include <linux/init.h>
#include <linux/module.h>
#include <linux/printk.h>

static int __init note_init(void)
{
	pr_info("note: it is here\n");
	pr_info("Code: of conduct\n");
	pr_info("CPU: one will do\n");
	return 0;
}
module_init(note_init);

static void __exit note_exit(void)
{
	pr_info("note: it is gone\n");
}
module_exit(note_exit);

MODULE_DESCRIPTION("control: note, nothing wrong");
MODULE_LICENSE("GPL");
