// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * leak_cache: exit does not destroy the slab cache that init made.
 *
 * A judge must say: failed: the slab cache leak_cache is left.
 */
#include <linux/init.h>
#include <linux/module.h>
#include <linux/slab.h>

static struct kmem_cache *cache;

static void leak_cache_ctor(void *p)
{
}

static int __init leak_cache_init(void)
{
	/* With a constructor it is never merged with another cache. */
	cache = kmem_cache_create("leak_cache", 200, 0, 0, leak_cache_ctor);
	return cache ? 0 : -ENOMEM;
}
module_init(leak_cache_init);

static void __exit leak_cache_exit(void)
{
}
module_exit(leak_cache_exit);

MODULE_DESCRIPTION("bad on purpose: leak_cache");
MODULE_LICENSE("GPL");
