/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Verifying a detached PKCS#7 signature as the kernel does. */
#ifndef LKM_RULES_SIGN_H
#define LKM_RULES_SIGN_H

#include "base/arena.h"
#include "kern/kern.h"
#include "ko/ko.h"

enum sign_verdict {
	SIGN_OK,
	SIGN_NONE,	 /* ENODATA */
	SIGN_NO_PACKAGE, /* ENOPKG: an algorithm that it does not know */
	SIGN_NO_KEY,	 /* ENOKEY: no trusted certificate fits */
	SIGN_BROKEN,	 /* EBADMSG: it cannot be read */
	SIGN_ATTACHED,	 /* EBADMSG: it holds the content, too */
	SIGN_TYPE,	 /* EKEYREJECTED: not of plain data */
	SIGN_ATTRS,	 /* EKEYREJECTED: signs attributes */
	SIGN_REJECTED,	 /* EKEYREJECTED: it is wrong */
	SIGN_UNKNOWN,	 /* libcrypto is not here */
};

struct sign_keys {
	const struct kern_key *image, *more;
	size_t n_image, n_more;
};

/**
 * sign_verify() - is this a signature of @content by one of @keys?
 * @ko: borrowed for what ko_signature() says of it
 * @a:  memory for the parts
 *
 * As the kernel: the certificate is found by issuer and serial number, or by
 * its subject key identifier; its own dates do not count.
 */
enum sign_verdict sign_verify(const struct ko *ko, struct span sig,
			      struct span content,
			      const struct sign_keys *keys, struct arena *a);

#endif
