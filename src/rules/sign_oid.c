/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The object identifiers that kernels know: see sign_oid.h. Of those that are
 * not in all kernels, the first of 6.1, 6.12 and 7.2 that has it is named, and
 * the first that has not got it any more.
 *
 * Kernel: include/linux/oid_registry.h, lib/oid_registry.c.
 */
#include "rules/sign_oid.h"

struct release {
	unsigned major, minor; /* 0: always; never */
};

static const struct {
	const char *text;
	enum oid oid;
	struct release since, until;
} known[] = {
	{ "1.2.156.10197.1.301", OID_OTHER },
	{ "1.2.156.10197.1.401", OID_SM3 },
	{ "1.2.156.10197.1.501", OID_SM2 },
	{ "1.2.156.10197.1.504", OID_OTHER },
	{ "1.2.643.2.2.35.1", OID_OTHER },
	{ "1.2.643.2.2.35.2", OID_OTHER },
	{ "1.2.643.2.2.35.3", OID_OTHER },
	{ "1.2.643.7.1.1.1.1", OID_GOST_KEY },
	{ "1.2.643.7.1.1.1.2", OID_GOST_KEY },
	{ "1.2.643.7.1.1.2.2", OID_STREEBOG256 },
	{ "1.2.643.7.1.1.2.3", OID_STREEBOG512 },
	{ "1.2.643.7.1.1.3.2", OID_OTHER },
	{ "1.2.643.7.1.1.3.3", OID_OTHER },
	{ "1.2.643.7.1.2.1.1.1", OID_OTHER },
	{ "1.2.643.7.1.2.1.1.2", OID_OTHER },
	{ "1.2.643.7.1.2.1.1.3", OID_OTHER },
	{ "1.2.643.7.1.2.1.1.4", OID_OTHER },
	{ "1.2.643.7.1.2.1.2.1", OID_OTHER },
	{ "1.2.643.7.1.2.1.2.2", OID_OTHER },
	{ "1.2.643.7.1.2.1.2.3", OID_OTHER },
	{ "1.2.752.43.14.2", OID_OTHER, .since = { 6, 1 } },
	{ "1.2.752.43.14.3", OID_OTHER, .since = { 6, 1 } },
	{ "1.2.840.10030.4.3", OID_OTHER },
	{ "1.2.840.10040.4.1", OID_OTHER },
	{ "1.2.840.10045.2.1", OID_OTHER },
	{ "1.2.840.10045.3.1.1", OID_OTHER, .since = { 6, 1 } },
	{ "1.2.840.10045.3.1.7", OID_OTHER, .since = { 6, 1 } },
	{ "1.2.840.10045.4.1", OID_ECDSA },
	{ "1.2.840.10045.4.3.1", OID_ECDSA, .since = { 6, 1 } },
	{ "1.2.840.10045.4.3.2", OID_ECDSA, .since = { 6, 1 } },
	{ "1.2.840.10045.4.3.3", OID_ECDSA, .since = { 6, 1 } },
	{ "1.2.840.10045.4.3.4", OID_ECDSA, .since = { 6, 1 } },
	{ "1.2.840.48018.1.2.2", OID_OTHER, .since = { 6, 1 } },
	{ "1.2.840.113549.1.1.1", OID_RSA },
	{ "1.2.840.113549.1.1.2", OID_OTHER, .until = { 6, 12 } },
	{ "1.2.840.113549.1.1.3", OID_OTHER, .until = { 6, 12 } },
	{ "1.2.840.113549.1.1.4", OID_OTHER, .until = { 6, 12 } },
	{ "1.2.840.113549.1.1.5", OID_OTHER },
	{ "1.2.840.113549.1.1.11", OID_OTHER },
	{ "1.2.840.113549.1.1.12", OID_OTHER },
	{ "1.2.840.113549.1.1.13", OID_OTHER },
	{ "1.2.840.113549.1.1.14", OID_OTHER },
	{ "1.2.840.113549.1.7.1", OID_DATA },
	{ "1.2.840.113549.1.7.2", OID_SIGNED_DATA },
	{ "1.2.840.113549.1.9.1", OID_OTHER },
	{ "1.2.840.113549.1.9.3", OID_CONTENT_TYPE },
	{ "1.2.840.113549.1.9.4", OID_MESSAGE_DIGEST },
	{ "1.2.840.113549.1.9.5", OID_SIGNING_TIME },
	{ "1.2.840.113549.1.9.15", OID_SMIME_CAPS },
	{ "1.2.840.113549.1.9.16.2.11", OID_OTHER },
	{ "1.2.840.113549.2.2", OID_OTHER, .until = { 6, 12 } },
	{ "1.2.840.113549.2.4", OID_MD4, .until = { 6, 12 } },
	{ "1.2.840.113549.2.5", OID_MD5, .until = { 6, 12 } },
	{ "1.2.840.113554.1.2.2", OID_OTHER, .since = { 6, 1 } },
	{ "1.2.840.113554.1.2.2.3", OID_OTHER, .since = { 6, 1 } },
	{ "1.3.5.1.5.2.7", OID_OTHER, .since = { 6, 1 } },
	{ "1.3.6.1.4.1.311.2.1.4", OID_MS_INDIRECT },
	{ "1.3.6.1.4.1.311.2.1.11", OID_MS_STATEMENT },
	{ "1.3.6.1.4.1.311.2.1.12", OID_MS_OPUS },
	{ "1.3.6.1.4.1.311.2.1.15", OID_OTHER },
	{ "1.3.6.1.4.1.311.2.1.21", OID_OTHER },
	{ "1.3.6.1.4.1.311.2.2.10", OID_OTHER, .since = { 6, 1 } },
	{ "1.3.6.1.4.1.311.2.2.30", OID_OTHER, .since = { 6, 12 } },
	{ "1.3.6.1.4.1.311.16.4", OID_OTHER },
	{ "1.3.6.1.5.2.5", OID_OTHER, .since = { 6, 1 } },
	{ "1.3.6.1.5.5.2", OID_OTHER, .since = { 6, 1 } },
	{ "1.3.6.1.5.5.7.1.1", OID_OTHER },
	{ "1.3.6.1.5.5.14", OID_OTHER, .since = { 6, 1 } },
	{ "1.3.14.3.2.26", OID_SHA1 },
	{ "1.3.132.0.34", OID_OTHER, .since = { 6, 1 } },
	{ "1.3.132.0.35", OID_OTHER, .since = { 6, 12 } },
	{ "2.5.4.3", OID_OTHER },
	{ "2.5.4.4", OID_OTHER },
	{ "2.5.4.6", OID_OTHER },
	{ "2.5.4.7", OID_OTHER },
	{ "2.5.4.8", OID_OTHER },
	{ "2.5.4.10", OID_OTHER },
	{ "2.5.4.11", OID_OTHER },
	{ "2.5.4.12", OID_OTHER },
	{ "2.5.4.13", OID_OTHER },
	{ "2.5.4.41", OID_OTHER },
	{ "2.5.4.42", OID_OTHER },
	{ "2.5.4.43", OID_OTHER },
	{ "2.5.4.44", OID_OTHER },
	{ "2.5.29.14", OID_OTHER },
	{ "2.5.29.15", OID_OTHER },
	{ "2.5.29.17", OID_OTHER },
	{ "2.5.29.18", OID_OTHER },
	{ "2.5.29.19", OID_OTHER },
	{ "2.5.29.31", OID_OTHER },
	{ "2.5.29.32", OID_OTHER },
	{ "2.5.29.35", OID_OTHER },
	{ "2.5.29.37", OID_OTHER },
	{ "2.16.840.1.101.3.4.2.1", OID_SHA256 },
	{ "2.16.840.1.101.3.4.2.2", OID_SHA384 },
	{ "2.16.840.1.101.3.4.2.3", OID_SHA512 },
	{ "2.16.840.1.101.3.4.2.4", OID_SHA224 },
	{ "2.16.840.1.101.3.4.2.8", OID_SHA3_256, .since = { 6, 12 } },
	{ "2.16.840.1.101.3.4.2.9", OID_SHA3_384, .since = { 6, 12 } },
	{ "2.16.840.1.101.3.4.2.10", OID_SHA3_512, .since = { 6, 12 } },
	{ "2.16.840.1.101.3.4.3.10", OID_ECDSA, .since = { 6, 12 } },
	{ "2.16.840.1.101.3.4.3.11", OID_ECDSA, .since = { 6, 12 } },
	{ "2.16.840.1.101.3.4.3.12", OID_ECDSA, .since = { 6, 12 } },
	{ "2.16.840.1.101.3.4.3.14", OID_OTHER, .since = { 6, 12 } },
	{ "2.16.840.1.101.3.4.3.15", OID_OTHER, .since = { 6, 12 } },
	{ "2.16.840.1.101.3.4.3.16", OID_OTHER, .since = { 6, 12 } },
	{ "2.16.840.1.101.3.4.3.17", OID_MLDSA, .since = { 7, 2 } },
	{ "2.16.840.1.101.3.4.3.18", OID_MLDSA, .since = { 7, 2 } },
	{ "2.16.840.1.101.3.4.3.19", OID_MLDSA, .since = { 7, 2 } },
	{ "2.23.133.10.1.3", OID_OTHER, .since = { 6, 1 } },
	{ "2.23.133.10.1.4", OID_OTHER, .since = { 6, 1 } },
	{ "2.23.133.10.1.5", OID_OTHER, .since = { 6, 1 } },
};

