/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The cryptography of a module's signature, by libcrypto's CMS functions.
 *
 * Kernel: verify_pkcs7_message_sig(), certs/system_keyring.c;
 * crypto/asymmetric_keys/.
 */
#include <errno.h>
#include <limits.h>
#include <openssl/cms.h>
#include <openssl/err.h>
#include <stdlib.h>

#include "base/dso.h"
#include "rules/sign.h"

DSO_FN(BIO_free);
DSO_FN(BIO_new_mem_buf);
DSO_FN(CMS_ContentInfo_free);
DSO_FN(CMS_SignerInfo_cert_cmp);
DSO_FN(CMS_get0_SignerInfos);
DSO_FN(CMS_get0_eContentType);
DSO_FN(CMS_is_detached);
DSO_FN(CMS_signed_get_attr_count);
DSO_FN(CMS_verify);
DSO_FN(ERR_pop_to_mark);
DSO_FN(ERR_set_mark);
DSO_FN(OBJ_obj2nid);
DSO_FN(OPENSSL_sk_free);
DSO_FN(OPENSSL_sk_new_null);
DSO_FN(OPENSSL_sk_num);
DSO_FN(OPENSSL_sk_push);
DSO_FN(OPENSSL_sk_value);
DSO_FN(X509_free);
DSO_FN(X509_up_ref);
DSO_FN(d2i_CMS_ContentInfo);
DSO_FN(d2i_X509);

static struct dso crypto = {
	.soname = "libcrypto.so.3",
	.package = "libssl3",
	.fns =
		(const struct dso_fn[]){
			DSO_ENTRY(BIO_free),
			DSO_ENTRY(BIO_new_mem_buf),
			DSO_ENTRY(CMS_ContentInfo_free),
			DSO_ENTRY(CMS_SignerInfo_cert_cmp),
			DSO_ENTRY(CMS_get0_SignerInfos),
			DSO_ENTRY(CMS_get0_eContentType),
			DSO_ENTRY(CMS_is_detached),
			DSO_ENTRY(CMS_signed_get_attr_count),
			DSO_ENTRY(CMS_verify),
			DSO_ENTRY(ERR_pop_to_mark),
			DSO_ENTRY(ERR_set_mark),
			DSO_ENTRY(OBJ_obj2nid),
			DSO_ENTRY(OPENSSL_sk_free),
			DSO_ENTRY(OPENSSL_sk_new_null),
			DSO_ENTRY(OPENSSL_sk_num),
			DSO_ENTRY(OPENSSL_sk_push),
			DSO_ENTRY(OPENSSL_sk_value),
			DSO_ENTRY(X509_free),
			DSO_ENTRY(X509_up_ref),
			DSO_ENTRY(d2i_CMS_ContentInfo),
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

/* The certificate that the signer names, or NULL. The caller frees it. */
static X509 *cert_in(CMS_SignerInfo *si, const struct kern_key *keys, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		X509 *x = read_cert(keys[i].der);

		if (x && !dso_CMS_SignerInfo_cert_cmp(si, x))
			return x;
		dso_X509_free(x);
	}
	return NULL;
}

/* Is the value right under this certificate? Nothing else is asked of it. */
static bool value_right(CMS_ContentInfo *cms, X509 *cert, struct span content)
{
	const unsigned flags = CMS_BINARY | CMS_NO_SIGNER_CERT_VERIFY |
			       CMS_NOINTERN | CMS_DETACHED;
	OPENSSL_STACK *certs = dso_OPENSSL_sk_new_null();
	BIO *data = dso_BIO_new_mem_buf(content.p, (int)content.n);
	bool right = certs && data && dso_OPENSSL_sk_push(certs, cert) &&
		     dso_CMS_verify(cms, (STACK_OF(X509) *)certs, NULL, data,
				    NULL, flags) == 1;

	dso_OPENSSL_sk_free(certs);
	(void)dso_BIO_free(data);
	return right;
}

static enum sign_verdict verify(CMS_ContentInfo *cms, struct span content,
				const struct sign_keys *keys)
{
	const OPENSSL_STACK *signers =
		(const OPENSSL_STACK *)dso_CMS_get0_SignerInfos(cms);

	if (dso_OPENSSL_sk_num(signers) <= 0)
		return SIGN_BROKEN;
	if (!dso_CMS_is_detached(cms))
		return SIGN_ATTACHED;
	if (dso_OBJ_obj2nid(dso_CMS_get0_eContentType(cms)) != NID_pkcs7_data)
		return SIGN_TYPE;

	CMS_SignerInfo *si = dso_OPENSSL_sk_value(signers, 0);

	if (dso_CMS_signed_get_attr_count(si) >= 0)
		return SIGN_ATTRS;

	X509 *cert = cert_in(si, keys->image, keys->n_image);

	if (!cert)
		cert = cert_in(si, keys->more, keys->n_more);
	if (!cert)
		return SIGN_NO_KEY;

	bool right = value_right(cms, cert, content);

	dso_X509_free(cert);
	return right ? SIGN_OK : SIGN_REJECTED;
}

/* Kernel: pkcs7_sig_note_digest_algo() and pkcs7_sig_note_pkey_algo(). */
static bool algorithms_known(const struct ko *ko, struct arena *a)
{
	struct ko_signature s;

	if (ko_signature(ko, a, &s, NULL) < 0)
		return true;
	return strcmp(s.hash, "unknown") != 0 &&
	       (!strcmp(s.algo, "rsaEncryption") ||
		!strncmp(s.algo, "ecdsa-with-", 11) ||
		!strncmp(s.algo, "SM2", 3) || strstr(s.algo, "GOST"));
}

enum sign_verdict sign_verify(const struct ko *ko, struct span sig,
			      struct span content,
			      const struct sign_keys *keys, struct arena *a)
{
	const unsigned char *p = sig.p;

	if (!sig.n || sig.n > KO_SIG_MAX_BYTES)
		return SIGN_BROKEN;
	if (dso_need(&crypto, NULL) < 0 || content.n > INT_MAX)
		return SIGN_UNKNOWN;
	(void)dso_ERR_set_mark();

	CMS_ContentInfo *cms = dso_d2i_CMS_ContentInfo(NULL, &p, (long)sig.n);
	enum sign_verdict v = SIGN_BROKEN;

	if (cms && dso_CMS_get0_SignerInfos(cms))
		v = verify(cms, content, keys);
	dso_CMS_ContentInfo_free(cms);
	if ((v == SIGN_NO_KEY || v == SIGN_OK || v == SIGN_REJECTED) &&
	    !algorithms_known(ko, a))
		v = SIGN_NO_PACKAGE;
	(void)dso_ERR_pop_to_mark();
	return v;
}
