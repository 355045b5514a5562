// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * alloc_free: memory from every common allocator, all of it given back, half
 * of it in init and half in exit.
 *
 * A judge must say: passed, no leak, in every round.
 */
#include <linux/gfp.h>
#include <linux/init.h>
#include <linux/kernel.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/percpu.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/vmalloc.h>

static struct held {
	struct kmem_cache *cache;
	void *object, *small, *grown, *large, *vm;
	char *dup, *text;
	void __percpu *cpu;
	struct page *pages;
} held;

static void drop(struct held *h)
{
	if (h->pages)
		__free_pages(h->pages, 1);
	free_percpu(h->cpu);
	vfree(h->vm);
	kfree(h->text);
	kfree(h->dup);
	kfree(h->large);
	kfree(h->grown);
	kfree(h->small);
	if (h->object)
		kmem_cache_free(h->cache, h->object);
	kmem_cache_destroy(h->cache);
}

static int take(struct held *h, const char *name)
{
	void *p;

	h->cache = kmem_cache_create(name, 200, 0, 0, NULL);
	if (!h->cache)
		return -ENOMEM;
	h->object = kmem_cache_alloc(h->cache, GFP_KERNEL);
	h->small = kmalloc(123, GFP_KERNEL);
	h->grown = kmalloc(30, GFP_KERNEL);
	p = krealloc(h->grown, 3000, GFP_KERNEL);
	h->grown = p ?: h->grown;
	h->large = kmalloc(100000, GFP_KERNEL);
	h->dup = kstrdup("a string", GFP_KERNEL);
	h->text = kasprintf(GFP_KERNEL, "%d", 42);
	h->vm = vmalloc(10000);
	h->cpu = __alloc_percpu(64, 8);
	h->pages = alloc_pages(GFP_KERNEL, 1);
	return p && h->object && h->small && h->large && h->dup && h->text &&
	       h->vm && h->cpu && h->pages ? 0 : -ENOMEM;
}

static int __init alloc_free_init(void)
{
	struct held brief = { };
	int err;

	err = take(&brief, "alloc_free_brief");
	drop(&brief);
	if (err)
		return err;
	err = take(&held, "alloc_free_held");
	if (err)
		drop(&held);
	return err;
}
module_init(alloc_free_init);

static void __exit alloc_free_exit(void)
{
	drop(&held);
}
module_exit(alloc_free_exit);

MODULE_DESCRIPTION("control: alloc_free, nothing wrong");
MODULE_LICENSE("GPL");
