/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A kernel made of plain facts, for tests of what goes by them: a folder of
 * modules of which one tells vermagic and struct module, a configuration, a
 * Module.symvers. There is no image, so nobody knows what it can say.
 */
#ifndef LKM_TESTS_KERN_WORLD_H
#define LKM_TESTS_KERN_WORLD_H

#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "kern/kern.h"
#include "mkko.h"

#define WORLD_VERMAGIC "6.1.0 SMP preempt mod_unload modversions "

/* As Debian's, but nothing may be forced. */
#define WORLD_CONFIG                                                          \
	"CONFIG_MODULE_SIG=y\nCONFIG_MODVERSIONS=y\n"                         \
	"CONFIG_MODULE_UNLOAD=y\nCONFIG_STRICT_MODULE_RWX=y\n"                \
	"CONFIG_KALLSYMS=y\nCONFIG_KALLSYMS_ALL=y\nCONFIG_SMP=y\n"            \
	"CONFIG_LIVEPATCH=y\nCONFIG_DYNAMIC_DEBUG_CORE=y\n"                   \
	"# CONFIG_MODULE_FORCE_LOAD is not set\n"                             \
	"# CONFIG_MODULE_SIG_FORCE is not set\n"                              \
	"# CONFIG_MODULE_DECOMPRESS is not set\n"                             \
	"# CONFIG_MODULE_ALLOW_MISSING_NAMESPACE_IMPORTS is not set\n"

#define WORLD_SYMVERS                                                         \
	"0xc0ffee01\tmodule_layout\tvmlinux\tEXPORT_SYMBOL\t\n"               \
	"0x92997ed8\t_printk\tvmlinux\tEXPORT_SYMBOL\t\n"                     \
	"0x12345678\tkfree\tvmlinux\tEXPORT_SYMBOL\t\n"                       \
	"0x00000011\tgpl_only\tvmlinux\tEXPORT_SYMBOL_GPL\t\n"                \
	"0x00000022\tspaced\tvmlinux\tEXPORT_SYMBOL\tWORLD\n"                 \
	"0x00000033\tparam_ops_int\tvmlinux\tEXPORT_SYMBOL\t\n"

static inline char *world_path(const char *top, const char *name)
{
	char *p = NULL;

	if (asprintf(&p, "%s/%s", top, name) < 0)
		abort();
	return p;
}

static inline void world_put(const char *top, const char *name, const void *p,
			     size_t n)
{
	_cleanup_free_ char *path = world_path(top, name);

	if (file_write(path, p, n, 0644, NULL))
		abort();
}

/* Makes it in the empty folder @top, for a machine of mkko's. */
static inline struct kern *world_open_for(const char *top, const char *config,
					  const char *machine)
{
	_cleanup_free_ char *sub = world_path(top, "modules/kernel");
	_cleanup_free_ char *modules = world_path(top, "modules");
	_cleanup_free_ char *conf = world_path(top, "config");
	_cleanup_free_ char *symvers = world_path(top, "Module.symvers");
	_cleanup_bytes_ struct bytes sample = { 0 };
	const struct mkko m = { .name = "sample",
				.machine = machine,
				.vermagic = WORLD_VERMAGIC };
	const struct kern_where w = { .release = "6.1.0",
				      .modules = modules,
				      .config = conf,
				      .symvers = symvers,
				      .no_cache = true };
	struct kern *k = NULL;

	if (dir_make(sub, NULL) || mkko_build(&m, &sample))
		abort();
	world_put(sub, "sample.ko", sample.p, sample.n);
	world_put(top, "config", config, strlen(config));
	world_put(top, "Module.symvers", WORLD_SYMVERS, strlen(WORLD_SYMVERS));
	if (kern_open(&w, &k, NULL))
		abort();
	return k;
}

/* The same for x86-64. @config: NULL for WORLD_CONFIG. */
static inline struct kern *world_open(const char *top, const char *config)
{
	return world_open_for(top, config ? config : WORLD_CONFIG, "x86_64");
}

#endif
