/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The appended signature. From the end of the file backwards:
 *
 *	ELF | signer | key id | signature | 12-byte trailer | marker
 *
 * Signer and key id are empty in what kernels accept today, where the
 * signature is a PKCS#7 message that says all that:
 *
 *	SEQ { OID signedData, [0] { SEQ {
 *		version, SET { digest algorithms }, SEQ { content type, ... },
 *		[0] certificates?, [1] revocations?,
 *		SET { SEQ { version,
 *			SEQ { issuer, serial } or [0] key id,
 *			SEQ { digest OID }, [0] attributes?,
 *			SEQ { signature OID }, signature } } } } }
 *
 * It is only read here, which needs no crypto library.
 *
 * Kernel: mod_verify_sig(), kernel/module/signing.c; mod_check_sig(),
 * kernel/module_signature.c; scripts/sign-file.c.
 */
#include <errno.h>
#include <string.h>

#include "ko/der.h"
#include "ko/internal.h"

#define MARKER_BYTES (sizeof(KO_SIG_MARKER) - 1)
#define TRAILER_BYTES 12

struct oid_name {
	const char *oid; /* DER, without tag and length */
	size_t n;
	const char *name;
};

#define OID(der, name)                     \
	{                                  \
		der, sizeof(der) - 1, name \
	}
#define RSADSI "\x2a\x86\x48\x86\xf7\x0d"
#define NIST_HASH "\x60\x86\x48\x01\x65\x03\x04\x02"
#define NIST_SIG "\x60\x86\x48\x01\x65\x03\x04\x03"
#define X962_ECDSA "\x2a\x86\x48\xce\x3d\x04"

static const struct oid_name hashes[] = {
	OID(RSADSI "\x02\x04", "md4"),
	OID(RSADSI "\x02\x05", "md5"),
	OID("\x2b\x0e\x03\x02\x1a", "sha1"),
	OID("\x2b\x24\x03\x02\x01", "rmd160"),
	OID(NIST_HASH "\x01", "sha256"),
	OID(NIST_HASH "\x02", "sha384"),
	OID(NIST_HASH "\x03", "sha512"),
	OID(NIST_HASH "\x04", "sha224"),
	OID(NIST_HASH "\x08", "sha3-256"),
	OID(NIST_HASH "\x09", "sha3-384"),
	OID(NIST_HASH "\x0a", "sha3-512"),
	OID("\x2a\x81\x1c\xcf\x55\x01\x83\x11", "sm3"),
	OID("\x2a\x85\x03\x07\x01\x01\x02\x02", "streebog256"),
	OID("\x2a\x85\x03\x07\x01\x01\x02\x03", "streebog512"),
};

static const struct oid_name algos[] = {
	OID(RSADSI "\x01\x01\x01", "rsaEncryption"),
	OID(RSADSI "\x01\x01\x05", "sha1WithRSAEncryption"),
	OID(RSADSI "\x01\x01\x0b", "sha256WithRSAEncryption"),
	OID(RSADSI "\x01\x01\x0c", "sha384WithRSAEncryption"),
	OID(RSADSI "\x01\x01\x0d", "sha512WithRSAEncryption"),
	OID(RSADSI "\x01\x01\x0e", "sha224WithRSAEncryption"),
	OID(X962_ECDSA "\x01", "ecdsa-with-SHA1"),
	OID(X962_ECDSA "\x03\x01", "ecdsa-with-SHA224"),
	OID(X962_ECDSA "\x03\x02", "ecdsa-with-SHA256"),
	OID(X962_ECDSA "\x03\x03", "ecdsa-with-SHA384"),
	OID(X962_ECDSA "\x03\x04", "ecdsa-with-SHA512"),
	OID(NIST_SIG "\x0a", "ecdsa-with-SHA3-256"),
	OID(NIST_SIG "\x0b", "ecdsa-with-SHA3-384"),
	OID(NIST_SIG "\x0c", "ecdsa-with-SHA3-512"),
	OID(NIST_SIG "\x11", "ML-DSA-44"),
	OID(NIST_SIG "\x12", "ML-DSA-65"),
	OID(NIST_SIG "\x13", "ML-DSA-87"),
	OID("\x2a\x85\x03\x07\x01\x01\x01\x01", "gost2012_256"),
	OID("\x2a\x85\x03\x07\x01\x01\x01\x02", "gost2012_512"),
	OID("\x2a\x81\x1c\xcf\x55\x01\x83\x75", "SM2-with-SM3"),
};

