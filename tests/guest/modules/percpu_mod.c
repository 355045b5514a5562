// SPDX-License-Identifier: GPL-2.0-or-later
/* Wants more static data of each processor than there is room for. */
#include <linux/module.h>
#include <linux/percpu.h>

static DEFINE_PER_CPU(char [48 << 10], percpu_big);

static int __init percpu_init(void)
{
	return this_cpu_read(percpu_big[0]);
}

static void __exit percpu_exit(void)
{
}

module_init(percpu_init);
module_exit(percpu_exit);
MODULE_DESCRIPTION("wants much of each processor");
MODULE_LICENSE("GPL");
