/* SPDX-License-Identifier: GPL-2.0-or-later */
/**
 * DOC: cert - who a certificate is for, by libcrypto
 */
#ifndef LKM_KERN_CERT_H
#define LKM_KERN_CERT_H

#include "base/diag.h"
#include "base/macros.h"
#include "base/span.h"

#define CERT_SUBJECT 256
#define CERT_SERIAL 64

struct cert {
	char subject[CERT_SUBJECT]; /* common name, cut off; "": it has none */
	char serial[CERT_SERIAL]; /* hexadecimal digits; "" if it has more */
};

/**
 * cert_read() - whose is this X.509 certificate in DER?
 *
 * Return: 0; -EBADMSG if it is no certificate of just that length; -ENOPKG if
 * libcrypto is not installed.
 */
_must_check_ int cert_read(struct span der, struct cert *ret, struct diag *d);

#endif
