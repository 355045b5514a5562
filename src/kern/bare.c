/* SPDX-License-Identifier: GPL-2.0-or-later */
/* An image without section headers: see bare.h. */
#include "kern/bare.h"

#include <ctype.h>
#include <elf.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"

/* The header that a boot loader reads. */
#define HEAD_SIZE 64
#define HEAD_IMAGE_SIZE 16
#define HEAD_FLAGS 24
#define HEAD_MAGIC 56
#define FLAG_BE 1

#define RELA_SIZE 24
#define KSYM_SIZE 12
#define PARAM_SIZE 40
#define MODVER_SIZE 72

/* Rows that are shorter may be chance. */
#define RELAS_MIN 64
#define KSYMS_MIN 32
#define PARAMS_MIN 8

/* What an address of the image may be off its start: no kernel is larger. */
#define KERNEL_MAX (UINT64_C(1) << 30)
#define LINK_ALIGN UINT64_C(0x10000)
#define NAME_MAX_LEN 512

/* As many records as @n, the first at @at. */
struct row {
	uint64_t at, n;
};

struct bare {
	struct span s;
	uint64_t base;	/* where it was linked to; 0: unknown */
	uint64_t room;	/* with .bss */
	struct row ksyms, gpl;
};

static uint64_t num(struct span s, uint64_t off, unsigned width)
{
	uint64_t v = 0;

	(void)span_uint(s, off, width, false, &v);
	return v;
}

bool bare_is_arm64(struct span image)
{
	return image.n > HEAD_SIZE &&
	       !memcmp(image.p + HEAD_MAGIC, "ARM\x64", 4) &&
	       !(num(image, HEAD_FLAGS, 8) & FLAG_BE);
}

/* ------------------------------------------------------------- .rela.dyn */

static uint64_t relas_at(struct span s, uint64_t at)
{
	uint64_t n = 0;

	while (at + (n + 1) * RELA_SIZE <= s.n &&
	       num(s, at + n * RELA_SIZE + 8, 8) == R_AARCH64_RELATIVE)
		n++;
	return n;
}

static struct row find_relas(struct span s)
{
	struct row best = { 0 };

	for (uint64_t at = 0; at + RELA_SIZE <= s.n; at += 8) {
		uint64_t n = relas_at(s, at);

		if (n > best.n)
			best = (struct row){ at, n };
		if (n)
			at += n * RELA_SIZE - 8;
	}
	return best.n < RELAS_MIN ? (struct row){ 0 } : best;
}

/*
 * Something always points to the very start: the lowest address that is told,
 * of those that may be in one image with the places.
 */
static void find_base(struct bare *b, struct row relas)
{
	uint64_t low = UINT64_MAX, high = 0, first = UINT64_MAX;

	for (uint64_t i = 0; i < relas.n; i++) {
		uint64_t to = num(b->s, relas.at + i * RELA_SIZE, 8);

		low = to < low ? to : low;
		high = to > high ? to : high;
	}
	for (uint64_t i = 0; i < relas.n; i++) {
		uint64_t v = num(b->s, relas.at + i * RELA_SIZE + 16, 8);

		if (v <= low && high - v < b->room && v < first)
			first = v;
	}
	if (relas.n && first != UINT64_MAX)
		b->base = first & ~(LINK_ALIGN - 1);
}

/* As the kernel does to itself when it starts, but where it was linked to. */
static int relocate(struct vmlinux *v, struct bare *b, struct row relas)
{
	uint8_t *p = malloc(b->s.n);

	if (!p)
		return -ENOMEM;
	memcpy(p, b->s.p, b->s.n);
	for (uint64_t i = 0; i < relas.n; i++) {
		uint64_t at = relas.at + i * RELA_SIZE;
		uint64_t to = num(b->s, at, 8) - b->base;

		if (to < b->s.n && b->s.n - to >= 8)
			memcpy(p + to, b->s.p + at + 16, 8);
	}
	v->owned = p;
	b->s.p = p;
	return 0;
}

/* ------------------------------------------------------------- __ksymtab */

/* Offset of what a place-relative field points to. */
static uint64_t pointed(struct span s, uint64_t at)
{
	return at + (uint64_t)(int64_t)(int32_t)(uint32_t)num(s, at, 4);
}

/* A word without blanks. */
static const char *word(struct span s, uint64_t at)
{
	const char *p;
	size_t n = 1;

	if (at >= s.n || (!isalnum(s.p[at]) && s.p[at] != '_'))
		return NULL;
	p = (const char *)s.p + at;
	while (at + n < s.n && n < NAME_MAX_LEN && p[n] > ' ' && p[n] < 0x7f)
		n++;
	return at + n < s.n && !p[n] ? p : NULL;
}

/* The name of the entry at @at; NULL: there is none. */
static const char *ksym_at(const struct bare *b, uint64_t at)
{
	if (at + KSYM_SIZE > b->s.n || pointed(b->s, at) >= b->room ||
	    (num(b->s, at + 8, 4) && pointed(b->s, at + 8) >= b->s.n))
		return NULL;
	return word(b->s, pointed(b->s, at + 4));
}

static struct row ksyms_at(const struct bare *b, uint64_t at)
{
	const char *last = ksym_at(b, at), *name;
	struct row r = { at, last != NULL };

	while (last && (name = ksym_at(b, at + r.n * KSYM_SIZE)) &&
	       strcmp(last, name) < 0) {
		last = name;
		r.n++;
	}
	return r;
}

