/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a message about a module comes to: which hash, whose key, and whether
 * the value is right, which libcrypto works out.
 *
 * Kernel: verify_pkcs7_message_sig(), certs/system_keyring.c; pkcs7_verify()
 * and pkcs7_validate_trust(), crypto/asymmetric_keys/.
 */
#include <errno.h>
#include <limits.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/x509.h>
#include <stdlib.h>

#include "base/dso.h"
#include "rules/sign.h"

DSO_FN(ERR_pop_to_mark);
DSO_FN(ERR_set_mark);
DSO_FN(EVP_DigestVerify);
DSO_FN(EVP_DigestVerifyInit);
DSO_FN(EVP_MD_CTX_free);
DSO_FN(EVP_MD_CTX_new);
DSO_FN(EVP_get_digestbyname);
DSO_FN(EVP_PKEY_get_base_id);
DSO_FN(X509_free);
DSO_FN(X509_get0_pubkey);
DSO_FN(X509_up_ref);
DSO_FN(d2i_X509);

static struct dso crypto = {
	.soname = "libcrypto.so.3",
	.package = "libssl3",
	.fns = (const struct dso_fn[]){ DSO_ENTRY(ERR_pop_to_mark),
					DSO_ENTRY(ERR_set_mark),
					DSO_ENTRY(EVP_DigestVerify),
					DSO_ENTRY(EVP_DigestVerifyInit),
					DSO_ENTRY(EVP_MD_CTX_free),
					DSO_ENTRY(EVP_MD_CTX_new),
					DSO_ENTRY(EVP_get_digestbyname),
					DSO_ENTRY(EVP_PKEY_get_base_id),
					DSO_ENTRY(X509_free),
					DSO_ENTRY(X509_get0_pubkey),
					DSO_ENTRY(X509_up_ref),
					DSO_ENTRY(d2i_X509),
					{ 0 } },
	.lock = PTHREAD_MUTEX_INITIALIZER,
};

/*
 * The certificate that was read last: thousands of modules are signed by one,
 * and reading it takes longer than to verify a signature.
 */
static struct {
	pthread_mutex_t lock;
	uint8_t *der;
	size_t n;
	X509 *x;
} last = { .lock = PTHREAD_MUTEX_INITIALIZER };

static X509 *remembered(struct span der)
{
	X509 *x = NULL;

	(void)pthread_mutex_lock(&last.lock);
	if (last.x && last.n == der.n && !memcmp(last.der, der.p, der.n) &&
	    dso_X509_up_ref(last.x))
		x = last.x;
	(void)pthread_mutex_unlock(&last.lock);
	return x;
}

static void remember(struct span der, X509 *x)
{
	uint8_t *copy = malloc(der.n);

	if (!copy || !dso_X509_up_ref(x)) {
		free(copy);
		return;
	}
	memcpy(copy, der.p, der.n);
	(void)pthread_mutex_lock(&last.lock);
	free(last.der);
	dso_X509_free(last.x);
	last.der = copy;
	last.n = der.n;
	last.x = x;
	(void)pthread_mutex_unlock(&last.lock);
}

static X509 *read_cert(struct span der)
{
	const unsigned char *p = der.p;
	X509 *x = remembered(der);

	if (x)
		return x;
	x = dso_d2i_X509(NULL, &p, (long)der.n);
	if (x)
		remember(der, x);
	return x;
}

/* ------------------------------------------------------------- whose key */

/* The next element's content; *@s moves behind it. For certificates of keys
 * that are trusted, so well-formed ones. */
static bool take(struct span *s, uint8_t tag, struct span *ret)
{
	uint64_t n = 0;
	size_t head = 2;

	if (s->n < 2 || s->p[0] != tag)
		return false;
	n = s->p[1];
	if (n & 0x80) {
		unsigned width = n & 0x7f;

		if ((width != 1 && width != 2) ||
		    !span_uint(*s, 2, width, true, &n))
			return false;
		head += width;
	}
	if (!span_sub(*s, head, n, ret))
		return false;
	*s = (struct span){ ret->p + n, s->n - head - (size_t)n };
	return true;
}

/* What a certificate is found by. */
struct names {
	struct span serial, issuer, key_id;
};

