/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Where the appended signature lies. From the end of the file backwards:
 *
 *	ELF | signer | key id | signature | 12-byte trailer | marker
 *
 * Signer and key id are empty in what kernels accept today, where the
 * signature is a PKCS#7 message that says all that (pkcs7.c).
 *
 * Kernel: mod_verify_sig(), kernel/module/signing.c; mod_check_sig(),
 * kernel/module_signature.c; scripts/sign-file.c.
 */
#include <errno.h>
#include <string.h>

#include "ko/ko.h"

#define MARKER_BYTES (sizeof(KO_SIG_MARKER) - 1)
#define TRAILER_BYTES 12

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
