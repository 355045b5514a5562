/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Object identifiers, as the kernel knows and writes them. */
#ifndef LKM_RULES_SIGN_OID_H
#define LKM_RULES_SIGN_OID_H

#include "rules/run.h"

/* Those that decide something; any other that it knows is OID_OTHER. */
enum oid {
	OID_UNKNOWN, /* to this kernel */
	OID_OTHER,
	OID_DATA,
	OID_SIGNED_DATA,
	OID_MS_INDIRECT,
	OID_RSA,
	OID_CONTENT_TYPE,
	OID_MESSAGE_DIGEST,
	OID_SIGNING_TIME,
	OID_SMIME_CAPS,
	OID_MS_STATEMENT,
	OID_MS_OPUS,
	OID_ECDSA, /* with any hash */
	OID_GOST_KEY,
	OID_SM2,
	OID_MLDSA,
	/* hashes */
	OID_MD4,
	OID_MD5,
	OID_SHA1,
	OID_SHA224,
	OID_SHA256,
	OID_SHA384,
	OID_SHA512,
	OID_SM3,
	OID_STREEBOG256,
	OID_STREEBOG512,
	OID_SHA3_256,
	OID_SHA3_384,
	OID_SHA3_512,
};

#define OID_TEXT 50 /* with its NUL: what is longer, the kernel cuts */

/* "1.2.840.113549.1.7.2"; "(bad)" where it breaks off */
void oid_text(struct span oid, char ret[static OID_TEXT]);

/* The number by which a kernel writes those that it does not know. */
unsigned oid_count(const struct run *r);

/* What this kernel takes it for. */
enum oid oid_find(const struct run *r, struct span oid);

#endif
