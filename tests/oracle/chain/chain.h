/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the links of the chain share: see ../chain.py. */
#ifndef LKM_TESTS_ORACLE_CHAIN_H
#define LKM_TESTS_ORACLE_CHAIN_H

#include <linux/init.h>
#include <linux/module.h>
#include <linux/version.h>

int chain_one(void);
int chain_gpl(void);
int chain_ns(void);
int chain_two(void);
int chain_shut(void);
int chain_heir(void);
int chain_0ne(void);

/* The namespace was a word, which old kernels take as it is; now a string. */
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 13, 0)
#define CHAIN_EXPORT_NS(sym) EXPORT_SYMBOL_NS_GPL(sym, "CHAIN")
#define CHAIN_IMPORT_NS MODULE_IMPORT_NS("CHAIN")
#else
#define CHAIN_EXPORT_NS(sym) EXPORT_SYMBOL_NS_GPL(sym, CHAIN)
#define CHAIN_IMPORT_NS MODULE_IMPORT_NS(CHAIN)
#endif

/* An init that calls what the module needs, and an exit. */
#define CHAIN_INIT(expr)                  \
	static int __init chain_in(void)  \
	{                                 \
		return (expr) ? 0 : -EIO; \
	}                                 \
	module_init(chain_in);            \
	static void __exit chain_out(void) \
	{                                 \
	}                                 \
	module_exit(chain_out);           \
	MODULE_DESCRIPTION("oracle: a link of a chain")

#endif