void oid_text(struct span oid, char ret[static OID_TEXT])
{
	size_t at;

	ret[0] = 0;
	if (!oid.n) {
		(void)snprintf(ret, OID_TEXT, "(bad)");
		return;
	}
	/* The kernel makes 3.0 of what stands for 2.40. */
	at = (size_t)snprintf(ret, OID_TEXT, "%u.%u", oid.p[0] / 40u,
			      oid.p[0] % 40u);
	for (size_t i = 1; i < oid.n && at < OID_TEXT;) {
		uint64_t v = 0;
		uint8_t b;

		do {
			if (i == oid.n) {
				(void)snprintf(ret + at, OID_TEXT - at,
					       "(bad)");
				return;
			}
			b = oid.p[i++];
			v = v << 7 | (b & 0x7f);
		} while (b & 0x80);
		at += (size_t)snprintf(ret + at, OID_TEXT - at, ".%llu",
				       (unsigned long long)v);
	}
}

static bool here(const struct run *r, struct release since,
		 struct release until)
{
	return (!since.major ||
		!run_release_before(r, since.major, since.minor)) &&
	       (!until.major ||
		run_release_before(r, until.major, until.minor));
}

unsigned oid_count(const struct run *r)
{
	unsigned n = 0;

	for (size_t i = 0; i < ARRAY_SIZE(known); i++)
		n += here(r, known[i].since, known[i].until);
	return n;
}

enum oid oid_find(const struct run *r, struct span oid)
{
	char text[OID_TEXT];

	/* Leading zeros of a number would look alike: no known one has any. */
	for (size_t i = 1; i < oid.n; i++)
		if (oid.p[i] == 0x80 && !(oid.p[i - 1] & 0x80))
			return OID_UNKNOWN;
	oid_text(oid, text);
	for (size_t i = 0; i < ARRAY_SIZE(known); i++)
		if (str_eq(known[i].text, text) &&
		    here(r, known[i].since, known[i].until))
			return known[i].oid;
	return OID_UNKNOWN;
}
