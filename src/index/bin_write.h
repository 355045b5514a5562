/* SPDX-License-Identifier: LGPL-2.1-or-later */
/**
 * DOC: bin_write - make a modules.*.bin file
 *
 * Keys and values go into a trie in memory; idx_trie_bytes() lays it out in
 * pre-order as kmod 34 does. Adding order matters only among values of equal
 * priority under one key (the later one comes first, as kmod has it).
 */
#ifndef LKM_INDEX_BIN_WRITE_H
#define LKM_INDEX_BIN_WRITE_H

#include <stdint.h>

#include "base/arena.h"
#include "base/diag.h"
#include "base/file.h"
#include "base/macros.h"

struct idx_trie;

/* An empty one, in @a; NULL: no memory. */
_must_check_ struct idx_trie *idx_trie_new(struct arena *a);

/**
 * idx_trie_add() - one more value under a key
 * @key:   borrowed, must outlive the trie; bytes 1 to 127 only
 * @value: borrowed, must outlive the trie
 *
 * Return: 0; -EILSEQ: @key has a byte that the format cannot hold (no
 * diagnostic); -ENOMEM.
 */
_must_check_ int idx_trie_add(struct idx_trie *t, const char *key,
			      const char *value, uint32_t priority);

/**
 * idx_trie_bytes() - the file
 * @ret: free with bytes_fini()
 *
 * Return: 0; -EFBIG: more than the 256 MiB that the format can address;
 * -ENOMEM.
 */
_must_check_ int idx_trie_bytes(const struct idx_trie *t, struct bytes *ret,
				struct diag *d);

#endif