/* subjectKeyIdentifier: an octet string in an octet string. */
static void find_key_id(struct span exts, struct names *ret)
{
	static const uint8_t name[] = { 0x55, 0x1d, 0x0e };
	struct span list, ext, oid, value, critical;

	if (!take(&exts, 0x30, &list))
		return;
	while (take(&list, 0x30, &ext)) {
		if (!take(&ext, 0x06, &oid) || oid.n != sizeof(name) ||
		    memcmp(oid.p, name, sizeof(name)) != 0)
			continue;
		(void)take(&ext, 0x01, &critical);
		if (take(&ext, 0x04, &value))
			(void)take(&value, 0x04, &ret->key_id);
	}
}

static bool names_of(struct span der, struct names *ret)
{
	struct span cert, tbs, skip, exts;

	*ret = (struct names){ 0 };
	if (!take(&der, 0x30, &cert) || !take(&cert, 0x30, &tbs))
		return false;
	(void)take(&tbs, 0xa0, &skip); /* version */
	if (!take(&tbs, 0x02, &ret->serial) || !take(&tbs, 0x30, &skip) ||
	    !take(&tbs, 0x30, &ret->issuer))
		return false;
	/* Validity, subject, key; two that nobody has. */
	if (take(&tbs, 0x30, &skip) && take(&tbs, 0x30, &skip) &&
	    take(&tbs, 0x30, &skip)) {
		(void)take(&tbs, 0x81, &skip);
		(void)take(&tbs, 0x82, &skip);
		if (take(&tbs, 0xa3, &exts))
			find_key_id(exts, ret);
	}
	return true;
}

/* asymmetric_key_id_same(): two parts each, compared as one. */
static bool same_id(const struct span a[2], struct span b0, struct span b1)
{
	if (a[0].n + a[1].n != b0.n + b1.n || !(b0.n + b1.n))
		return false;
	for (size_t i = 0; i < b0.n + b1.n; i++) {
		uint8_t x = i < a[0].n ? a[0].p[i] : a[1].p[i - a[0].n];
		uint8_t y = i < b0.n ? b0.p[i] : b1.p[i - b0.n];

		if (x != y)
			return false;
	}
	return true;
}

static const struct kern_key *key_in(const struct sign_signer *s,
				     const struct kern_key *keys, size_t n)
{
	const struct span none = { 0 };
	struct names x;

	for (size_t i = 0; i < n; i++)
		if (names_of(keys[i].der, &x) &&
		    (same_id(s->id, x.serial, x.issuer) ||
		     same_id(s->id, x.key_id, none)))
			return &keys[i];
	return NULL;
}

/* --------------------------------------------------------------- the hash */

static const struct hash {
	enum oid oid;
	const char *name;   /* as the kernel calls it */
	const char *crypto; /* as libcrypto does */
	const char *option; /* that brings it, or either of two */
	const char *option2;
} hashes[] = {
	{ OID_MD4, "md4", "MD4", "CRYPTO_MD4", NULL },
	{ OID_MD5, "md5", "MD5", "CRYPTO_MD5", NULL },
	{ OID_SHA1, "sha1", "SHA1", "CRYPTO_SHA1", NULL },
	{ OID_SHA224, "sha224", "SHA224", "CRYPTO_SHA256", NULL },
	{ OID_SHA256, "sha256", "SHA256", "CRYPTO_SHA256", NULL },
	{ OID_SHA384, "sha384", "SHA384", "CRYPTO_SHA512", NULL },
	{ OID_SHA512, "sha512", "SHA512", "CRYPTO_SHA512", NULL },
	{ OID_SM3, "sm3", "SM3", "CRYPTO_SM3", "CRYPTO_SM3_GENERIC" },
	{ OID_STREEBOG256, "streebog256", NULL, "CRYPTO_STREEBOG", NULL },
	{ OID_STREEBOG512, "streebog512", NULL, "CRYPTO_STREEBOG", NULL },
	{ OID_SHA3_256, "sha3-256", "SHA3-256", "CRYPTO_SHA3", NULL },
	{ OID_SHA3_384, "sha3-384", "SHA3-384", "CRYPTO_SHA3", NULL },
	{ OID_SHA3_512, "sha3-512", "SHA3-512", "CRYPTO_SHA3", NULL },
};

static const struct hash *hash_of(enum oid oid)
{
	for (size_t i = 0; i < ARRAY_SIZE(hashes); i++)
		if (hashes[i].oid == oid)
			return &hashes[i];
	return NULL;
}

