// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * overrun_object: init writes past the end of an object of its own slab cache,
 * and frees everything properly at exit.
 *
 * A judge must say: failed: redzone overwritten in cache overrun_object.
 */
#include <linux/init.h>
#include <linux/module.h>
#include <linux/slab.h>
#include <linux/string.h>

static struct kmem_cache *cache;
static char *object;

static int __init overrun_object_init(void)
{
	cache = kmem_cache_create("overrun_object", 100, 0, 0, NULL);
	if (!cache)
		return -ENOMEM;
	object = kmem_cache_alloc(cache, GFP_KERNEL);
	if (!object) {
		kmem_cache_destroy(cache);
		return -ENOMEM;
	}
	OPTIMIZER_HIDE_VAR(object);
	memset(object, 'x', 106);
	return 0;
}
module_init(overrun_object_init);

static void __exit overrun_object_exit(void)
{
	kmem_cache_free(cache, object);
	kmem_cache_destroy(cache);
}
module_exit(overrun_object_exit);

MODULE_DESCRIPTION("bad on purpose: overrun_object");
MODULE_LICENSE("GPL");
