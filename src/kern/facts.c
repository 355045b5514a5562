/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The block of facts: see facts.h. */
#include "kern/facts.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define MARK 0x01020304U
#define KEY_MAX 8192

static const char magic[8] = "lkmkern";

struct part_at {
	uint64_t off, n;
};

struct head {
	char magic[8];
	uint32_t mark; /* reads otherwise on a machine of other byte order */
	uint32_t version;
	uint64_t size;	   /* of the whole block */
	uint64_t sum;	   /* of what follows the head, up to the BTF */
	uint64_t btf_sum;
	struct part_at key;
	struct part_at part[FACTS_PARTS];
	uint64_t head_sum; /* of all above */
};

static uint64_t mix(uint64_t h, const uint8_t *p)
{
	uint64_t w;

	memcpy(&w, p, 8);
	h = (h ^ w) * UINT64_C(0xff51afd7ed558ccd);
	return h ^ h >> 32;
}

/* Four lanes, so that the processor need not wait; notices damage only. */
static uint64_t checksum(struct span s)
{
	uint64_t h[4] = { s.n, 1, 2, 3 };
	uint8_t tail[32] = { 0 };
	size_t i = 0;

	for (; s.n - i >= 32; i += 32)
		for (unsigned k = 0; k < 4; k++)
			h[k] = mix(h[k], s.p + i + k * 8);
	if (s.n > i)
		memcpy(tail, s.p + i, s.n - i);
	for (unsigned k = 0; k < 4; k++)
		h[k] = mix(h[k], tail + k * 8);
	for (unsigned k = 1; k < 4; k++)
		h[0] = mix(h[0], (const uint8_t *)&h[k]);
	return h[0];
}

uint64_t facts_hash(const void *p, size_t n)
{
	const uint8_t *s = p;
	uint64_t h = UINT64_C(0xcbf29ce484222325);

	for (size_t i = 0; i < n; i++)
		h = (h ^ s[i]) * UINT64_C(0x100000001b3);
	return h ^ h >> 32;
}

void facts_draft_fini(struct facts_draft *f)
{
	for (size_t i = 0; i < FACTS_PARTS; i++)
		text_fini(&f->part[i]);
	*f = (struct facts_draft){ 0 };
}

uint32_t facts_text(struct facts_draft *f, const char *s)
{
	struct text *t = &f->part[PART_TEXT];

	if (!t->n)
		text_add_bytes(t, "", 1);
	if (!*s || t->failed || t->n > UINT32_MAX / 2)
		return 0;

	uint32_t at = (uint32_t)t->n;

	text_add_bytes(t, s, strlen(s) + 1);
	return at;
}

/* Open addressing. */
void facts_index_exports(struct facts_draft *f)
{
	const struct text *e = &f->part[PART_EXPORTS];
	const char *text = f->part[PART_TEXT].p;
	size_t n = e->n / sizeof(struct fact_export), cap = 64;

	if (e->failed || f->part[PART_TEXT].failed)
		return;
	while (cap < n * 2)
		cap *= 2;

	uint32_t *slots = calloc(cap, sizeof(*slots));

	if (!slots) {
		f->part[PART_SLOTS].failed = true;
		return;
	}
	for (size_t i = 0; i < n; i++) {
		struct fact_export x;

		memcpy(&x, e->p + i * sizeof(x), sizeof(x));

		const char *name = text + x.name;
		size_t at = facts_hash(name, strlen(name)) & (cap - 1);

		while (slots[at])
			at = (at + 1) & (cap - 1);
		slots[at] = (uint32_t)i + 1;
	}
	facts_add(f, PART_SLOTS, slots, cap * sizeof(*slots));
	free(slots);
}

static uint64_t align8(uint64_t n)
{
	return (n + 7) & ~UINT64_C(7);
}

static struct span part_of(const struct facts_draft *f, enum facts_part p)
{
	if (p == PART_INFO)
		return (struct span){ (const uint8_t *)&f->info,
				      sizeof(f->info) };
	if (p == PART_BTF)
		return f->btf;
	return (struct span){ (const uint8_t *)f->part[p].p, f->part[p].n };
}

/* Says where all goes. Return: the size of the block. */
static uint64_t lay_out(const struct facts_draft *f, size_t key_n,
			struct head *h)
{
	uint64_t at = sizeof(*h);

	h->key = (struct part_at){ at, key_n };
	at = align8(at + key_n);
	for (unsigned i = 0; i < FACTS_PARTS; i++) {
		h->part[i] = (struct part_at){ at, part_of(f, i).n };
		at = align8(at + h->part[i].n);
	}
	return at;
}

