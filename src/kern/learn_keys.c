/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The certificates that an image trusts lie in it one behind the other, as
 * X.509 in DER:
 *
 *	30 82 xx xx  30 82 xx xx  a0 03 02 01 02 ...
 *	Certificate  its body     version 3
 *
 * Whatever looks like one is given to libcrypto, which says whether it is, and
 * whose.
 *
 * Kernel: certs/system_certificates.S.
 */
#include <errno.h>
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

static void add(struct facts_draft *f, struct span der, const struct cert *c)
{
	struct text *t = &f->part[PART_DER];
	struct fact_key k = {
		.der = (uint32_t)t->n,
		.der_n = (uint32_t)der.n,
		.subject = facts_text(f, c->subject),
		.serial = facts_text(f, c->serial),
	};

	text_add_bytes(t, der.p, der.n);
	facts_add(f, PART_KEYS, &k, sizeof(k));
}

static void learn_part(struct span s, struct facts_draft *f)
{
	static const char version[] = "\xa0\x03\x02\x01\x02";
	struct cert c;

	for (size_t at = 0; at < s.n; at++) {
		const uint8_t *q = memmem(s.p + at, s.n - at, version, 5);
		struct span der;

		if (!q)
			return;
		at = (size_t)(q - s.p);
		if (!cut(s, at, &der))
			continue;

		int r = cert_read(der, &c, NULL);

		if (r == -ENOPKG) {
			f->incomplete = true;
			f->info.no_keys = facts_text(
				f, "libcrypto, which reads certificates, is not installed");
			return;
		}
		if (!r) {
			add(f, der, &c);
			at += der.n - 9;
		}
	}
}

void learn_keys(const struct vmlinux *v, struct facts_draft *f)
{
	for (size_t i = 0; i < v->n; i++)
		if (vm_has_text(&v->parts[i]))
			learn_part(v->parts[i].bytes, f);
}
