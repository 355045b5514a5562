/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The certificates that an image trusts lie in it one behind the other, as
 * X.509 in DER, and behind them, at a multiple of 8, how many bytes they all
 * have and how many the first one has, which is that of modules:
 *
 *	30 82 xx xx  30 82 xx xx  a0 03 02 01 02 ...  | size | first's size
 *	Certificate  its body     version 3
 *
 * Whatever looks like one is given to libcrypto, which says whether it is, and
 * whose. An image may hold others: those that are revoked, those that sign
 * the table of wireless regions. They count only where no list has both sizes
 * behind it.
 *
 * Kernel: certs/system_certificates.S, certs/revocation_certificates.S.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "kern/cert.h"
#include "kern/learn.h"

/* The certificate whose version field is at @at. */
static bool cut(struct span s, size_t at, struct span *ret)
{
	uint64_t n;

	if (at < 8 || s.p[at - 8] != 0x30 || s.p[at - 7] != 0x82 ||
	    s.p[at - 4] != 0x30 || s.p[at - 3] != 0x82)
		return false;
	return span_uint(s, at - 6, 2, true, &n) &&
	       span_sub(s, at - 8, n + 4, ret);
}

#define MAX_KEYS 256

struct found {
	struct span der;
	struct cert cert;
	bool listed; /* in a list with its sizes behind it */
};

struct keys {
	struct found v[MAX_KEYS];
	size_t n;
	bool no_library;
};

static void add(struct facts_draft *f, const struct found *x)
{
	struct text *t = &f->part[PART_DER];
	struct fact_key k = {
		.der = (uint32_t)t->n,
		.der_n = (uint32_t)x->der.n,
		.subject = facts_text(f, x->cert.subject),
		.serial = facts_text(f, x->cert.serial),
	};

	text_add_bytes(t, x->der.p, x->der.n);
	facts_add(f, PART_KEYS, &k, sizeof(k));
}

/* Does a list of @n bytes that begins with @first end here? */
static bool has_sizes(const struct vmlinux *v, const struct vm_part *p,
		      size_t end, size_t n, size_t first)
{
	uint64_t at = ((p->addr + end + 7) & ~UINT64_C(7)) - p->addr;

	return vm_uint(v, p->bytes, at, v->word) == n &&
	       vm_uint(v, p->bytes, at + v->word, v->word) == first;
}

/* Marks those of the found, from @from on, that are in such a list. */
static void mark_lists(const struct vmlinux *v, const struct vm_part *p,
		       struct keys *k, size_t from)
{
	for (size_t i = from, next; i < k->n; i = next) {
		const uint8_t *start = k->v[i].der.p, *end = start;

		for (next = i; next < k->n && k->v[next].der.p == end; next++)
			end += k->v[next].der.n;
		if (!has_sizes(v, p, (size_t)(end - p->bytes.p),
			       (size_t)(end - start), k->v[i].der.n))
			continue;
		for (size_t x = i; x < next; x++)
			k->v[x].listed = true;
	}
}

static void find_in(struct span s, struct keys *k)
{
	static const char version[] = "\xa0\x03\x02\x01\x02";

	for (size_t at = 0; at < s.n && k->n < MAX_KEYS; at++) {
		const uint8_t *q = memmem(s.p + at, s.n - at, version, 5);
		struct found *x = &k->v[k->n];

		if (!q)
			return;
		at = (size_t)(q - s.p);
		if (!cut(s, at, &x->der))
			continue;

		int r = cert_read(x->der, &x->cert, NULL);

		k->no_library |= r == -ENOPKG;
		if (r < 0)
			continue;
		x->listed = false;
		k->n++;
		at += x->der.n - 9;
	}
}

void learn_keys(const struct vmlinux *v, struct facts_draft *f)
{
	struct keys *k = calloc(1, sizeof(*k));
	bool any = false;

	if (!k) {
		f->part[PART_KEYS].failed = true;
		return;
	}
	for (size_t i = 0; i < v->n; i++) {
		size_t from = k->n;

		if (!vm_has_text(&v->parts[i]))
			continue;
		find_in(v->parts[i].bytes, k);
		mark_lists(v, &v->parts[i], k, from);
	}
	for (size_t i = 0; i < k->n; i++)
		any |= k->v[i].listed;
	for (size_t i = 0; i < k->n; i++)
		if (k->v[i].listed || !any)
			add(f, &k->v[i]);
	if (k->no_library) {
		f->incomplete = true;
		f->info.no_keys = facts_text(
			f,
			"libcrypto, which reads certificates, is not installed");
	}
	free(k);
}
