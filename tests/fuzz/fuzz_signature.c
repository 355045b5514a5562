/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Any bytes as the end of a module, and any bytes as a PKCS#7 message with a
 * proper trailer behind it.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "fuzz.h"
#include "ko/ko.h"

static unsigned sum;

static void touch(struct span s, size_t limit)
{
	if (s.n > limit)
		abort();
	for (size_t i = 0; i < s.n; i++)
		sum += s.p[i];
}

static void ask(struct span s)
{
	_cleanup_ko_ struct ko *ko = NULL;
	_cleanup_arena_ struct arena a = { 0 };
	struct ko_signature sig;
	struct diag d = { 0 };

	if (ko_open_span("fuzz.ko", s, &ko, NULL) < 0)
		return;

	int r = ko_signature(ko, &a, &sig, &d);

	if (r < 0 && r != -ENODATA && (d.err != -r || !d.what[0]))
		abort();
	if (r < 0)
		return;
	if (strlen(sig.signer) + strlen(sig.algo) + strlen(sig.hash) > s.n * 64)
		abort();
	/* All parts are such bytes, or made of them, and all can be read. */
	const struct span part[] = { sig.sig, sig.serial, sig.key_id };

	for (size_t i = 0; i < ARRAY_SIZE(part); i++)
		touch(part[i], s.n);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	uint8_t trailer[12] = { 0, 0, KO_SIG_PKCS7 };
	struct text t = { 0 };

	ask((struct span){ data, size });
	for (unsigned i = 0; i < 4; i++)
		trailer[8 + i] = (uint8_t)(size >> (24 - 8 * i));
	text_add(&t, "not ELF, which is no matter here");
	text_add_bytes(&t, data, size);
	text_add_bytes(&t, trailer, sizeof(trailer));
	text_add(&t, KO_SIG_MARKER);
	if (!t.failed)
		ask((struct span){ (const uint8_t *)t.p, t.n });
	text_fini(&t);
	return 0;
}
