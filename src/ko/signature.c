/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What the appended signature says. trailer.c finds it; pkcs7.c reads the
 * kind that kernels accept today. Nothing is verified.
 */
#include <errno.h>

#include "ko/internal.h"

/* Before PKCS#7: the names are in the file, the numbers in the trailer. */
static int read_old(struct arena *a, struct ko_signature *ret, struct diag *d)
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
	return ret->signer ? 0 : diag_fail(d, ENOMEM, "out of memory");
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
	r = id == KO_SIG_PKCS7 ? pkcs7_read(s.trailer.sig, a, &s, d)
			       : read_old(a, &s, d);
	if (r < 0) {
		diag_in(d, "%s", ko->path);
		return r;
	}
	*ret = s;
	return 0;
}
