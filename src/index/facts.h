/* SPDX-License-Identifier: LGPL-2.1-or-later */
/**
 * DOC: facts - all that depmod wants to know of one module
 *
 * One block of bytes, without pointers or offsets, so that it can be kept in a
 * file and used from there. It is a row of records, in this machine's byte
 * order, not aligned:
 *
 *	u32 kind | length << 8     length of the text, without its NUL
 *	u32 number                 a CRC, or an errno
 *	u32 hash                   idx_hash() of the text
 *	text NUL
 *
 * First the exports, then the needs in the order of .symtab, then those that
 * only the version table names, then aliases, softdeps and weakdeps as they
 * stand in .modinfo. A module that cannot be read has one IDX_BROKEN instead.
 */
#ifndef LKM_INDEX_FACTS_H
#define LKM_INDEX_FACTS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/diag.h"
#include "base/file.h"
#include "base/macros.h"
#include "base/span.h"
#include "base/text.h"
#include "ko/ko.h"

/* What the layout above is; another one gets another number. */
#define IDX_FACTS_VERSION 1

enum idx_fact_kind {
	IDX_EXPORT = 1,	 /* number: its CRC, or 0                          */
	IDX_NEED,	 /* number: the CRC that it was built against      */
	IDX_NEED_WEAK,
	IDX_NAME_ALIAS,
	IDX_NAME_SOFTDEP,
	IDX_NAME_WEAKDEP,
	IDX_BROKEN,	 /* number: errno; text: what is wrong             */
	IDX_FACT_KINDS
};

struct idx_fact {
	enum idx_fact_kind kind;
	uint32_t number;
	uint32_t hash;
	const char *text; /* borrowed from the block                      */
	size_t n;	  /* its length                                   */
};

#define IDX_FACT_HEAD 12

/*
 * for (size_t at = 0; idx_fact_next(facts, &at, &f);)
 *
 * Ends before what is no record, so idx_facts_check() those that come from a
 * file.
 */
static inline bool idx_fact_next(struct span facts, size_t *at,
				 struct idx_fact *ret)
{
	uint32_t h[3];

	if (*at > facts.n || facts.n - *at < IDX_FACT_HEAD + 1)
		return false;
	memcpy(h, facts.p + *at, IDX_FACT_HEAD);
	if (h[0] >> 8 > facts.n - *at - IDX_FACT_HEAD - 1)
		return false;
	ret->kind = (enum idx_fact_kind)(h[0] & 0xff);
	ret->number = h[1];
	ret->hash = h[2];
	ret->n = h[0] >> 8;
	ret->text = (const char *)facts.p + *at + IDX_FACT_HEAD;
	*at += IDX_FACT_HEAD + ret->n + 1;
	return true;
}

/*
 * Is it a block of facts, every byte of it? Then it is safe to use; whether
 * the hashes are right it does not say.
 */
bool idx_facts_check(struct span facts);

/* Where the exports and needs end, which are most of it. */
size_t idx_facts_info(struct span facts) _pure_;

/**
 * idx_facts_add() - append what one module says
 * @ret: grows; ret->failed says that memory ran out
 */
void idx_facts_add(const struct ko *ko, struct text *ret);

/* Append that a module cannot be read. @err: positive errno */
void idx_facts_add_broken(int err, const char *why, struct text *ret);

/* A hash of a name, for tables in memory and in facts. */
uint32_t idx_hash(const char *s, size_t n) _pure_;

#endif
