// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * leak_object: every load leaves one object in a slab cache of its own, which
 * it then destroys.
 *
 * A judge must say: failed while removing: 1 object left in cache leak_object;
 * the kernel warns at kmem_cache_destroy().
 */
#include <linux/init.h>
#include <linux/module.h>
#include <linux/slab.h>

static struct kmem_cache *cache;

static int __init leak_object_init(void)
{
	cache = kmem_cache_create("leak_object", 200, 0, 0, NULL);
	if (!cache)
		return -ENOMEM;
	if (!kmem_cache_alloc(cache, GFP_KERNEL))
		pr_info("no memory\n");
	return 0;
}
module_init(leak_object_init);

static void __exit leak_object_exit(void)
{
	kmem_cache_destroy(cache);
}
module_exit(leak_object_exit);

MODULE_DESCRIPTION("bad on purpose: leak_object");
MODULE_LICENSE("GPL");
