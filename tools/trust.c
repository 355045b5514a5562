/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Certificates from files, in DER or PEM: see trust.h. */
#include "trust.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "kern/cert.h"

#define CERT_LIMIT ((size_t)64 << 10)

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

static int read_one(const char *path, struct bytes *ret, struct diag *d)
{
	_cleanup_bytes_ struct bytes b = { 0 };
	struct cert cert;
	int r = file_read_regular(path, CERT_LIMIT, &b, d);

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

int trust_read(const struct strv *files, struct arena *a, struct trust *ret,
	       struct diag *d)
{
	struct trust t = { .n = files->n };

	diag_spare(d);
	t.keys = arena_array(a, t.n + 1, sizeof(*t.keys));
	t.certs = arena_array(a, t.n + 1, sizeof(*t.certs));
	if (!t.keys || !t.certs)
		return diag_fail(d, ENOMEM, "out of memory");
	for (size_t i = 0; i < t.n; i++) {
		_cleanup_bytes_ struct bytes b = { 0 };
		int r = read_one(files->v[i], &b, d);
		uint8_t *p = r ? NULL : arena_alloc(a, b.n);

		if (r)
			return r;
		if (!p)
			return diag_fail(d, ENOMEM, "out of memory");
		memcpy(p, b.p, b.n);
		t.certs[i] = (struct span){ p, b.n };
		t.keys[i] = (struct kern_key){ .der = t.certs[i],
					       .subject = files->v[i] };
	}
	*ret = t;
	return 0;
}

int trust_enrollable(const struct build_kernel *k, struct diag *d)
{
	diag_spare(d);
	if (build_kernel_configured(k, "CONFIG_LOAD_UEFI_KEYS=y") != 0)
		return 0;
	diag_fail(d, ENOTSUP, "kernel %s takes no keys from a firmware (it was built without CONFIG_LOAD_UEFI_KEYS)",
		  k->release);
	return diag_hint(d, "take another kernel ('lkm kernel list'), or ask 'lkm check --trust', which boots none");
}
