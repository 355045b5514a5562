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

/**
 * cert_subject() - the common name of an X.509 certificate in DER
 * @ret: cut off if it is longer; "" if it has none
 *
 * Return: 0; -EBADMSG if it is no certificate of just that length; -ENOPKG if
 * libcrypto is not installed.
 */
_must_check_ int cert_subject(struct span der, char ret[static CERT_SUBJECT],
			      struct diag *d);

#endif
