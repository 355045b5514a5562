/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What the files that make the content of the indexes share. */
#ifndef LKM_INDEX_EMIT_PART_H
#define LKM_INDEX_EMIT_PART_H

#include "base/text.h"
#include "index/bin_write.h"
#include "index/emit.h"

/* Reports it. Return: -ENOMEM */
int idx_no_memory(struct diag *d);

/* Hands the text over as the content of a file. 0 or -ENOMEM. */
int idx_text_done(struct text *t, struct bytes *ret, struct diag *d);

/* Adds a key, or tells that the format cannot hold it. 0 or -ENOMEM. */
int idx_key(const struct idx_emit *e, struct idx_trie *t, const char *key,
	    const char *value, uint32_t priority);

/*
 * Adds an alias as a key, or tells that it is none; @alias must outlive the
 * trie. 0 or -ENOMEM.
 */
int idx_alias_key(const struct idx_emit *e, struct arena *a,
		  struct idx_trie *t, const char *alias, const char *name,
		  uint32_t priority);

/* For idx_outputs: an empty file where the input is missing. 0 or -errno. */
int idx_make_builtin(const struct idx_emit *e, struct bytes *ret,
		     struct diag *d);
/* The same for the aliases of built-in modules. 0 or -errno. */
int idx_make_builtin_alias(const struct idx_emit *e, struct bytes *ret,
			   struct diag *d);
/* The text of modules.devname. 0 or -errno. */
int idx_make_devname(const struct idx_emit *e, struct bytes *ret,
		     struct diag *d);

#endif