static const char *oid_name(const struct oid_name *t, size_t n, struct span o)
{
	for (size_t i = 0; i < n; i++)
		if (t[i].n == o.n && !memcmp(t[i].oid, o.p, o.n))
			return t[i].name;
	return NULL;
}

/* "1.2.840.113549"; "" if it is none. NULL: no memory. */
static char *oid_text(struct arena *a, struct span o)
{
	_cleanup_text_ struct text t = { 0 };
	uint64_t v = 0;
	bool first = true;

	for (size_t i = 0; i < o.n; i++) {
		if (v >> 56)
			return arena_strdup(a, "");
		v = v << 7 | (o.p[i] & 0x7f);
		if (o.p[i] & 0x80)
			continue;
		if (first) {
			uint64_t root = v < 80 ? v / 40 : 2;

			text_addf(&t, "%llu.%llu", (unsigned long long)root,
				  (unsigned long long)(v - root * 40));
		} else {
			text_addf(&t, ".%llu", (unsigned long long)v);
		}
		first = false;
		v = 0;
	}
	return t.failed ? NULL : arena_strdup(a, text_str(&t));
}

/* The common name in an X.501 name, or "". NULL: no memory. */
static const char *common_name(struct arena *a, struct span name)
{
	struct span rdn, pair, oid, value;
	uint8_t tag;

	while (der_take(&name, DER_SET, &rdn)) {
		while (der_take(&rdn, DER_SEQUENCE, &pair)) {
			if (!der_take(&pair, DER_OID, &oid) ||
			    !span_eq(oid, "\x55\x04\x03") ||
			    !der_any(&pair, &tag, &value))
				continue;
			return arena_strndup(a, (const char *)value.p, value.n);
		}
	}
	return "";
}

/* The first OID in an AlgorithmIdentifier. */
static bool take_algorithm(struct span *s, struct span *oid)
{
	struct span seq;

	return der_take(s, DER_SEQUENCE, &seq) && der_take(&seq, DER_OID, oid);
}

static int read_signer_id(struct span *s, struct arena *a,
			  struct ko_signature *ret)
{
	struct span id, issuer;

	if (der_take(s, DER_SEQUENCE, &id)) {
		if (!der_take(&id, DER_SEQUENCE, &issuer) ||
		    !der_take(&id, DER_INTEGER, &ret->serial))
			return -EBADMSG;
		ret->signer = common_name(a, issuer);
		return ret->signer ? 0 : -ENOMEM;
	}
	/* PKCS#7 is silent on it; CMS and sign-file have it primitive. */
	if (der_take(s, DER_P0, &ret->key_id) ||
	    der_take(s, DER_0, &ret->key_id))
		return 0;
	return -EBADMSG;
}

static int read_signer(struct span s, struct arena *a, struct ko_signature *ret)
{
	struct span body, hash, algo;
	int r;

	if (!der_take(&s, DER_INTEGER, &body))
		return -EBADMSG;
	r = read_signer_id(&s, a, ret);
	if (r < 0)
		return r;
	if (!take_algorithm(&s, &hash))
		return -EBADMSG;
	ret->attrs = der_take(&s, DER_0, &body);
	if (!take_algorithm(&s, &algo) || !der_take(&s, DER_OCTETS, &ret->sig))
		return -EBADMSG;

	const char *name = oid_name(hashes, ARRAY_SIZE(hashes), hash);

	ret->hash = name ? name : "unknown";
	name = oid_name(algos, ARRAY_SIZE(algos), algo);
	ret->algo = name ? name : oid_text(a, algo);
	return ret->algo ? 0 : -ENOMEM;
}

static int read_pkcs7(struct span s, struct arena *a, struct ko_signature *ret)
{
	struct span seq, oid, body, signer;

	if (!der_take(&s, DER_SEQUENCE, &seq) ||
	    !der_take(&seq, DER_OID, &oid) ||
	    !span_eq(oid, RSADSI "\x01\x07\x02") ||
	    !der_take(&seq, DER_0, &body) ||
	    !der_take(&body, DER_SEQUENCE, &s) ||
	    !der_take(&s, DER_INTEGER, &body) ||
	    !der_take(&s, DER_SET, &body) ||
	    !der_take(&s, DER_SEQUENCE, &seq) || !der_take(&seq, DER_OID, &oid))
		return -EBADMSG;
	ret->content = der_take(&seq, DER_0, &body);
	ret->certs = der_take(&s, DER_0, &body);
	(void)der_take(&s, DER_1, &body);
	if (!der_take(&s, DER_SET, &body) ||
	    !der_take(&body, DER_SEQUENCE, &signer))
		return -EBADMSG;
	return read_signer(signer, a, ret);
}