/*
 * Has the kernel got it? One that is a module it would ask modprobe for, so
 * whether it gets that is not known. All have SHA-256.
 */
static enum kern_known has_hash(const struct run *r, const struct hash *h)
{
	enum kern_option o = kern_option(r->k, h->option);

	if (o != KERN_OPT_Y && h->option2 &&
	    kern_option(r->k, h->option2) != KERN_OPT_N)
		o = kern_option(r->k, h->option2);
	if (h->oid == OID_SHA256)
		return KERN_YES;
	return o == KERN_OPT_Y	 ? KERN_YES
	       : o == KERN_OPT_N ? KERN_NO
				 : KERN_UNKNOWN;
}

/* pkcs7_digest() of each signer: is there one whose hash the kernel has? */
static enum sign_verdict hashed(struct run *r, const struct sign_message *m)
{
	enum sign_verdict v = SIGN_NO_PACKAGE;

	for (size_t i = 0; i < m->n_signers; i++) {
		const struct hash *h = hash_of(m->signers[i].hash);
		enum kern_known has = h ? has_hash(r, h) : KERN_NO;

		if (has == KERN_YES)
			return SIGN_OK;
		if (has == KERN_UNKNOWN) {
			run_unknown(r, run_text(r, "whether the kernel has the hash %s",
						h->name));
			v = SIGN_UNKNOWN;
		}
	}
	return v;
}

/* -------------------------------------------------------- the mathematics */

static bool value_right(X509 *cert, const struct sign_signer *s,
			struct span content)
{
	EVP_PKEY *key = dso_X509_get0_pubkey(cert);
	const struct hash *h = hash_of(s->hash);
	const EVP_MD *md = h && h->crypto ? dso_EVP_get_digestbyname(h->crypto)
					  : NULL;
	int kind = key ? dso_EVP_PKEY_get_base_id(key) : 0;
	EVP_MD_CTX *c;
	bool right;

	if (!md || kind != (s->algo == OID_RSA	   ? EVP_PKEY_RSA
			    : s->algo == OID_ECDSA ? EVP_PKEY_EC
						   : EVP_PKEY_NONE))
		return false;
	c = dso_EVP_MD_CTX_new();
	right = c && dso_EVP_DigestVerifyInit(c, NULL, md, NULL, key) == 1 &&
		dso_EVP_DigestVerify(c, s->value.p, s->value.n, content.p,
				     content.n) == 1;
	dso_EVP_MD_CTX_free(c);
	return right;
}

/* Kinds that libcrypto of Debian 12 does not know are left open. */
static enum sign_verdict right_by(struct run *r, const struct kern_key *k,
				  const struct sign_signer *s,
				  struct span content)
{
	enum sign_verdict v = SIGN_REJECTED;

	if (s->algo == OID_MLDSA || s->algo == OID_GOST_KEY ||
	    s->algo == OID_SM2 || content.n > INT_MAX ||
	    dso_need(&crypto, NULL) < 0) {
		run_unknown(r, "whether the signature is right");
		return SIGN_UNKNOWN;
	}
	(void)dso_ERR_set_mark();

	X509 *x = read_cert(k->der);

	if (x && value_right(x, s, content))
		v = SIGN_OK;
	dso_X509_free(x);
	(void)dso_ERR_pop_to_mark();
	return v;
}

/* pkcs7_validate_trust(): the first whose key is trusted decides. */
static enum sign_verdict trusted(struct run *r, const struct sign_message *m,
				 struct span content,
				 const struct sign_keys *keys)
{
	for (size_t i = 0; i < m->n_signers; i++) {
		const struct sign_signer *s = &m->signers[i];
		const struct kern_key *k =
			key_in(s, keys->image, keys->n_image);

		if (!k)
			k = key_in(s, keys->more, keys->n_more);
		if (k)
			return right_by(r, k, s, content);
	}
	return SIGN_NO_KEY;
}

enum sign_verdict sign_verify(struct run *r, const struct sign_message *m,
			      struct span content,
			      const struct sign_keys *keys)
{
	enum sign_verdict v;

	if (m->attached)
		return SIGN_ATTACHED;
	if (m->type != OID_DATA)
		return SIGN_TYPE;
	if (m->signers[0].attrs)
		return SIGN_ATTRS;
	v = hashed(r, m);
	return v == SIGN_OK ? trusted(r, m, content, keys) : v;
}