/* The BTF comes last and is left out of this. */
static uint64_t sum_of(const struct head *h, struct span block)
{
	struct span s = { 0 };

	(void)span_sub(block, sizeof(*h), h->part[PART_BTF].off - sizeof(*h),
		       &s);
	return checksum(s);
}

static uint64_t head_sum(const struct head *h)
{
	return checksum((struct span){ (const uint8_t *)h,
				       offsetof(struct head, head_sum) });
}

int facts_pack(const struct facts_draft *f, const char *key,
	       struct bytes *ret, struct diag *d)
{
	struct head h = { .mark = MARK, .version = FACTS_VERSION };
	size_t key_n = strlen(key) + 1;

	for (size_t i = 0; i < FACTS_PARTS; i++)
		if (f->part[i].failed)
			return diag_fail(d, ENOMEM, "out of memory");
	memcpy(h.magic, magic, sizeof(magic));
	h.size = lay_out(f, key_n, &h);
	if (h.size > UINT32_MAX)
		return diag_fail(d, EFBIG, "the kernel's tables are too large");

	uint8_t *p = calloc(1, (size_t)h.size + 1);

	if (!p)
		return diag_fail(d, ENOMEM, "out of memory");
	memcpy(p + h.key.off, key, key_n);
	for (unsigned i = 0; i < FACTS_PARTS; i++) {
		struct span s = part_of(f, i);

		if (s.n)
			memcpy(p + h.part[i].off, s.p, s.n);
	}
	h.sum = sum_of(&h, (struct span){ p, (size_t)h.size });
	h.btf_sum = checksum(f->btf);
	h.head_sum = head_sum(&h);
	memcpy(p, &h, sizeof(h));
	*ret = (struct bytes){ p, (size_t)h.size };
	return 0;
}

static bool head_fits(const struct head *h, struct span block)
{
	uint64_t end = h->key.off + h->key.n;

	if (memcmp(h->magic, magic, sizeof(magic)) || h->mark != MARK ||
	    h->version != FACTS_VERSION || h->size != block.n ||
	    h->head_sum != head_sum(h))
		return false;
	if (h->key.off != sizeof(*h) || !h->key.n || h->key.n > KEY_MAX ||
	    end > block.n || block.p[end - 1])
		return false;
	for (unsigned i = 0; i < FACTS_PARTS; i++) {
		const struct part_at *p = &h->part[i];

		if (p->off < end || p->off > block.n ||
		    p->n > block.n - p->off)
			return false;
		end = p->off + p->n;
	}
	return h->part[PART_INFO].n == sizeof(struct fact_info);
}

int facts_view(struct span block, struct facts *ret)
{
	struct head h;

	if (block.n < sizeof(h))
		return -EBADMSG;
	memcpy(&h, block.p, sizeof(h));
	if (!head_fits(&h, block) || h.sum != sum_of(&h, block))
		return -EBADMSG;
	*ret = (struct facts){ .btf_sum = h.btf_sum };
	ret->key = (const char *)block.p + h.key.off;
	for (unsigned i = 0; i < FACTS_PARTS; i++)
		(void)span_sub(block, h.part[i].off, h.part[i].n,
			       &ret->part[i]);
	memcpy(&ret->info, ret->part[PART_INFO].p, sizeof(ret->info));
	ret->part[PART_TEXT] = span_table(ret->part[PART_TEXT]);
	ret->part[PART_LINES] = span_table(ret->part[PART_LINES]);
	ret->part[PART_TAKEN] = span_table(ret->part[PART_TAKEN]);
	return 0;
}

struct span facts_btf(const struct facts *f)
{
	struct span s = f->part[PART_BTF];

	return s.n && checksum(s) == f->btf_sum ? s : (struct span){ 0 };
}

bool facts_record(const struct facts *f, enum facts_part p, size_t i,
		  void *ret, size_t size)
{
	struct span s;

	if (i >= f->part[p].n / size ||
	    !span_sub(f->part[p], i * size, size, &s))
		return false;
	memcpy(ret, s.p, size);
	return true;
}

bool facts_find_export(const struct facts *f, const char *name,
		       struct fact_export *ret, size_t *ret_i)
{
	size_t n = facts_count(f, PART_SLOTS, sizeof(uint32_t));
	size_t at = (size_t)facts_hash(name, strlen(name));
	uint32_t slot;

	if (!n || (n & (n - 1)))
		return false;
	for (size_t tries = 0; tries < n; tries++, at++) {
		struct fact_export e;

		at &= n - 1;
		if (!facts_record(f, PART_SLOTS, at, &slot, sizeof(slot)) ||
		    !slot ||
		    !facts_record(f, PART_EXPORTS, slot - 1, &e, sizeof(e)))
			return false;
		if (!str_eq(facts_str(f, e.name), name))
			continue;
		*ret = e;
		*ret_i = slot - 1;
		return true;
	}
	return false;
}