/* Before PKCS#7: the names are in the file, the numbers in the trailer. */
static int read_old(struct arena *a, struct ko_signature *ret)
{
	static const char *const hash[] = { "md4",    "md5",	"sha1",
					    "rmd160", "sha256", "sha384",
					    "sha512", "sha224", "sm3" };
	static const char *const algo[] = { "DSA", "RSA" };
	const struct ko_trailer *t = &ret->trailer;

	if (t->hash < ARRAY_SIZE(hash))
		ret->hash = hash[t->hash];
	if (t->algo < ARRAY_SIZE(algo))
		ret->algo = algo[t->algo];
	ret->key_id = t->key_id;
	ret->sig = t->sig;
	ret->signer = arena_strndup(a, (const char *)t->signer.p, t->signer.n);
	return ret->signer ? 0 : -ENOMEM;
}

int ko_trailer(const struct ko *ko, struct ko_trailer *ret, struct diag *d)
{
	struct span s = ko->image, t;
	struct ko_trailer r = { 0 };

	if (s.n < MARKER_BYTES ||
	    memcmp(s.p + s.n - MARKER_BYTES, KO_SIG_MARKER, MARKER_BYTES))
		return -ENODATA;
	s.n -= MARKER_BYTES;
	if (!span_sub(s, s.n - TRAILER_BYTES, TRAILER_BYTES, &t)) {
		diag_fail(
			d, EBADMSG,
			"found %zu bytes before the signature's end mark, wanted at least %u",
			s.n, TRAILER_BYTES);
		diag_in(d, "%s", ko->path);
		return -EBADMSG;
	}
	s.n -= TRAILER_BYTES;
	r.algo = t.p[0];
	r.hash = t.p[1];
	r.id_type = t.p[2];
	r.signer_len = t.p[3];
	r.key_id_len = t.p[4];

	uint64_t v = 0;

	(void)span_uint(t, 8, 4, true, &v);
	r.sig_len = (uint32_t)v;

	uint64_t all = v + r.signer_len + r.key_id_len;

	if (!v || all >= s.n) {
		diag_fail(
			d, EBADMSG,
			"the appended signature says that it has %llu bytes, but the file has %zu before its end",
			(unsigned long long)all, s.n);
		diag_in(d, "%s", ko->path);
		diag_hint(d, "sign the module again");
		return -EBADMSG;
	}

	uint64_t at = s.n - all;

	r.elf_bytes = at;
	(void)span_sub(s, at, r.signer_len, &r.signer);
	(void)span_sub(s, at + r.signer_len, r.key_id_len, &r.key_id);
	(void)span_sub(s, s.n - v, v, &r.sig);
	*ret = r;
	return 0;
}

int ko_signature(const struct ko *ko, struct arena *a, struct ko_signature *ret,
		 struct diag *d)
{
	static const char *const ids[] = { "PGP", "X509", "PKCS#7" };
	struct ko_signature s = {
		.id = "unknown",
		.signer = "",
		.hash = "unknown",
		.algo = "",
	};
	int r = ko_trailer(ko, &s.trailer, d);

	if (r < 0)
		return r;

	uint8_t id = s.trailer.id_type;

	if (id >= ARRAY_SIZE(ids)) {
		/* Nothing is known about the rest. */
		s.sig = s.trailer.sig;
		*ret = s;
		return 0;
	}
	s.id = ids[id];
	r = id == KO_SIG_PKCS7 ? read_pkcs7(s.trailer.sig, a, &s)
			       : read_old(a, &s);
	if (r == -ENOMEM)
		diag_fail(d, ENOMEM, "out of memory");
	if (r == -EBADMSG)
		diag_fail_hint(
			d, EBADMSG, "sign the module again",
			"the %u bytes of the appended signature are no PKCS#7 message",
			s.trailer.sig_len);
	if (r < 0) {
		diag_in(d, "%s", ko->path);
		return r;
	}
	*ret = s;
	return 0;
}
