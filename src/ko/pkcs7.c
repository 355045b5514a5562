/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The PKCS#7 message of a signed module, by libcrypto's CMS functions: those
 * named PKCS7 do not know of signers that a key identifier names.
 *
 * A message is a few hundred bytes; libcrypto makes up to 40 bytes of memory
 * out of one of a hostile message, which is why its size has a limit.
 *
 * Kernel: pkcs7_parse_message(), crypto/asymmetric_keys/pkcs7_parser.c.
 */
#include <errno.h>
#include <openssl/cms.h>
#include <openssl/err.h>
#include <string.h>

#include "base/dso.h"
#include "ko/internal.h"

DSO_FN(ASN1_STRING_get0_data);
DSO_FN(ASN1_STRING_length);
DSO_FN(CMS_ContentInfo_free);
DSO_FN(CMS_SignerInfo_get0_algs);
DSO_FN(CMS_SignerInfo_get0_signature);
DSO_FN(CMS_SignerInfo_get0_signer_id);
DSO_FN(CMS_get0_SignerInfos);
DSO_FN(CMS_get1_certs);
DSO_FN(CMS_is_detached);
DSO_FN(CMS_signed_get_attr_count);
DSO_FN(ERR_peek_error);
DSO_FN(ERR_pop_to_mark);
DSO_FN(ERR_set_mark);
DSO_FN(OBJ_length);
DSO_FN(OBJ_obj2nid);
DSO_FN(OBJ_obj2txt);
DSO_FN(OPENSSL_sk_num);
DSO_FN(OPENSSL_sk_pop_free);
DSO_FN(OPENSSL_sk_value);
DSO_FN(X509_ALGOR_get0);
DSO_FN(X509_NAME_ENTRY_get_data);
DSO_FN(X509_NAME_entry_count);
DSO_FN(X509_NAME_get_entry);
DSO_FN(X509_NAME_get_index_by_NID);
DSO_FN(X509_free);
DSO_FN(d2i_CMS_ContentInfo);

static struct dso crypto = {
	.soname = "libcrypto.so.3",
	.package = "libssl3",
	.fns =
		(const struct dso_fn[]){
			DSO_ENTRY(ASN1_STRING_get0_data),
			DSO_ENTRY(ASN1_STRING_length),
			DSO_ENTRY(CMS_ContentInfo_free),
			DSO_ENTRY(CMS_SignerInfo_get0_algs),
			DSO_ENTRY(CMS_SignerInfo_get0_signature),
			DSO_ENTRY(CMS_SignerInfo_get0_signer_id),
			DSO_ENTRY(CMS_get0_SignerInfos),
			DSO_ENTRY(CMS_get1_certs),
			DSO_ENTRY(CMS_is_detached),
			DSO_ENTRY(CMS_signed_get_attr_count),
			DSO_ENTRY(ERR_peek_error),
			DSO_ENTRY(ERR_pop_to_mark),
			DSO_ENTRY(ERR_set_mark),
			DSO_ENTRY(OBJ_length),
			DSO_ENTRY(OBJ_obj2nid),
			DSO_ENTRY(OBJ_obj2txt),
			DSO_ENTRY(OPENSSL_sk_num),
			DSO_ENTRY(OPENSSL_sk_pop_free),
			DSO_ENTRY(OPENSSL_sk_value),
			DSO_ENTRY(X509_ALGOR_get0),
			DSO_ENTRY(X509_NAME_ENTRY_get_data),
			DSO_ENTRY(X509_NAME_entry_count),
			DSO_ENTRY(X509_NAME_get_entry),
			DSO_ENTRY(X509_NAME_get_index_by_NID),
			DSO_ENTRY(X509_free),
			DSO_ENTRY(d2i_CMS_ContentInfo),
			{ 0 } },
	.lock = PTHREAD_MUTEX_INITIALIZER,
};
DSO_NOTE("libcrypto.so.3", "signature", "who signed a module");

/* What the kernel, and so kmod, calls the hashes. */
static const struct {
	int nid;
	const char *name;
} hashes[] = {
	{ NID_md4, "md4" },
	{ NID_md5, "md5" },
	{ NID_sha1, "sha1" },
	{ NID_ripemd160, "rmd160" },
	{ NID_sha256, "sha256" },
	{ NID_sha384, "sha384" },
	{ NID_sha512, "sha512" },
	{ NID_sha224, "sha224" },
	{ NID_sha3_256, "sha3-256" },
	{ NID_sha3_384, "sha3-384" },
	{ NID_sha3_512, "sha3-512" },
	{ NID_sm3, "sm3" },
	{ NID_id_GostR3411_2012_256, "streebog256" },
	{ NID_id_GostR3411_2012_512, "streebog512" },
};

static const char *hash_name(const X509_ALGOR *algor)
{
	const ASN1_OBJECT *o;

	dso_X509_ALGOR_get0(&o, NULL, NULL, algor);

	int nid = dso_OBJ_obj2nid(o);

	for (size_t i = 0; i < ARRAY_SIZE(hashes); i++)
		if (hashes[i].nid == nid)
			return hashes[i].name;
	return "unknown";
}

/* libcrypto's name, or numbers; "" if it is longer than any in use. */
static char *algo_name(struct arena *a, const X509_ALGOR *algor)
{
	const ASN1_OBJECT *o;
	char name[128] = "";

	dso_X509_ALGOR_get0(&o, NULL, NULL, algor);
	/* Writing out one of n bytes takes n * n steps. */
	if (dso_OBJ_length(o) > 32 ||
	    dso_OBJ_obj2txt(name, sizeof(name), o, 0) >= (int)sizeof(name))
		name[0] = 0;
	return arena_strdup(a, name);
}

