// SPDX-License-Identifier: GPL-2.0-or-later
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/module.h>
#include <linux/slab.h>

struct box {
	int weight;
	int height;
};

static noinline int measure(const struct box *b)
{
	return b->height;
}

static struct box *find_box(int number)
{
	return number == 1 ? NULL : ZERO_SIZE_PTR;
}

static int __init crash_init(void)
{
	struct box *b = find_box(1);

	if (!b)
		return -ENODEV;
	pr_info("the box is %d high\n", measure(b));
	return 0;
}
module_init(crash_init);

static void __exit crash_exit(void)
{
}
module_exit(crash_exit);

MODULE_DESCRIPTION("Forgets that there may be no box");
MODULE_LICENSE("GPL");
