/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Certificates, by libcrypto: see cert.h. */
#include "kern/cert.h"

#include <errno.h>
#include <openssl/err.h>
#include <openssl/x509.h>
#include <string.h>

#include "base/dso.h"

/* A certificate with an RSA key has 1,500 bytes at most. */
#define CERT_MAX 65535

DSO_FN(ASN1_STRING_get0_data);
DSO_FN(ASN1_STRING_length);
DSO_FN(ERR_pop_to_mark);
DSO_FN(ERR_set_mark);
DSO_FN(X509_NAME_ENTRY_get_data);
DSO_FN(X509_NAME_get_entry);
DSO_FN(X509_NAME_get_index_by_NID);
DSO_FN(X509_free);
DSO_FN(X509_get0_serialNumber);
DSO_FN(X509_get_subject_name);
DSO_FN(d2i_X509);

static struct dso crypto = {
	.soname = "libcrypto.so.3",
	.package = "libssl3",
	.fns = (const struct dso_fn[]){ DSO_ENTRY(ASN1_STRING_get0_data),
					DSO_ENTRY(ASN1_STRING_length),
					DSO_ENTRY(ERR_pop_to_mark),
					DSO_ENTRY(ERR_set_mark),
					DSO_ENTRY(X509_NAME_ENTRY_get_data),
					DSO_ENTRY(X509_NAME_get_entry),
					DSO_ENTRY(X509_NAME_get_index_by_NID),
					DSO_ENTRY(X509_free),
					DSO_ENTRY(X509_get0_serialNumber),
					DSO_ENTRY(X509_get_subject_name),
					DSO_ENTRY(d2i_X509),
					{ 0 } },
	.lock = PTHREAD_MUTEX_INITIALIZER,
};

static void common_name(const X509 *x, char ret[static CERT_SUBJECT])
{
	const X509_NAME *name = dso_X509_get_subject_name(x);
	int i = name ? dso_X509_NAME_get_index_by_NID(name, NID_commonName, -1)
		     : -1;

	ret[0] = 0;
	if (i < 0)
		return;

	const ASN1_STRING *s = dso_X509_NAME_ENTRY_get_data(
		dso_X509_NAME_get_entry(name, i));
	int n = dso_ASN1_STRING_length(s);

	if (n <= 0)
		return;
	if (n >= CERT_SUBJECT)
		n = CERT_SUBJECT - 1;
	memcpy(ret, dso_ASN1_STRING_get0_data(s), (size_t)n);
	ret[n] = 0;
}

static void serial_number(const X509 *x, char ret[static CERT_SERIAL])
{
	const ASN1_INTEGER *s = dso_X509_get0_serialNumber(x);
	const uint8_t *p = s ? dso_ASN1_STRING_get0_data(s) : NULL;
	int n = s ? dso_ASN1_STRING_length(s) : 0;

	ret[0] = 0;
	if (n <= 0 || n * 2 >= CERT_SERIAL)
		return;
	for (int i = 0; i < n; i++)
		(void)snprintf(ret + i * 2, 3, "%02x", p[i]);
}

int cert_read(struct span der, struct cert *ret, struct diag *d)
{
	const unsigned char *p = der.p;
	int r = dso_need(&crypto, d);

	if (r < 0)
		return r;
	if (der.n > CERT_MAX)
		return -EBADMSG;
	(void)dso_ERR_set_mark();

	X509 *x = dso_d2i_X509(NULL, &p, (long)der.n);

	(void)dso_ERR_pop_to_mark();
	if (!x)
		return diag_fail(d, EBADMSG, "this is no certificate");
	r = p == der.p + der.n ? 0 : -EBADMSG;
	if (!r) {
		common_name(x, ret->subject);
		serial_number(x, ret->serial);
	}
	dso_X509_free(x);
	return r;
}
