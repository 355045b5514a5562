/* SPDX-License-Identifier: GPL-2.0-or-later */
/**
 * DOC: facts - what was learnt from one image, in one flat block of bytes
 *
 * The same block is made in memory, kept in a file, and mapped from there.
 * Nothing in it is unpacked when it is opened: tables are hashed or sorted,
 * strings are offsets. All numbers are this machine's.
 *
 *	head | parts, each at a multiple of 8
 *
 *	PART_INFO     one struct fact_info
 *	PART_TEXT     strings; the first is ""
 *	PART_EXPORTS  struct fact_export, plain ones first
 *	PART_SLOTS    u32: number + 1 of an export, by hash of its name
 *	PART_LINES    what printk() may say, a string a line; see says.h
 *	PART_SAYS     u64: hashes of lines and of what follows their prefixes
 *	PART_GRAMS    struct fact_gram, by hash
 *	PART_MEMBERS  struct fact_member, by path: of struct module
 *	PART_STRUCTS  struct fact_struct, by hash
 *	PART_KEYS     struct fact_key
 *	PART_DER      the certificates
 *	PART_TAKEN    names in /sys/module, each ends in NUL
 *	PART_CONFIG   the configuration that is in the image
 *	PART_MODULES  struct fact_module, of a block about a folder of modules
 *	PART_BTF      as in the image; has a sum of its own, checked when it
 *	              is asked for
 */
#ifndef LKM_KERN_FACTS_H
#define LKM_KERN_FACTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/diag.h"
#include "base/file.h"
#include "base/macros.h"
#include "base/span.h"
#include "base/text.h"

/* Another layout, or other knowledge of images, gets another number. */
#define FACTS_VERSION 5

enum facts_part {
	PART_INFO,
	PART_TEXT,
	PART_EXPORTS,
	PART_SLOTS,
	PART_LINES,
	PART_SAYS,
	PART_GRAMS,
	PART_MEMBERS,
	PART_STRUCTS,
	PART_KEYS,
	PART_DER,
	PART_TAKEN,
	PART_CONFIG,
	PART_MODULES,
	PART_BTF,
	FACTS_PARTS
};

/* Strings are offsets in PART_TEXT; 0 is "". */
struct fact_info {
	uint32_t release, banner, vermagic;
	uint32_t no_exports, no_btf, no_keys; /* why; 0: they are known */
	uint32_t module_size;
	uint16_t machine;
	uint8_t be, is64;
	uint32_t complete; /* of a folder: all modules that export are in it */
};

#define FACT_GPL 1U
#define FACT_CRC 2U

struct fact_export {
	uint32_t name, ns, crc, flags;
	uint64_t value;
};

struct fact_gram {
	uint32_t hash;
	uint32_t line; /* offset in PART_LINES */
};

struct fact_member {
	uint32_t path, offset, size;
};

struct fact_struct {
	uint64_t hash; /* of its name */
	uint64_t size;
};

struct fact_key {
	uint32_t der, der_n, subject, serial;
};

/* A module with its exports: @n_exports records from @first on. */
struct fact_module {
	uint32_t name, path;
	uint32_t first, n_exports;
	uint64_t size, ino;
	int64_t mtime_ns, ctime_ns;
};

/* What is being put together. Zero it; free with facts_draft_fini(). */
struct facts_draft {
	struct fact_info info;
	struct text part[FACTS_PARTS]; /* not those of INFO and BTF */
	struct span btf;	       /* borrowed from the image */
	bool incomplete; /* a library was missing: better not kept */
};

void facts_draft_fini(struct facts_draft *f);
#define _cleanup_draft_ _cleanup_(facts_draft_fini)

/* Keeps a string. Return: its offset in PART_TEXT; 0 for "". */
uint32_t facts_text(struct facts_draft *f, const char *s);

static inline void facts_add(struct facts_draft *f, enum facts_part p,
			     const void *record, size_t n)
{
	text_add_bytes(&f->part[p], record, n);
}

/* Makes PART_SLOTS: what stands first in the list is found first. */
void facts_index_exports(struct facts_draft *f);

/**
 * facts_pack() - make the block
 * @key: what it was made from; comes back in struct facts
 * @ret: free with bytes_fini()
 *
 * Return: 0; -ENOMEM, also if it ran out before; -EFBIG.
 */
_must_check_ int facts_pack(const struct facts_draft *f, const char *key,
			    struct bytes *ret, struct diag *d);

/* A block that is looked at. Borrowed from where it lies. */
struct facts {
	const char *key;
	struct fact_info info;
	struct span part[FACTS_PARTS];
	uint64_t btf_sum;
};

/**
 * facts_view() - is this a block of facts, whole and of this version?
 *
 * Return: 0; -EBADMSG (no diagnostic: it is made again).
 */
_must_check_ int facts_view(struct span block, struct facts *ret);

/* The BTF, if its sum is right; else empty. */
struct span facts_btf(const struct facts *f);

/* Record @i of a part. False: there is none. */
bool facts_record(const struct facts *f, enum facts_part p, size_t i,
		  void *ret, size_t size);

static inline size_t facts_count(const struct facts *f, enum facts_part p,
				 size_t size)
{
	return f->part[p].n / size;
}

/* A string of PART_TEXT; "" if the offset is none. */
static inline const char *facts_str(const struct facts *f, uint32_t off)
{
	const char *s = span_table_str(f->part[PART_TEXT], off);

	return s ? s : "";
}

/* The first export of that name. False: there is none. */
bool facts_find_export(const struct facts *f, const char *name,
		       struct fact_export *ret, size_t *ret_i);

/* The hash of all tables. */
uint64_t facts_hash(const void *p, size_t n) _pure_;

#endif
