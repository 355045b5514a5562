/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The frame of a PKCS#7 message, which the kernel's parser refuses with errors
 * of its own: what kind of message, of which version, about what. All that
 * cannot be followed here is left to libcrypto.
 *
 *	SEQUENCE { kind, [0] { SEQUENCE { version, SET { hashes },
 *				SEQUENCE { content }, ... } } }
 *
 * Kernel: crypto/asymmetric_keys/pkcs7_parser.c.
 */
#include <errno.h>

#include "rules/run.h"

enum { INTEGER = 0x02, OID = 0x06, SEQUENCE = 0x30, SET = 0x31, CHOICE = 0xa0 };

/* Numbers of 1.2.840.113549.1.7: data is the last of them 1, signed data 2. */
static const uint8_t pkcs7[] = { 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 7 };

/* The next element, which moves *@s behind it; false: it is another one. */
static bool take(struct span *s, uint8_t tag, struct span *ret)
{
	size_t head = 2, n;

	if (s->n < 2 || s->p[0] != tag)
		return false;
	n = s->p[1];
	if (n & 0x80) {
		uint64_t v = 0;
		unsigned width = n & 0x7f;

		if ((width != 1 && width != 2) ||
		    !span_uint(*s, 2, width, true, &v))
			return false;
		n = (size_t)v;
		head += width;
	}
	if (!span_sub(*s, head, n, ret))
		return false;
	*s = (struct span){ s->p + head + n, s->n - head - n };
	return true;
}

static bool is_pkcs7(struct span oid, uint8_t last)
{
	return oid.n == sizeof(pkcs7) + 1 &&
	       !memcmp(oid.p, pkcs7, sizeof(pkcs7)) &&
	       oid.p[sizeof(pkcs7)] == last;
}

/* "1.2.840": seven bits a byte, the first two numbers in one. */
static const char *dotted(struct run *r, struct span oid)
{
	const char *s = "";
	unsigned long long v = 0;

	for (size_t i = 0; i < oid.n; i++) {
		v = v << 7 | (oid.p[i] & 0x7f);
		if (oid.p[i] & 0x80)
			continue;
		if (*s)
			s = run_text(r, "%s.%llu", s, v);
		else
			s = run_text(r, "%llu.%llu", v < 80 ? v / 40 : 2,
				     v < 80 ? v % 40 : v - 80);
		v = 0;
	}
	return s;
}

static void unknown_oid(struct run *r, struct span sig, struct span oid)
{
	run_say(r, "note.sig.oid",
		PLACES(run_text(r, "%zu", (size_t)(oid.p - sig.p)),
		       dotted(r, oid)));
}

static bool version_ok(struct span v)
{
	return v.n == 1 && (v.p[0] == 1 || v.p[0] == 3);
}

/* Up to 7.2 only these two kinds of content get so far. */
static bool content_ok(struct span oid)
{
	static const uint8_t microsoft[] = { 0x2b, 6, 1, 4, 1, 0x82, 0x37 };

	return is_pkcs7(oid, 1) ||
	       (oid.n > sizeof(microsoft) &&
		!memcmp(oid.p, microsoft, sizeof(microsoft)));
}

bool run_signature_shape(struct run *r, struct span sig)
{
	struct span all = sig, in, kind, box, body, version, hashes, content,
		    oid;

	if (!take(&all, SEQUENCE, &in) || !take(&in, OID, &kind))
		return true;
	if (!is_pkcs7(kind, 2)) {
		unknown_oid(r, sig, kind);
		return run_refuse(r, "load.sig.pkcs7.kind", PLACES(NULL),
				  NULL);
	}
	if (!take(&in, CHOICE, &box) || !take(&box, SEQUENCE, &body) ||
	    !take(&body, INTEGER, &version))
		return true;
	if (!version_ok(version))
		return run_refuse(r, "load.sig.pkcs7.version", PLACES(NULL),
				  NULL);
	if (!take(&body, SET, &hashes) || !take(&body, SEQUENCE, &content) ||
	    !take(&content, OID, &oid) || content_ok(oid))
		return true;
	unknown_oid(r, sig, oid);
	unknown_oid(r, sig, oid);
	return run_refuse(r, "load.sig.pkcs7.content", PLACES("?"), NULL);
}
