/* SPDX-License-Identifier: GPL-2.0-or-later */
/* lkm check: a certificate from a file, in DER or PEM. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "check.h"
#include "kern/cert.h"

#define PEM_BEGIN "-----BEGIN CERTIFICATE-----"
#define PEM_END "-----END"

static int sextet(char c)
{
	static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
				     "abcdefghijklmnopqrstuvwxyz0123456789+/";
	const char *at = c ? strchr(digits, c) : NULL;

	return at ? (int)(at - digits) : -1;
}

/* Base64 in place: what it says is never longer. */
static size_t decode(uint8_t *to, const char *from, const char *end)
{
	unsigned bits = 0, have = 0;
	size_t n = 0;

	for (; from < end; from++) {
		int v = sextet(*from);

		if (v < 0)
			continue;
		bits = bits << 6 | (unsigned)v;
		have += 6;
		if (have >= 8) {
			have -= 8;
			to[n++] = (uint8_t)(bits >> have);
		}
	}
	return n;
}

int check_cert_read(const char *path, size_t limit, struct bytes *ret,
		    struct diag *d)
{
	_cleanup_bytes_ struct bytes b = { 0 };
	struct cert cert;
	int r = file_read_regular(path, limit, &b, d);

	if (r)
		return r;

	char *text = (char *)b.p, *begin = strstr(text, PEM_BEGIN);
	char *end = begin ? strstr(begin + 1, PEM_END) : NULL;

	if (end)
		b.n = decode(b.p, begin + strlen(PEM_BEGIN), end);
	r = cert_read(bytes_span(&b), &cert, d);
	if (r) {
		diag_in(d, "%s", path);
		return diag_hint(d, "give an X.509 certificate in DER or PEM, such as the .der that 'mokutil --import' took");
	}
	*ret = b;
	b = (struct bytes){ 0 };
	return 0;
}
