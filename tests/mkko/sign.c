/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A signature of the right shape: every field is where sign-file puts it, the
 * value itself is made up, for no test has the key of a kernel.
 */
#include <string.h>

#include "internal.h"

/* Adds one element. */
static void der(struct text *t, uint8_t tag, const void *p, size_t n)
{
	text_add_bytes(t, &tag, 1);
	if (n < 0x80) {
		put(t, n, 1, true);
	} else {
		put(t, 0x82, 1, true);
		put(t, n, 2, true);
	}
	text_add_bytes(t, p, n);
}

/* Adds an element that holds @in, and empties @in. */
static void der_wrap(struct text *t, uint8_t tag, struct text *in)
{
	der(t, tag, text_str(in), in->n);
	text_fini(in);
	*in = (struct text){ 0 };
}

static void der_str(struct text *t, uint8_t tag, const char *s)
{
	der(t, tag, s, strlen(s));
}

#define OID_DATA "\x2a\x86\x48\x86\xf7\x0d\x01\x07\x01"
#define OID_SIGNED "\x2a\x86\x48\x86\xf7\x0d\x01\x07\x02"
#define OID_SHA256 "\x60\x86\x48\x01\x65\x03\x04\x02\x01"
#define OID_RSA "\x2a\x86\x48\x86\xf7\x0d\x01\x01\x01"
#define OID_CONTENT_TYPE "\x2a\x86\x48\x86\xf7\x0d\x01\x09\x03"
#define OID_CN "\x55\x04\x03"
#define OID_ORG "\x55\x04\x0a"

static void algorithm(struct text *t, const char *oid)
{
	struct text a = { 0 };

	der_str(&a, 0x06, oid);
	der(&a, 0x05, "", 0);
	der_wrap(t, 0x30, &a);
}

/* One part of a distinguished name. */
static void rdn(struct text *t, const char *oid, const char *value)
{
	struct text pair = { 0 }, set = { 0 };

	der_str(&pair, 0x06, oid);
	der_str(&pair, 0x0c, value);
	der_wrap(&set, 0x30, &pair);
	der_wrap(t, 0x31, &set);
}

static void issuer(struct text *t)
{
	struct text name = { 0 };

	rdn(&name, OID_ORG, "lkm");
	rdn(&name, OID_CN, "mkko test key");
	der_wrap(t, 0x30, &name);
}

/* As random as real ones: with the top bit set, so a 0 is in front. */
static void serial(struct text *t)
{
	der(t, 0x02, "\0\xda\x01\x02\x03\xfe", 6);
}

static void signer_id(struct text *t, enum mkko_sign how)
{
	struct text id = { 0 };

	if (how == MKKO_PKCS7_KEYID) {
		der_str(t, 0x80, "\x01\x23\x45\x67\x89\xab\xcd\xef");
		return;
	}
	issuer(&id);
	serial(&id);
	der_wrap(t, 0x30, &id);
}

void mkko_add_certificate(struct text *t)
{
	struct text s = { 0 }, in = { 0 }, cert = { 0 };

	der(&in, 0xa0, "\x02\x01\x02", 3);
	serial(&in);
	algorithm(&in, OID_RSA);
	issuer(&in);
	der_str(&s, 0x17, "200101000000Z");
	der_str(&s, 0x17, "400101000000Z");
	der_wrap(&in, 0x30, &s);
	issuer(&in);
	algorithm(&s, OID_RSA);
	der(&s, 0x03, "\0\x30\x06\x02\x01\x23\x02\x01\x03", 9);
	der_wrap(&in, 0x30, &s);
	der_wrap(&cert, 0x30, &in);
	algorithm(&cert, OID_RSA);
	der(&cert, 0x03, "\0made up", 8);
	der_wrap(t, 0x30, &cert);
}

/* [0], around what a whole message has and a common one has not. */
static void certificates(struct text *t)
{
	struct text in = { 0 };

	mkko_add_certificate(&in);
	der_wrap(t, 0xa0, &in);
}

static void attributes(struct text *t)
{
	struct text in = { 0 }, set = { 0 }, attr = { 0 };

	der_str(&set, 0x06, OID_DATA);
	der_str(&attr, 0x06, OID_CONTENT_TYPE);
	der_wrap(&attr, 0x31, &set);
	der_wrap(&in, 0x30, &attr);
	der_wrap(t, 0xa0, &in);
}

static void content(struct text *t)
{
	struct text in = { 0 };

	der_str(&in, 0x04, "signed along");
	der_wrap(t, 0xa0, &in);
}

static void pkcs7(struct text *t, enum mkko_sign how)
{
	struct text s = { 0 }, in = { 0 }, set = { 0 };
	uint8_t value[256];

	memset(value, 0xa5, sizeof(value));
	der_str(&in, 0x02, how == MKKO_PKCS7_KEYID ? "\x03" : "\x01");
	signer_id(&in, how);
	algorithm(&in, OID_SHA256);
	if (how == MKKO_PKCS7_WHOLE)
		attributes(&in);
	algorithm(&in, OID_RSA);
	der(&in, 0x04, value, sizeof(value));
	der_wrap(&set, 0x30, &in);

	der_str(&s, 0x02, how == MKKO_PKCS7_KEYID ? "\x03" : "\x01");
	algorithm(&in, OID_SHA256);
	der_wrap(&s, 0x31, &in);
	der_str(&in, 0x06, OID_DATA);
	if (how == MKKO_PKCS7_WHOLE)
		content(&in);
	der_wrap(&s, 0x30, &in);
	if (how == MKKO_PKCS7_WHOLE)
		certificates(&s);
	der_wrap(&s, 0x31, &set);

	der_wrap(&in, 0x30, &s);
	der_str(&s, 0x06, OID_SIGNED);
	der_wrap(&s, 0xa0, &in);
	der_wrap(t, 0x30, &s);
}

void mkko_add_signature(struct text *t, enum mkko_sign how)
{
	uint8_t trailer[8] = { 0, 0, 2 };
	size_t start = t->n, names = 0;

	if (how == MKKO_UNSIGNED)
		return;
	if (how == MKKO_X509) {
		memcpy(trailer, "\x01\x04\x01\x04\x03", 5);
		text_add(t, "mkko\x01\x02\x03");
		names = t->n - start;
		text_add(t, "made-up signature");
	} else {
		pkcs7(t, how);
	}

	size_t n = t->n - start - names;

	text_add_bytes(t, trailer, sizeof(trailer));
	put(t, n, 4, true);
	text_add(t, "~Module signature appended~\n");
}
