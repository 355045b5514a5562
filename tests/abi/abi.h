/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Asks libkmod everything and prints the answers. Run twice, with kmod's own
 * library and with ours: the answers have to be the same.
 */
#ifndef LKM_TESTS_ABI_H
#define LKM_TESTS_ABI_H

#define LIBKMOD_NO_DEPRECATED
#include <libkmod.h>
#include <stdio.h>

/* Prints what was asked, and the number that came back. */
#define ASK(call) printf("%s = %lld\n", #call, (long long)(call))
#define ASK_STR(call) printf("%s = %s\n", #call, str(call))
#define ASK_NULL(call) printf("%s: %s\n", #call, (call) ? "something" : "NULL")

static inline const char *str(const char *s)
{
	return s ? s : "(null)";
}

/* abi_null.c: what is missing, wrong or unknown. */
void ask_null(struct kmod_ctx *ctx);
/* abi_module.c: all about one module. */
void ask_module(struct kmod_module *mod);
/* abi_probe.c: what would be done, with all flags. */
void ask_probe(struct kmod_module *mod);

/* The names of a list's modules in one line. Gives the list up. */
void print_list(const char *what, struct kmod_list *list);

#endif