static struct span view(const ASN1_STRING *s)
{
	return (struct span){ dso_ASN1_STRING_get0_data(s),
			      (size_t)dso_ASN1_STRING_length(s) };
}

/* The bytes of @s, whose memory is libcrypto's. False: no memory. */
static bool keep(struct arena *a, struct span s, struct span *ret)
{
	uint8_t *p = arena_alloc(a, s.n + 1);

	if (!p)
		return false;
	if (s.n)
		memcpy(p, s.p, s.n);
	*ret = (struct span){ p, s.n };
	return true;
}

/* Like kmod: the first common name, else the last part there is, as it is. */
static char *issuer_name(struct arena *a, const X509_NAME *name)
{
	int i = dso_X509_NAME_get_index_by_NID(name, NID_commonName, -1);

	if (i < 0)
		i = dso_X509_NAME_entry_count(name) - 1;
	if (i < 0)
		return arena_strdup(a, "");

	const X509_NAME_ENTRY *e = dso_X509_NAME_get_entry(name, i);
	struct span s = view(dso_X509_NAME_ENTRY_get_data(e));

	return s.n ? arena_strndup(a, (const char *)s.p, s.n)
		   : arena_strdup(a, "");
}

static struct span magnitude(const ASN1_INTEGER *i)
{
	struct span s = view(i);

	for (; s.n && !s.p[0]; s.n--)
		s.p++;
	return s;
}

/* False: no memory. */
static bool read_signer(CMS_SignerInfo *si, struct arena *a,
			struct ko_signature *ret)
{
	ASN1_OCTET_STRING *key_id = NULL;
	X509_NAME *issuer = NULL;
	ASN1_INTEGER *serial = NULL;
	X509_ALGOR *hash, *algo;

	if (dso_CMS_SignerInfo_get0_signer_id(si, &key_id, &issuer, &serial) &&
	    key_id && !keep(a, view(key_id), &ret->key_id))
		return false;
	if (issuer)
		ret->signer = issuer_name(a, issuer);
	if (serial && !keep(a, magnitude(serial), &ret->serial))
		return false;
	dso_CMS_SignerInfo_get0_algs(si, NULL, NULL, &hash, &algo);
	ret->hash = hash_name(hash);
	ret->algo = algo_name(a, algo);
	/* -1: no attributes; 0: a place for them, but empty. */
	ret->attrs = dso_CMS_signed_get_attr_count(si) >= 0;
	return ret->signer && ret->algo &&
	       keep(a, view(dso_CMS_SignerInfo_get0_signature(si)), &ret->sig);
}

static bool has_certs(CMS_ContentInfo *cms)
{
	STACK_OF(X509) *certs = dso_CMS_get1_certs(cms);
	bool some = dso_OPENSSL_sk_num((const OPENSSL_STACK *)certs) > 0;

	dso_OPENSSL_sk_pop_free((OPENSSL_STACK *)certs,
				(OPENSSL_sk_freefunc)dso_X509_free);
	return some;
}

/*
 * What openssl.cnf wants to have loaded has no place in a static program. One
 * that shares libcrypto with others leaves its settings alone.
 */
static void leave_config(void)
{
#ifdef LKM_STATIC
	(void)OPENSSL_init_crypto(OPENSSL_INIT_NO_LOAD_CONFIG, NULL);
#endif
}

static int out_of_memory(struct diag *d)
{
	return diag_fail(d, ENOMEM, "out of memory");
}

static int read_message(CMS_ContentInfo *cms, struct arena *a,
			struct ko_signature *ret, struct diag *d)
{
	const OPENSSL_STACK *signers =
		(const OPENSSL_STACK *)dso_CMS_get0_SignerInfos(cms);

	if (dso_OPENSSL_sk_num(signers) <= 0)
		return diag_fail_hint(
			d, EBADMSG, "sign the module again",
			"the appended PKCS#7 message is signed by nobody");
	if (!read_signer(dso_OPENSSL_sk_value(signers, 0), a, ret))
		return out_of_memory(d);
	ret->content = dso_CMS_is_detached(cms) == 0;
	ret->certs = has_certs(cms);
	return 0;
}

static int parse(struct span s, struct arena *a, struct ko_signature *ret,
		 struct diag *d)
{
	const unsigned char *p = s.p;
	CMS_ContentInfo *cms = dso_d2i_CMS_ContentInfo(NULL, &p, (long)s.n);

	/* The first error is the innermost one. */
	if (!cms &&
	    ERR_GET_REASON(dso_ERR_peek_error()) == ERR_R_MALLOC_FAILURE)
		return out_of_memory(d);
	if (!cms)
		return diag_fail_hint(
			d, EBADMSG, "sign the module again",
			"the %zu bytes of the appended signature are no PKCS#7 message",
			s.n);

	int r = read_message(cms, a, ret, d);

	dso_CMS_ContentInfo_free(cms);
	return r;
}

int pkcs7_read(struct span s, struct arena *a, struct ko_signature *ret,
	       struct diag *d)
{
	if (s.n > KO_SIG_MAX_BYTES)
		return diag_fail_hint(
			d, EBADMSG, "sign the module again",
			"the appended signature has %zu bytes, more than %d",
			s.n, KO_SIG_MAX_BYTES);

	int r = dso_need(&crypto, d);

	if (r < 0)
		return r;
	leave_config();
	/* The queue of errors belongs to the program that we are part of. */
	(void)dso_ERR_set_mark();
	r = parse(s, a, ret, d);
	(void)dso_ERR_pop_to_mark();
	return r;
}
