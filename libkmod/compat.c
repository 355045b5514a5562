/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * kmod 30 to 32 exported this one at the wrong node, and programs that were
 * linked with them ask for it there. (Not in libkmod.a: it has no nodes.)
 */
#include "internal.h"

int lookup_5(struct kmod_ctx *ctx, const char *modname,
	     struct kmod_module **mod);

__asm__(".symver lookup_5,kmod_module_new_from_name_lookup@LIBKMOD_5");

KMOD_EXPORT __attribute__((used)) int lookup_5(struct kmod_ctx *ctx,
					       const char *modname,
					       struct kmod_module **mod)
{
	return kmod_module_new_from_name_lookup(ctx, modname, mod);
}
