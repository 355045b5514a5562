/* SPDX-License-Identifier: GPL-2.0-or-later */
/**
 * DOC: sign - a module's signature, as the kernel judges it
 *
 *	sign.c         the trailer of the file; what policy makes of the verdict
 *	sign_asn1.c    the machine that reads messages
 *	sign_pkcs7.c   its program for PKCS#7, and what the kernel notes
 *	sign_oid.c     the names of algorithms
 *	sign_verify.c  hash, key, mathematics (by libcrypto)
 */
#ifndef LKM_RULES_SIGN_H
#define LKM_RULES_SIGN_H

#include "kern/kern.h"
#include "rules/sign_oid.h"

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
	SIGN_REFUSED,	 /* something else; it is noted */
	SIGN_UNKNOWN,	 /* libcrypto is not here, or a fact is missing: told */
};

/* One signature of a message. */
struct sign_signer {
	struct span id[2]; /* serial number and issuer, or key id and nothing */
	enum oid hash, algo;
	bool attrs;
	struct span value;
};

struct sign_message {
	enum oid type; /* of what is signed */
	bool attached; /* and it is there, too */
	struct sign_signer *signers;
	size_t n_signers;
};

/**
 * sign_parse() - pkcs7_parse_message()
 * @ret: borrows from @sig; its list is in the run's arena
 *
 * Return: SIGN_OK; SIGN_NO_PACKAGE; SIGN_BROKEN; SIGN_REFUSED.
 */
enum sign_verdict sign_parse(struct run *r, struct span sig,
			     struct sign_message *ret);

struct sign_keys {
	const struct kern_key *image, *more;
	size_t n_image, n_more;
};

/**
 * sign_verify() - is this a signature of @content by one of @keys?
 *
 * As the kernel: the certificate is found by issuer and serial number, byte by
 * byte, or by its subject key identifier; its own dates do not count.
 */
enum sign_verdict sign_verify(struct run *r, const struct sign_message *m,
			      struct span content,
			      const struct sign_keys *keys);

#endif
