// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * leak_percpu: every load leaks 64 bytes of per-cpu memory.
 *
 * A judge must say: failed: 64 bytes of per-cpu memory per round are left,
 * made in leak_percpu_init.
 */
#include <linux/init.h>
#include <linux/module.h>
#include <linux/percpu.h>

static int __init leak_percpu_init(void)
{
	if (!__alloc_percpu(64, 8))
		return -ENOMEM;
	return 0;
}
module_init(leak_percpu_init);

static void __exit leak_percpu_exit(void)
{
}
module_exit(leak_percpu_exit);

MODULE_DESCRIPTION("bad on purpose: leak_percpu");
MODULE_LICENSE("GPL");