static void find_ksyms(struct bare *b)
{
	for (uint64_t at = 0; at + KSYM_SIZE <= b->s.n; at += 4) {
		struct row r = ksyms_at(b, at), next;

		if (r.n < KSYMS_MIN)
			continue;
		next = ksyms_at(b, at + r.n * KSYM_SIZE);
		if (next.n < KSYMS_MIN)
			next.n = 0;
		if (r.n + next.n > b->ksyms.n + b->gpl.n) {
			b->ksyms = r;
			b->gpl = next;
		}
		at += (r.n + next.n) * KSYM_SIZE - 4;
	}
}

/* ----------------------------------------------------------------- parts */

static void add(struct vmlinux *v, const struct bare *b, const char *name,
		uint64_t at, uint64_t n)
{
	struct span s;

	if (!n || !span_sub(b->s, at, n, &s) || v->n == VM_PARTS)
		return;
	v->parts[v->n++] = (struct vm_part){
		.name = name, .addr = b->base + at, .bytes = s
	};
}

/* One byte for each export, of which only the lowest bit has a meaning. */
static bool flags_at(struct span s, uint64_t at, uint64_t n)
{
	for (uint64_t i = 0; i < n; i++)
		if (at + i >= s.n || s.p[at + i] > 1)
			return false;
	return true;
}

/* Return: the end of it all. */
static uint64_t add_exports(struct vmlinux *v, const struct bare *b)
{
	uint64_t end = b->ksyms.at + (b->ksyms.n + b->gpl.n) * KSYM_SIZE;
	static const char magic[] = " modversions ";

	add(v, b, "__ksymtab", b->ksyms.at, b->ksyms.n * KSYM_SIZE);
	add(v, b, "__ksymtab_gpl", b->gpl.at, b->gpl.n * KSYM_SIZE);
	if (memmem(b->s.p, b->s.n, magic, sizeof(magic) - 1)) {
		add(v, b, "__kcrctab", end, b->ksyms.n * 4);
		add(v, b, "__kcrctab_gpl", end + b->ksyms.n * 4,
		    b->gpl.n * 4);
		end += (b->ksyms.n + b->gpl.n) * 4;
	}
	if (!b->gpl.n && flags_at(b->s, end, b->ksyms.n)) {
		add(v, b, "__kflagstab", end, b->ksyms.n);
		end += b->ksyms.n;
	}
	return end;
}

/* Offset of what the word at @at points to; UINT64_MAX: nothing. */
static uint64_t word_to(const struct bare *b, uint64_t at)
{
	uint64_t to = num(b->s, at, 8) - b->base;

	return at + 8 <= b->s.n && to < b->room ? to : UINT64_MAX;
}

/* struct kernel_param: name, module (none: it is built in), ops. */
static bool param_at(const struct bare *b, uint64_t at)
{
	return at + PARAM_SIZE <= b->s.n && !num(b->s, at + 8, 8) &&
	       word(b->s, word_to(b, at)) &&
	       word_to(b, at + 16) != UINT64_MAX;
}

static bool says_version(const struct bare *b, uint64_t at)
{
	const char *s = word(b->s, word_to(b, at));

	return s && str_eq(s, "version");
}

static uint64_t modvers_end(const struct bare *b, uint64_t at)
{
	for (;;) {
		uint64_t to = word_to(b, at);

		if (says_version(b, at))
			at += MODVER_SIZE;
		else if (to != UINT64_MAX && says_version(b, to))
			at += 8;
		else
			return at;
	}
}

static void add_params(struct vmlinux *v, const struct bare *b, uint64_t from)
{
	for (uint64_t at = (from + 7) & ~UINT64_C(7); at < b->s.n; at += 8) {
		uint64_t n = 0;

		while (param_at(b, at + n * PARAM_SIZE))
			n++;
		if (n < PARAMS_MIN)
			continue;
		add(v, b, "__param", at, n * PARAM_SIZE);
		at += n * PARAM_SIZE;
		add(v, b, "__modver", at, modvers_end(b, at) - at);
		return;
	}
}

/* Header of 24 bytes, types, strings. */
static void add_btf(struct vmlinux *v, const struct bare *b)
{
	static const char head[] = "\x9f\xeb\x01\0\x18\0\0\0\0\0\0";
	struct span s = b->s;
	struct row best = { 0 };

	for (size_t at = 0; at + 24 < s.n; at++) {
		const uint8_t *q = memmem(s.p + at, s.n - at, head,
					  sizeof(head));
		uint64_t types, off, len, n;

		if (!q)
			break;
		at = (size_t)(q - s.p);
		types = num(s, at + 12, 4);
		off = num(s, at + 16, 4);
		len = num(s, at + 20, 4);
		n = 24 + off + len;
		if (types && types <= off && len && at + n <= s.n &&
		    !s.p[at + 24 + off] && n > best.n)
			best = (struct row){ at, n };
	}
	/* It outlives our copy of the image, and nothing in it is relocated. */
	add(v, &(struct bare){ .s = v->ko->image, .base = b->base }, ".BTF",
	    best.at, best.n);
}

int bare_init(struct vmlinux *v)
{
	struct bare b = { .s = v->ko->image };
	struct row relas = find_relas(b.s);
	uint64_t end;

	v->word = 8;
	v->machine = EM_AARCH64;
	b.room = num(b.s, HEAD_IMAGE_SIZE, 8);
	if (b.room < b.s.n || b.room > KERNEL_MAX)
		b.room = b.s.n;
	find_base(&b, relas);
	if (b.base && relocate(v, &b, relas) < 0)
		return -ENOMEM;
	if (!b.base) /* as good as any: all that counts is relative */
		b.base = UINT64_C(0xffff800080000000);
	add(v, &b, "", 0, b.s.n);
	find_ksyms(&b);
	end = add_exports(v, &b);
	add_params(v, &b, end);
	add_btf(v, &b);
	return 0;
}
