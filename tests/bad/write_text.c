// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * write_text: init writes to its own code, which is read-only.
 *
 * A judge must say: failed while inserting: oops, write to a read-only page.
 */
#include <linux/init.h>
#include <linux/module.h>

static noinline void write_text_target(void)
{
	barrier();
}

static int __init write_text_init(void)
{
	char *p = (char *)write_text_target;

	OPTIMIZER_HIDE_VAR(p);
	*p = 0;
	return 0;
}
module_init(write_text_init);

static void __exit write_text_exit(void)
{
}
module_exit(write_text_exit);

MODULE_DESCRIPTION("bad on purpose: write_text");
MODULE_LICENSE("GPL");
